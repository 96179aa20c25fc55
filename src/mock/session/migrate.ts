import { isDeepStrictEqual } from 'node:util'
import { checkRow } from '../../fixtures/load.ts'
import type { Api, JsonObject } from '../../openapi/api.ts'
import type { Row } from '../../store/collection.ts'
import { Table, type TableSnapshot } from '../../store/table.ts'
import type { Layout, WorldSnapshot } from '../../store/world.ts'

/** A row that a session had and the new spec does not allow. */
export interface DroppedRow {
  readonly api: string
  readonly collection: string
  readonly key: string
  /** What is wrong with it, and where the spec says so. */
  readonly message: string
}

/** The specs and fixtures that were served, and those that are served from now on. */
export interface Change {
  readonly apis: readonly Api[]
  readonly before: { readonly layout: Layout; readonly seed: WorldSnapshot }
  readonly after: { readonly layout: Layout; readonly seed: WorldSnapshot }
}

/** Turns moments of the old specs into such of the new ones; equal tables are turned once. */
export interface Migration {
  world(snapshot: WorldSnapshot): WorldSnapshot
  readonly dropped: readonly DroppedRow[]
}

/**
 * Clock, seed and ids stay. What a session did to a row counts more than what the fixtures say of it now; a row that it never
 * touched follows the fixtures. Every row is validated by the new spec, and one that does not fit is left out.
 */
export function createMigration({ apis, before, after }: Change): Migration {
  const dropped: DroppedRow[] = []
  const moved = new Map<TableSnapshot, TableSnapshot>()

  const move = (api: Api, collection: string, table: TableSnapshot | undefined): TableSnapshot | undefined => {
    const base = before.seed.tables[api.name]?.[collection]
    const next = after.seed.tables[api.name]?.[collection]
    if (table === undefined || table === base) return next
    const known = moved.get(table)
    if (known) return known
    const key = after.layout[api.name]?.[collection] ?? 'id'
    const rows = mergeRows({ mine: rowsIn(table, key), base: rowsIn(base, key), next: rowsIn(next, key) })
    const kept = new Table(key)
    kept.replaceAll(rows.filter((row) => fits(api, collection, String(row[key]), row)))
    const result = kept.snapshot()
    moved.set(table, result)
    return result
  }

  const fits = (api: Api, collection: string, key: string, row: Row): boolean => {
    if (!(collection in api.collections)) return true
    const [error] = checkRow(api, collection, row)
    if (error) {
      const message = `${error.at} ${error.message}`.trim()
      dropped.push({ api: api.name, collection, key, message: `${message} [${api.file}#${error.pointer}]` })
    }
    return !error
  }

  return {
    dropped,
    world: (snapshot) => ({
      ...snapshot,
      tables: Object.fromEntries(
        apis.map((api) => [
          api.name,
          Object.fromEntries(
            Object.keys(after.layout[api.name] ?? {}).flatMap((collection) => {
              const table = move(api, collection, snapshot.tables[api.name]?.[collection])
              return table ? [[collection, table]] : []
            }),
          ),
        ]),
      ),
    }),
  }
}

interface Versions {
  readonly mine: ReadonlyMap<string, Row>
  readonly base: ReadonlyMap<string, Row>
  readonly next: ReadonlyMap<string, Row>
}

function mergeRows({ mine, base, next }: Versions): Row[] {
  const rows: Row[] = []
  for (const [key, row] of mine) {
    if (!isDeepStrictEqual(row, base.get(key))) rows.push(row)
    else if (next.has(key)) rows.push(next.get(key) as JsonObject)
  }
  for (const [key, row] of next) if (!mine.has(key) && !base.has(key)) rows.push(row)
  return rows
}

/** In the order of their insertion. */
function rowsIn(table: TableSnapshot | undefined, key: string): Map<string, Row> {
  return new Map([...new Table(key, table).all()].map((row) => [String(row[key]), row]))
}

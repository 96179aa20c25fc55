import { checkRow } from '../../fixtures/load.ts'
import type { Api, JsonObject } from '../../openapi/api.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import type { Row } from '../../store/collection.ts'
import type { World } from '../../store/world.ts'

/** API → collection → rows, as `GET /__mock/state` shows them. */
export type Rows = Readonly<Record<string, Readonly<Record<string, readonly Row[]>>>>

export function rowsOf(apis: readonly Api[], world: World): Rows {
  return Object.fromEntries(
    apis.map(({ name }) => [
      name,
      Object.fromEntries(
        world
          .collectionsOf(name)
          .map((collection) => [collection, [...world.state(name).collection(collection).all()]]),
      ),
    ]),
  )
}

/** The shape of such rows; each is validated by the specs. */
export const stateSchema: JsonObject = {
  $id: 'State',
  type: 'object',
  additionalProperties: { type: 'object', additionalProperties: { type: 'array', items: { type: 'object' } } },
}

/** Where rows do not fit the specs, and why not. */
export interface Misfit {
  /** JSON pointer into what was sent. */
  readonly pointer: string
  readonly message: string
}

/** Checks all rows against the specs; only the returned `put` changes anything. */
export function planRows(
  apis: readonly Api[],
  world: World,
  rows: Rows,
): { readonly put: () => void } | { readonly misfit: Misfit } {
  const puts: (() => void)[] = []
  for (const [name, collections] of Object.entries(rows)) {
    const api = apis.find((each) => each.name === name)
    if (!api) return { misfit: { pointer: pointerTo('', name), message: 'names an API that is not served' } }
    for (const [collection, list] of Object.entries(collections)) {
      const where = pointerTo('', name, collection)
      if (!world.collectionsOf(name).includes(collection))
        return { misfit: { pointer: where, message: `names a collection that ${name} does not have` } }
      const misfit = firstMisfit(api, collection, list)
      if (misfit) return { misfit: { ...misfit, pointer: where + misfit.pointer } }
      puts.push(() => world.state(name).table(collection).replaceAll(list))
    }
  }
  return { put: () => puts.forEach((put) => put()) }
}

function firstMisfit(api: Api, collection: string, rows: readonly JsonObject[]): Misfit | undefined {
  const key = api.collections[collection]?.key ?? 'id'
  const seen = new Set<string>()
  for (const [index, row] of rows.entries()) {
    const [error] = checkRow(api, collection, row)
    if (error) return { pointer: `/${index}${error.at}`, message: error.message }
    if (typeof row[key] !== 'string' && typeof row[key] !== 'number')
      return { pointer: `/${index}`, message: `needs its key ${key}` }
    if (seen.has(String(row[key])))
      return { pointer: `/${index}`, message: `repeats the ${key} ${JSON.stringify(row[key])}` }
    seen.add(String(row[key]))
  }
  return undefined
}

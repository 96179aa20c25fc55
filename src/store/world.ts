import { Clock, type ClockSetting } from './clock.ts'
import type { Collection } from './collection.ts'
import { type IdCounts, Ids } from './ids.ts'
import type { State } from './state.ts'
import { Table, type TableSnapshot } from './table.ts'

/** API → collection → the attribute that identifies its rows. */
export type Layout = Readonly<Record<string, Readonly<Record<string, string>>>>

/** All state of a session at one moment: pointers only, whatever the number of rows. */
export interface WorldSnapshot {
  readonly seed: number
  readonly clock: ClockSetting
  readonly ids: Readonly<Record<string, IdCounts>>
  readonly tables: Readonly<Record<string, Readonly<Record<string, TableSnapshot>>>>
}

/** The rows, clock and ids of one session. */
export class World {
  readonly clock: Clock
  #layout: Layout
  readonly #apis = new Map<string, ApiState>()
  #snapshot: WorldSnapshot

  constructor(layout: Layout, from: WorldSnapshot) {
    this.#layout = layout
    this.#snapshot = from
    this.clock = new Clock(from.clock)
  }

  static empty(layout: Layout, seed: number, clock: ClockSetting): World {
    return new World(layout, { seed, clock, ids: {}, tables: {} })
  }

  get seed(): number {
    return this.#snapshot.seed
  }

  get layout(): Layout {
    return this.#layout
  }

  get apis(): readonly string[] {
    return Object.keys(this.#layout)
  }

  collectionsOf(api: string): readonly string[] {
    return Object.keys(this.#layout[api] ?? {})
  }

  /** The state of one API; made when it is first asked for, so that a session nobody uses costs next to nothing. */
  state(api: string): ApiState {
    const known = this.#apis.get(api)
    if (known) return known
    const { seed, ids, tables } = this.#snapshot
    const made = new ApiState(this.#layout[api] ?? {}, this.clock, new Ids(seed, ids[api]), tables[api] ?? {})
    this.#apis.set(api, made)
    return made
  }

  /** A number from 0 to 1 that follows from the seed, the name and how often it was asked for it. */
  chance(name: string): number {
    return this.state('').ids.fraction(name)
  }

  snapshot(): WorldSnapshot {
    const ids: Record<string, IdCounts> = { ...this.#snapshot.ids }
    const tables: Record<string, Readonly<Record<string, TableSnapshot>>> = { ...this.#snapshot.tables }
    for (const [api, state] of this.#apis) {
      ids[api] = state.ids.counts()
      tables[api] = state.snapshot()
    }
    return { seed: this.seed, clock: this.clock.setting, ids, tables }
  }

  /** Takes over another moment, of this world or of another with the same layout. */
  restore(snapshot: WorldSnapshot): void {
    this.#snapshot = snapshot
    this.#apis.clear()
    this.clock.set(snapshot.clock)
  }

  /** Takes over a moment of other specs, with other collections. */
  adopt(layout: Layout, snapshot: WorldSnapshot): void {
    this.#layout = layout
    this.restore(snapshot)
  }

  /** Puts the rows of one API back and leaves clock and ids as they are. */
  restoreRows(api: string, snapshot: WorldSnapshot): void {
    this.state(api).restore(snapshot.tables[api] ?? {})
  }
}

/** The collections of one API in one session. */
class ApiState implements State {
  readonly clock: Clock
  readonly ids: Ids
  readonly #tables = new Map<string, Table>()

  constructor(
    keys: Readonly<Record<string, string>>,
    clock: Clock,
    ids: Ids,
    from: Readonly<Record<string, TableSnapshot>>,
  ) {
    this.clock = clock
    this.ids = ids
    for (const [name, key] of Object.entries(keys)) this.#tables.set(name, new Table(key, snapshotIn(from, name)))
  }

  collection(name: string): Collection {
    return this.table(name)
  }

  table(name: string): Table {
    const table = this.#tables.get(name)
    if (!table) throw new Error(`the spec declares no collection ${name}`)
    return table
  }

  snapshot(): Readonly<Record<string, TableSnapshot>> {
    return Object.fromEntries([...this.#tables].map(([name, table]) => [name, table.snapshot()]))
  }

  restore(from: Readonly<Record<string, TableSnapshot>>): void {
    for (const [name, table] of this.#tables) {
      const snapshot = snapshotIn(from, name)
      if (snapshot) table.restore(snapshot)
      else table.replaceAll([])
    }
  }
}

/** A collection may be called `constructor`, which every object has. */
function snapshotIn(from: Readonly<Record<string, TableSnapshot>>, name: string): TableSnapshot | undefined {
  return Object.hasOwn(from, name) ? from[name] : undefined
}

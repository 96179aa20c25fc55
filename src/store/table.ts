import type { Collection, Query, Row } from './collection.ts'
import type { Scalar } from './attribute.ts'
import { deepFreeze } from './freeze.ts'
import { KeyedEntries } from './keyed-entries.ts'
import { type Entry, RowIndex } from './row-index.ts'

/**
 * The rows of a table at one moment. Once `shared`, nobody writes to it any more: a table that wants to makes itself a
 * clone, in time that does not depend on the number of rows. Indexes are derived data and may still join a shared version.
 */
interface Version {
  shared: boolean
  /** Made when somebody asks, dropped with every write. */
  revision: object | undefined
  nextSequence: number
  readonly byKey: KeyedEntries<Entry>
  readonly indexes: Map<string, RowIndex>
}

/** A frozen moment of a table; restoring or forking from it costs nothing. */
export type TableSnapshot = Version

/** The rows of one collection in one session. */
export class Table implements Collection {
  readonly #key: string
  #version: Version

  constructor(key: string, from?: TableSnapshot) {
    this.#key = key
    this.#version = from ?? versionOf(new Map())
  }

  get size(): number {
    return this.#version.byKey.size
  }

  get revision(): object {
    return (this.#version.revision ??= {})
  }

  snapshot(): TableSnapshot {
    this.#version.shared = true
    return this.#version
  }

  restore(snapshot: TableSnapshot): void {
    snapshot.shared = true
    this.#version = snapshot
  }

  /** Drops all rows and indexes and takes these instead. */
  replaceAll(rows: Iterable<Row>): void {
    this.#version = versionOf(entriesByKey(rows, this.#key))
  }

  /** The same with rows that are made when somebody first looks at them, for all who share this moment at once. */
  replaceLater(rows: () => Iterable<Row>): void {
    this.#version = new LaterVersion(() => entriesByKey(rows(), this.#key))
  }

  get(key: string): Row | undefined {
    return this.#version.byKey.get(key)?.row
  }

  put(row: Row): Row {
    const key = keyOf(row, this.#key)
    const version = this.#writable()
    const added: Entry = { sequence: version.nextSequence, row: deepFreeze(row) }
    if (version.byKey.add(key, added)) {
      version.nextSequence++
      for (const index of version.indexes.values()) index.add(added)
      return added.row
    }
    const before = version.byKey.get(key) as Entry
    const entry: Entry = { sequence: before.sequence, row: added.row }
    version.byKey.replace(key, entry)
    for (const index of version.indexes.values()) {
      index.delete(before)
      index.add(entry)
    }
    return entry.row
  }

  delete(key: string): boolean {
    const entry = this.#version.byKey.get(key)
    if (!entry) return false
    const version = this.#writable()
    version.byKey.delete(key)
    for (const index of version.indexes.values()) index.delete(entry)
    return true
  }

  find(query: Query): Row[] {
    const { where = {} } = query
    const attributes = Object.keys(where).toSorted()
    return this.#index(attributes, query).page(valuesOf(where, attributes), query)
  }

  count(where: NonNullable<Query['where']>): number {
    const attributes = Object.keys(where).toSorted()
    return this.#index(attributes, {}).count(valuesOf(where, attributes))
  }

  all(): IterableIterator<Row> {
    return this.#index([], {}).rows()
  }

  #index(attributes: readonly string[], order: Pick<Query, 'orderBy' | 'byInstant'>): RowIndex {
    const { orderBy, byInstant = false } = order
    const name = `${attributes.join(' ')} ${byInstant ? '@' : ''}${orderBy ?? ''}`
    const known = this.#version.indexes.get(name)
    if (known) return known
    const index = new RowIndex(attributes, order)
    for (const entry of this.#version.byKey.values()) index.add(entry)
    this.#version.indexes.set(name, index)
    return index
  }

  #writable(): Version {
    if (this.#version.shared) this.#version = cloneVersion(this.#version)
    this.#version.revision = undefined
    return this.#version
  }
}

function entriesByKey(rows: Iterable<Row>, attribute: string): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const row of rows) {
    const key = keyOf(row, attribute)
    entries.set(key, { sequence: entries.get(key)?.sequence ?? entries.size, row: deepFreeze(row) })
  }
  return entries
}

/** A version whose rows nobody has asked for yet. */
class LaterVersion implements Version {
  shared = false
  revision: object | undefined = undefined
  readonly indexes = new Map<string, RowIndex>()
  readonly #make: () => ReadonlyMap<string, Entry>
  #byKey: KeyedEntries<Entry> | undefined
  #nextSequence: number | undefined

  constructor(make: () => ReadonlyMap<string, Entry>) {
    this.#make = make
  }

  get byKey(): KeyedEntries<Entry> {
    return (this.#byKey ??= KeyedEntries.of(this.#make()))
  }

  get nextSequence(): number {
    return (this.#nextSequence ??= this.byKey.size)
  }

  set nextSequence(next: number) {
    this.#nextSequence = next
  }
}

/** Takes the map over. */
function versionOf(entries: ReadonlyMap<string, Entry>): Version {
  return {
    shared: false,
    revision: undefined,
    nextSequence: entries.size,
    byKey: KeyedEntries.of(entries),
    indexes: new Map(),
  }
}

function keyOf(row: Row, attribute: string): string {
  const key = row[attribute]
  if (typeof key !== 'string' && typeof key !== 'number')
    throw new TypeError(`a row needs a string or a number as its key ${attribute}`)
  return String(key)
}

function valuesOf(where: NonNullable<Query['where']>, attributes: readonly string[]): Scalar[] {
  return attributes.map((pointer) => where[pointer] ?? null)
}

function cloneVersion(version: Version): Version {
  const indexes = [...version.indexes].map(([name, index]) => [name, index.clone()] as const)
  return {
    shared: false,
    revision: undefined,
    nextSequence: version.nextSequence,
    byKey: version.byKey.clone(),
    indexes: new Map(indexes),
  }
}

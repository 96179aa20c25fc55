import sortedBTree from 'sorted-btree'
import type { Collection, Query, Row } from './collection.ts'
import { compareInstants, compareScalars, getterFor, type Getter, type Scalar } from './attribute.ts'
import { deepFreeze } from './freeze.ts'

// The package is CommonJS, so its default export is a member of what Node imports.
const BTree = sortedBTree.default
type BTree<Key, Value> = sortedBTree.default<Key, Value>

/** A row with its place in the order of insertion, which a replacement keeps. */
interface Entry {
  readonly sequence: number
  readonly row: Row
}

/** Stands before or after every entry that has the given values, to find the ends of their range. */
interface Bound {
  readonly values: readonly Scalar[]
  readonly side: -1 | 1
}

type Order = Pick<Query, 'orderBy' | 'byInstant'>

interface Index {
  readonly equals: readonly string[]
  readonly getters: readonly Getter[]
  readonly entries: BTree<Entry | Bound, undefined>
}

/**
 * The rows of a table at one moment. Once `shared`, nobody writes to it any more: a table that wants to makes itself a
 * clone, in time that does not depend on the number of rows. Indexes are derived data and may still join a shared version.
 */
interface Version {
  shared: boolean
  nextSequence: number
  readonly byKey: BTree<string, Entry>
  readonly indexes: Map<string, Index>
}

/** A frozen moment of a table; restoring or forking from it costs nothing. */
export type TableSnapshot = Version

/** The rows of one collection in one session. */
export class Table implements Collection {
  readonly #key: string
  #version: Version

  constructor(key: string, from?: TableSnapshot) {
    this.#key = key
    this.#version = from ?? emptyVersion()
  }

  get size(): number {
    return this.#version.byKey.size
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
    this.#version = emptyVersion()
    for (const row of rows) this.put(row)
  }

  get(key: string): Row | undefined {
    return this.#version.byKey.get(key)?.row
  }

  put(row: Row): Row {
    const key = keyOf(row, this.#key)
    const version = this.#writable()
    const before = version.byKey.get(key)
    const entry: Entry = { sequence: before?.sequence ?? version.nextSequence++, row: deepFreeze(row) }
    version.byKey.set(key, entry)
    for (const { entries } of version.indexes.values()) {
      if (before) entries.delete(before)
      entries.set(entry, undefined)
    }
    return entry.row
  }

  delete(key: string): boolean {
    const entry = this.#version.byKey.get(key)
    if (!entry) return false
    const version = this.#writable()
    version.byKey.delete(key)
    for (const { entries } of version.indexes.values()) entries.delete(entry)
    return true
  }

  find(query: Query): Row[] {
    const { where = {}, descending = false, skip = 0, limit = Number.POSITIVE_INFINITY } = query
    const found: Row[] = []
    const { index, values } = this.#indexFor(where, query)
    const entries = entriesOf(index, values, descending)
    let passed = 0
    for (let next = entries.next(); !next.done && found.length < limit; next = entries.next()) {
      const entry = next.value[0] as Entry
      if (!hasValues(index, entry.row, values)) break
      if (passed++ >= skip) found.push(entry.row)
    }
    return found
  }

  count(where: NonNullable<Query['where']>): number {
    const { index, values } = this.#indexFor(where, {})
    return index.entries.forRange({ values, side: -1 }, { values, side: 1 }, false)
  }

  *all(): IterableIterator<Row> {
    for (const [entry] of this.#index([], {}).entries.entries()) yield (entry as Entry).row
  }

  #indexFor(where: NonNullable<Query['where']>, order: Order): { index: Index; values: Scalar[] } {
    const index = this.#index(Object.keys(where), order)
    return { index, values: index.equals.map((pointer) => where[pointer] ?? null) }
  }

  #index(equals: readonly string[], order: Order): Index {
    const name = `${equals.length < 2 ? equals.join('') : equals.toSorted().join(' ')} ${order.byInstant ? '@' : ''}${order.orderBy ?? ''}`
    const known = this.#version.indexes.get(name)
    if (known) return known
    const index = createIndex(mostTellingFirst(equals, this.#version.byKey.values()), order)
    for (const entry of this.#version.byKey.values()) index.entries.set(entry, undefined)
    this.#version.indexes.set(name, index)
    return index
  }

  #writable(): Version {
    if (this.#version.shared) this.#version = cloneVersion(this.#version)
    return this.#version
  }
}

function emptyVersion(): Version {
  return { shared: false, nextSequence: 0, byKey: new BTree<string, Entry>(), indexes: new Map() }
}

function keyOf(row: Row, attribute: string): string {
  const key = row[attribute]
  if (typeof key !== 'string' && typeof key !== 'number')
    throw new TypeError(`a row needs a text or a number under its key ${attribute}`)
  return String(key)
}

/** Orders attributes by how many values they have in a sample, so that most comparisons end at the first one. */
function mostTellingFirst(equals: readonly string[], entries: Iterable<Entry>): readonly string[] {
  if (equals.length < 2) return equals
  const sample: Row[] = []
  for (const { row } of entries) if (sample.push(row) === SAMPLE) break
  const distinct = new Map(equals.map((pointer) => [pointer, new Set(sample.map(getterFor(pointer))).size]))
  return equals.toSorted((a, b) => (distinct.get(b) ?? 0) - (distinct.get(a) ?? 0))
}

const SAMPLE = 256

function createIndex(equals: readonly string[], { orderBy, byInstant = false }: Order): Index {
  const getters = equals.map(getterFor)
  const last = orderBy === undefined ? undefined : getterFor(orderBy)
  const compare = comparatorFor(getters, last, byInstant ? compareInstants : compareScalars)
  return { equals, getters, entries: new BTree<Entry | Bound, undefined>(undefined, compare) }
}

function comparatorFor(
  getters: readonly Getter[],
  last: Getter | undefined,
  compareLast: typeof compareScalars,
): (a: Entry | Bound, b: Entry | Bound) => number {
  const compareEntries = (a: Entry, b: Entry): number => {
    for (const get of getters) {
      const order = compareScalars(get(a.row), get(b.row))
      if (order !== 0) return order
    }
    return (last ? compareLast(last(a.row), last(b.row)) : 0) || a.sequence - b.sequence
  }
  const compareToBound = (entry: Entry, bound: Bound): number => {
    for (const [position, value] of bound.values.entries()) {
      const order = compareScalars((getters[position] as Getter)(entry.row), value)
      if (order !== 0) return order
    }
    return -bound.side
  }
  return (a, b) => {
    if ('row' in a) return 'row' in b ? compareEntries(a, b) : compareToBound(a, b)
    return 'row' in b ? -compareToBound(b, a) : a.side - b.side
  }
}

function cloneVersion(version: Version): Version {
  const indexes = [...version.indexes].map(
    ([name, index]) => [name, { ...index, entries: index.entries.clone() }] as const,
  )
  return { shared: false, nextSequence: version.nextSequence, byKey: version.byKey.clone(), indexes: new Map(indexes) }
}

type Pairs = IterableIterator<[Entry | Bound, undefined]>

/** The entries from the first (or last) one with the given values on; the iterator fills the one array that it is given. */
function entriesOf(index: Index, values: readonly Scalar[], descending: boolean): Pairs {
  if (descending) return index.entries.entriesReversed({ values, side: 1 }, [])
  return values.length === 0 ? index.entries.entries(undefined, []) : index.entries.entries({ values, side: -1 }, [])
}

function hasValues({ getters }: Index, row: Row, values: readonly Scalar[]): boolean {
  for (let position = 0; position < getters.length; position++) {
    if ((getters[position] as Getter)(row) !== values[position]) return false
  }
  return true
}

import sortedBTree from 'sorted-btree'
import type { Collection, Query, Row } from './collection.ts'
import { compareInstants, compareScalars, getterFor, type Getter, type Scalar } from './attribute.ts'
import { deepFreeze } from './freeze.ts'
import { KeyedEntries } from './keyed-entries.ts'

// The package is CommonJS, so its default export is a property of what Node imports.
const BTree = sortedBTree.default
type BTree<Key, Value> = sortedBTree.default<Key, Value>

/** A row with its place in the order of insertion, which a replacement keeps. */
interface Entry {
  readonly sequence: number
  readonly row: Row
}

/** A row in an index: what it is found by, and what it is ordered by, both read once. */
interface Indexed {
  readonly group: string
  readonly order: Scalar
  readonly entry: Entry
}

/** Stands before or after every row of a group, to find the ends of its range. */
interface Bound {
  readonly group: string
  readonly side: -1 | 1
}

type Order = Pick<Query, 'orderBy' | 'byInstant'>

interface Index {
  /** Reads the attributes that are equal in a group. */
  readonly equals: readonly Getter[]
  readonly orderBy: Getter | undefined
  readonly entries: BTree<Indexed | Bound, undefined>
  /** The one text object of each group that was put here, by which most comparisons end at once. */
  readonly groups: Map<string, string>
}

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
      for (const index of version.indexes.values()) index.entries.set(indexed(index, added), undefined)
      return added.row
    }
    const before = version.byKey.get(key) as Entry
    const entry: Entry = { sequence: before.sequence, row: added.row }
    version.byKey.replace(key, entry)
    for (const index of version.indexes.values()) {
      index.entries.delete(indexed(index, before))
      index.entries.set(indexed(index, entry), undefined)
    }
    return entry.row
  }

  delete(key: string): boolean {
    const entry = this.#version.byKey.get(key)
    if (!entry) return false
    const version = this.#writable()
    version.byKey.delete(key)
    for (const index of version.indexes.values()) index.entries.delete(indexed(index, entry))
    return true
  }

  find(query: Query): Row[] {
    const { where = {}, descending = false, skip = 0, limit = Number.POSITIVE_INFINITY } = query
    const found: Row[] = []
    const attributes = Object.keys(where).toSorted()
    const index = this.#index(attributes, query)
    const group = groupOf(
      index,
      attributes.map((pointer) => where[pointer] ?? null),
    )
    const entries = entriesOf(index, group, descending)
    let passed = 0
    for (let next = entries.next(); !next.done && found.length < limit; next = entries.next()) {
      const at = next.value[0] as Indexed
      if (at.group !== group) break
      if (passed++ >= skip) found.push(at.entry.row)
    }
    return found
  }

  count(where: NonNullable<Query['where']>): number {
    const attributes = Object.keys(where).toSorted()
    const index = this.#index(attributes, {})
    const group = groupOf(
      index,
      attributes.map((pointer) => where[pointer] ?? null),
    )
    return index.entries.forRange({ group, side: -1 }, { group, side: 1 }, false)
  }

  *all(): IterableIterator<Row> {
    for (const [at] of this.#index([], {}).entries.entries()) yield (at as Indexed).entry.row
  }

  #index(attributes: readonly string[], { orderBy, byInstant = false }: Order): Index {
    const name = `${attributes.join(' ')} ${byInstant ? '@' : ''}${orderBy ?? ''}`
    const known = this.#version.indexes.get(name)
    if (known) return known
    const index: Index = {
      equals: attributes.map(getterFor),
      orderBy: orderBy === undefined ? undefined : getterFor(orderBy),
      entries: new BTree<Indexed | Bound, undefined>(undefined, byInstant ? byGroupAndInstant : byGroupAndScalar),
      groups: new Map(),
    }
    for (const entry of this.#version.byKey.values()) index.entries.set(indexed(index, entry), undefined)
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
  readonly indexes = new Map<string, Index>()
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

function indexed(index: Index, entry: Entry): Indexed {
  const { equals, orderBy, groups } = index
  const { row } = entry
  const group = groupOf(
    index,
    equals.map((get) => get(row)),
  )
  groups.set(group, group)
  return { group, order: orderBy ? orderBy(row) : null, entry }
}

/** One text for several values, another for any others: a single comparison then tells whether all are equal. */
function groupOf({ groups }: Index, values: readonly Scalar[]): string {
  if (values.length === 0) return ''
  const group = JSON.stringify(values)
  return groups.get(group) ?? group
}

const byGroupAndScalar = comparatorFor(compareScalars)
const byGroupAndInstant = comparatorFor(compareInstants)

function comparatorFor(compareOrder: typeof compareScalars): (a: Indexed | Bound, b: Indexed | Bound) => number {
  return (a, b) => {
    if (a.group !== b.group) return a.group < b.group ? -1 : 1
    if ('side' in a) return 'side' in b ? a.side - b.side : a.side
    if ('side' in b) return -b.side
    return compareOrder(a.order, b.order) || a.entry.sequence - b.entry.sequence
  }
}

function cloneVersion(version: Version): Version {
  const indexes = [...version.indexes].map(
    // With no groups yet: those of a fork are to be forgotten with it.
    ([name, index]) => [name, { ...index, entries: index.entries.clone(), groups: new Map<string, string>() }] as const,
  )
  return {
    shared: false,
    revision: undefined,
    nextSequence: version.nextSequence,
    byKey: version.byKey.clone(),
    indexes: new Map(indexes),
  }
}

type Pairs = IterableIterator<[Indexed | Bound, undefined]>

/** The rows from the first (or last) one of a group on; the iterator fills the one array that it is given. */
function entriesOf({ entries }: Index, group: string, descending: boolean): Pairs {
  return descending ? entries.entriesReversed({ group, side: 1 }, []) : entries.entries({ group, side: -1 }, [])
}

import sortedBTree from 'sorted-btree'
import { compareInstants, compareScalars, getterFor, type Getter, type Scalar } from './attribute.ts'
import type { Query, Row } from './collection.ts'

// The package is CommonJS, so its default export is a property of what Node imports.
const BTree = sortedBTree.default
type BTree<Key, Value> = sortedBTree.default<Key, Value>

/** A row with its place in the order of insertion, which a replacement keeps. */
export interface Entry {
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

type Tree = BTree<Indexed | Bound, undefined>

/** The rows of a table by what is equal in a group, and within a group in an order. */
export class RowIndex {
  readonly #attributes: readonly string[]
  readonly #order: Pick<Query, 'orderBy' | 'byInstant'>
  /** Reads the attributes that are equal in a group. */
  readonly #equals: readonly Getter[]
  readonly #orderBy: Getter | undefined
  readonly #tree: Tree
  /** The one text object of each group that was put here, by which most comparisons end at once. */
  readonly #groups = new Map<string, string>()
  /** Rows that find their place when somebody asks: most that a test creates are never listed. */
  #added: Entry[] = []

  constructor(
    attributes: readonly string[],
    order: Pick<Query, 'orderBy' | 'byInstant'>,
    tree: Tree = new BTree<Indexed | Bound, undefined>(
      undefined,
      order.byInstant === true ? byGroupAndInstant : byGroupAndScalar,
    ),
  ) {
    this.#attributes = attributes
    this.#order = order
    this.#equals = attributes.map(getterFor)
    this.#orderBy = order.orderBy === undefined ? undefined : getterFor(order.orderBy)
    this.#tree = tree
  }

  /** In time that does not depend on the number of rows, but for those that have no place yet; both may be written to afterwards. */
  clone(): RowIndex {
    // With no groups yet: those of a fork are to be forgotten with it.
    return new RowIndex(this.#attributes, this.#order, this.#settled().clone())
  }

  add(entry: Entry): void {
    this.#added.push(entry)
  }

  delete(entry: Entry): void {
    this.#settled().delete(this.#indexed(entry))
  }

  /** The rows with these values of the attributes, in the order of the index; cost follows the page. */
  page(values: readonly Scalar[], { descending = false, skip = 0, limit = Number.POSITIVE_INFINITY }: Query): Row[] {
    const found: Row[] = []
    const tree = this.#settled()
    const group = this.#groupOf(values)
    const entries = entriesOf(tree, group, descending)
    let passed = 0
    for (let next = entries.next(); !next.done && found.length < limit; next = entries.next()) {
      const at = next.value[0] as Indexed
      if (at.group !== group) break
      if (passed++ >= skip) found.push(at.entry.row)
    }
    return found
  }

  count(values: readonly Scalar[]): number {
    const tree = this.#settled()
    const group = this.#groupOf(values)
    return tree.forRange({ group, side: -1 }, { group, side: 1 }, false)
  }

  *rows(): IterableIterator<Row> {
    for (const [at] of this.#settled().entries()) yield (at as Indexed).entry.row
  }

  #settled(): Tree {
    if (this.#added.length === 0) return this.#tree
    for (const entry of this.#added) this.#tree.set(this.#indexed(entry), undefined)
    this.#added = []
    return this.#tree
  }

  #indexed(entry: Entry): Indexed {
    const { row } = entry
    const group = this.#groupOf(this.#equals.map((get) => get(row)))
    this.#groups.set(group, group)
    return { group, order: this.#orderBy ? this.#orderBy(row) : null, entry }
  }

  /** One text for several values, another for any others: a single comparison then tells whether all are equal. */
  #groupOf(values: readonly Scalar[]): string {
    if (values.length === 0) return ''
    const group = JSON.stringify(values)
    return this.#groups.get(group) ?? group
  }
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

/** The rows from the first (or last) one of a group on; the iterator fills the one array that it is given. */
function entriesOf(tree: Tree, group: string, descending: boolean): IterableIterator<[Indexed | Bound, undefined]> {
  return descending ? tree.entriesReversed({ group, side: 1 }, []) : tree.entries({ group, side: -1 }, [])
}

/** A row is plain JSON, deeply frozen; a changed row is a new object. */
export type Row = { readonly [attribute: string]: unknown }

export interface Query {
  /** JSON pointer → value, all of which must be equal. */
  readonly where?: Readonly<Record<string, string | number | boolean | null>>
  /** JSON pointer of the attribute to order by; default: order of insertion. */
  readonly orderBy?: string
  /** Whether the texts to order by are points in time. */
  readonly byInstant?: boolean
  readonly descending?: boolean
  readonly skip?: number
  readonly limit?: number
}

/** The rows of one collection in one session, in order of insertion. */
export interface Collection {
  readonly size: number
  /** The same object as long as the rows are the same; a key for what is derived from all of them. */
  readonly revision: object
  get(key: string): Row | undefined
  /** Inserts, or replaces in place the row with the same key; returns the frozen row. */
  put(row: Row): Row
  /** False if there was none. */
  delete(key: string): boolean
  /** Uses an index over `where` and `orderBy`, made on first use, kept up to date after; cost follows the page. */
  find(query: Query): Row[]
  count(where: NonNullable<Query['where']>): number
  all(): IterableIterator<Row>
}

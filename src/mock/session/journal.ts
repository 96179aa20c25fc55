import type { JournalEntry } from './journal-entry.ts'
import type { Redactor } from './redact.ts'
import { type Noted, RecordedExchange } from './recorded-exchange.ts'

export interface JournalLimits {
  /** Of one session; 0 keeps nothing. */
  readonly maxEntries: number
  /** Of one session. */
  readonly maxBytes: number
  /** Of all sessions together; the session that has been quiet for the longest time loses its entries first. */
  readonly maxTotalBytes: number
}

const MEBIBYTE = 1024 * 1024
export const defaultJournalLimits: JournalLimits = {
  maxEntries: 1000,
  maxBytes: 16 * MEBIBYTE,
  maxTotalBytes: 128 * MEBIBYTE,
}

/** Which entries of a journal are wanted; what is left out does not matter. */
export interface JournalFilter {
  readonly operationId?: string | undefined
  readonly api?: string | undefined
  readonly status?: number | undefined
  readonly method?: string | undefined
  readonly refusedBy?: string | undefined
}

export interface JournalPage {
  /** Only entries with a higher id. */
  readonly after?: number
  readonly skip?: number
  readonly limit?: number
}

export interface Kept {
  readonly id: number
  readonly recorded: RecordedExchange
}

/** The latest requests of a session, bounded by number and size; how many had to go is never hidden. */
export class Journal {
  readonly #shelf: JournalShelf
  /** Evicted entries leave `undefined` behind, so that they can be collected, until the array is compacted. */
  #kept: (RecordedExchange | undefined)[] = []
  /** Index of the oldest entry that still counts. */
  #start = 0
  #bytes = 0
  #nextId = 1
  #evicted = 0
  /** `undefined` while nobody listens, which costs a request nothing. */
  #listeners: ReadonlySet<(kept: Kept) => void> | undefined

  constructor(shelf: JournalShelf) {
    this.#shelf = shelf
  }

  /** How many requests were seen and are no longer kept. */
  get evicted(): number {
    return this.#evicted
  }

  get redact(): Redactor {
    return this.#shelf.redact
  }

  get size(): number {
    return this.#kept.length - this.#start
  }

  note(noted: Noted): void {
    if (this.#shelf.limits.maxEntries === 0) {
      this.#evicted++
      return
    }
    const recorded = new RecordedExchange(noted)
    this.#kept.push(recorded)
    this.#nextId++
    this.#bytes += recorded.bytes
    this.#shelf.grew(this, recorded.bytes)
    while (this.#isFull()) this.evictOldest()
    if (this.#listeners) for (const listener of this.#listeners) listener({ id: this.#nextId - 1, recorded })
  }

  /** Tells of every request from now on, until the returned function is called. */
  listen(listener: (entry: JournalEntry) => void): () => void {
    const tell = (kept: Kept): void => listener(entryOf(kept, this.#shelf.redact))
    this.#listeners = new Set([...(this.#listeners ?? []), tell])
    return () => {
      const rest = [...(this.#listeners ?? [])].filter((each) => each !== tell)
      this.#listeners = rest.length === 0 ? undefined : new Set(rest)
    }
  }

  evictOldest(): void {
    const { bytes } = this.#kept[this.#start] as RecordedExchange
    this.#bytes -= bytes
    this.#shelf.shrank(bytes)
    this.#evicted++
    this.#kept[this.#start++] = undefined
    if (this.#start <= this.#shelf.limits.maxEntries) return
    this.#kept = this.#kept.slice(this.#start)
    this.#start = 0
  }

  clear(): void {
    this.#shelf.emptied(this, this.#bytes)
    this.#kept = []
    this.#start = 0
    this.#bytes = 0
    this.#evicted = 0
  }

  /** Clears, and counts from 1 again. */
  restart(): void {
    this.clear()
    this.#nextId = 1
  }

  /** Oldest first; secrets included, so not to be shown. */
  *kept(): IterableIterator<Kept> {
    // Entries come and go in the order of their ids, so the place tells the id.
    const before = this.#nextId - this.#kept.length
    for (let index = this.#start; index < this.#kept.length; index++)
      yield { id: before + index, recorded: this.#kept[index] as RecordedExchange }
  }

  /** Oldest first, each made readable when it is reached. */
  *entries(filter: JournalFilter = {}, page: JournalPage = {}): IterableIterator<JournalEntry> {
    const { after = 0, skip = 0, limit = Number.POSITIVE_INFINITY } = page
    let passed = 0
    for (const kept of this.kept()) {
      if (kept.id <= after || !isWanted(kept.recorded, filter) || passed++ < skip) continue
      if (passed > skip + limit) return
      yield entryOf(kept, this.#shelf.redact)
    }
  }

  count(filter: JournalFilter): number {
    let count = 0
    for (const { recorded } of this.kept()) if (isWanted(recorded, filter)) count++
    return count
  }

  #isFull(): boolean {
    const { maxEntries, maxBytes } = this.#shelf.limits
    return this.size > maxEntries || (this.#bytes > maxBytes && this.size > 1)
  }
}

/** What the journals of all sessions share: their limits, their redact, and a bound for all of them together. */
export class JournalShelf {
  readonly limits: JournalLimits
  redact: Redactor
  /** Journals that have entries, the one that has been quiet for the longest time first. */
  readonly #journals = new Set<Journal>()
  #latest: Journal | undefined
  #bytes = 0

  constructor(limits: JournalLimits, redact: Redactor) {
    this.limits = limits
    this.redact = redact
  }

  grew(journal: Journal, bytes: number): void {
    this.#bytes += bytes
    if (this.#latest === journal) return this.#keepBound()
    // Who has been quiet matters only when room grows short; until then a request need not pay for the order.
    if (this.#bytes > this.limits.maxTotalBytes / 2) this.#journals.delete(journal)
    this.#journals.add(journal)
    this.#latest = journal
    this.#keepBound()
  }

  shrank(bytes: number): void {
    this.#bytes -= bytes
  }

  emptied(journal: Journal, bytes: number): void {
    this.shrank(bytes)
    this.#journals.delete(journal)
    if (this.#latest === journal) this.#latest = undefined
  }

  #keepBound(): void {
    if (this.#bytes <= this.limits.maxTotalBytes) return
    for (const journal of this.#journals) {
      while (
        journal.size > 0 &&
        this.#bytes > this.limits.maxTotalBytes &&
        !(journal === this.#latest && journal.size === 1)
      )
        journal.evictOldest()
      if (journal.size === 0) this.#journals.delete(journal)
      if (this.#bytes <= this.limits.maxTotalBytes) return
    }
  }
}

/** The JSON value of a body, or its text; a cut text where it is nested too deep to be walked; `undefined` for none. */
export function bodyValue(body: Noted['requestBody']): unknown {
  if (!Buffer.isBuffer(body)) return body
  return jsonOrText(body.toString('utf8'))
}

function isWanted(recorded: RecordedExchange, { operationId, api, status, method, refusedBy }: JournalFilter): boolean {
  return (
    (operationId === undefined || recorded.operationId === operationId) &&
    (api === undefined || recorded.api === api) &&
    (status === undefined || recorded.status === status) &&
    (method === undefined || recorded.method === method.toUpperCase()) &&
    (refusedBy === undefined || recorded.refusedBy === refusedBy)
  )
}

function entryOf({ id, recorded }: Kept, redact: Redactor): JournalEntry {
  const { url, requestBody, responseBody } = recorded
  const mark = url.indexOf('?')
  return {
    id,
    at: new Date(recorded.atMs).toISOString(),
    api: recorded.api ?? null,
    operationId: recorded.operationId ?? null,
    method: recorded.method,
    path: recorded.path,
    query: mark < 0 ? '' : redact.query(url.slice(mark + 1)),
    headers: redact.headers(recorded.headers),
    body: readable(bodyValue(requestBody), redact),
    status: recorded.status,
    ...(recorded.refusedBy && { refusedBy: recorded.refusedBy }),
    ...(recorded.fault !== undefined && { fault: recorded.fault }),
    ...(recorded.override !== undefined && { override: recorded.override }),
    response: {
      headers: redact.headers(recorded.responseHeaders),
      body: readable(responseBody, redact),
    },
  }
}

/** One body never takes the page with it, whatever is wrong with it. */
function readable(value: unknown, redact: Redactor): unknown {
  try {
    return typeof value === 'string' ? redact.text(value) : redact.json(value ?? null)
  } catch (error) {
    return `(cannot be shown: ${(error as Error).message})`
  }
}

/** What a text says: JSON where it is JSON, `undefined` where it is empty, its beginning where it is nested too deep. */
export function jsonOrText(text: string): unknown {
  if (text === '') return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isDeeperThan(value, MAX_DEPTH) ? cut(text) : value
  } catch {
    return text
  }
}

/** The deepest nesting that a body is shown with; beyond it, walking it could overflow the stack. */
const MAX_DEPTH = 200
const MAX_CUT = 1000

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  for (const name in value) if (isDeeperThan(value[name as keyof typeof value], levels - 1)) return true
  return false
}

function cut(text: string): string {
  return `${text.slice(0, MAX_CUT)}… (${text.length} characters, nested deeper than ${MAX_DEPTH} levels)`
}

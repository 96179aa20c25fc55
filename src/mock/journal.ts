import type { RefusedBy, RequestLine } from './handler.ts'
import { maskBody, maskHeaders, maskText } from './mask.ts'

export interface JournalLimits {
  readonly maxEntries: number
  readonly maxBytes: number
}

export const defaultJournalLimits: JournalLimits = { maxEntries: 1000, maxBytes: 4 * 1024 * 1024 }

/** What is noted of a request while it is answered: references only, made readable when somebody asks. */
export interface Noted {
  readonly at: string
  readonly api: string | undefined
  readonly operationId: string | undefined
  readonly request: RequestLine
  readonly requestBody: Buffer | undefined
  readonly status: number
  readonly responseHeaders: Readonly<Record<string, string>>
  readonly responseBody: string | undefined
  readonly refusedBy: RefusedBy | undefined
}

/** A request as `GET /__mock/requests` shows it; credentials are masked. */
export interface JournalEntry {
  readonly id: number
  readonly at: string
  readonly api: string | null
  readonly operationId: string | null
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  /** JSON where it is JSON, else the text; `null` for none. */
  readonly body: unknown
  readonly status: number
  readonly refusedBy?: RefusedBy
  readonly response: { readonly headers: Readonly<Record<string, string>>; readonly body: unknown }
}

interface Kept {
  readonly id: number
  readonly bytes: number
  readonly noted: Noted
}

const ENTRY_OVERHEAD_BYTES = 512

/** The latest requests of a session, bounded by number and size; how many had to go is never hidden. */
export class Journal {
  readonly #limits: JournalLimits
  #kept: Kept[] = []
  /** Index of the oldest entry that still counts; the array is compacted now and then. */
  #start = 0
  #bytes = 0
  #nextId = 1
  #evicted = 0

  constructor(limits: JournalLimits) {
    this.#limits = limits
  }

  get evicted(): number {
    return this.#evicted
  }

  note(noted: Noted): void {
    if (this.#limits.maxEntries === 0) return
    const bytes = ENTRY_OVERHEAD_BYTES + (noted.requestBody?.length ?? 0) + (noted.responseBody?.length ?? 0)
    this.#kept.push({ id: this.#nextId++, bytes, noted })
    this.#bytes += bytes
    while (this.#isFull()) this.#evictOldest()
  }

  clear(): void {
    this.#kept = []
    this.#start = 0
    this.#bytes = 0
    this.#evicted = 0
  }

  /** Oldest first, each made readable when it is reached. */
  *entries(): IterableIterator<JournalEntry> {
    for (let index = this.#start; index < this.#kept.length; index++) yield entryOf(this.#kept[index] as Kept)
  }

  #isFull(): boolean {
    const count = this.#kept.length - this.#start
    return count > this.#limits.maxEntries || (this.#bytes > this.#limits.maxBytes && count > 1)
  }

  #evictOldest(): void {
    this.#bytes -= (this.#kept[this.#start] as Kept).bytes
    this.#evicted++
    this.#start++
    if (this.#start <= this.#limits.maxEntries) return
    this.#kept = this.#kept.slice(this.#start)
    this.#start = 0
  }
}

function entryOf({ id, noted }: Kept): JournalEntry {
  const { request, responseHeaders, responseBody, requestBody } = noted
  const mark = request.url.indexOf('?')
  return {
    id,
    at: noted.at,
    api: noted.api ?? null,
    operationId: noted.operationId ?? null,
    method: request.method,
    path: request.path,
    query: mark < 0 ? '' : request.url.slice(mark + 1),
    headers: maskHeaders(request.headers),
    body: readable(requestBody?.toString('utf8')),
    status: noted.status,
    ...(noted.refusedBy && { refusedBy: noted.refusedBy }),
    response: { headers: responseHeaders, body: readable(responseBody) },
  }
}

function readable(text: string | undefined): unknown {
  if (text === undefined || text === '') return null
  try {
    return maskBody(JSON.parse(text))
  } catch {
    return maskText(text)
  }
}

import type { RefusedBy } from '../handlers/refused-by.ts'
import type { RequestHead } from '../handlers/request-head.ts'
import type { JsonObject } from '../../openapi/api.ts'

/** What is noted of a request while it is answered. */
export interface Noted {
  /** Milliseconds since the epoch. */
  readonly atMs: number
  readonly api: string | undefined
  readonly operationId: string | undefined
  readonly request: Pick<RequestHead, 'method' | 'url' | 'path' | 'rawHeaders'>
  /** Bytes, or what is kept of a form. */
  readonly requestBody: Buffer | JsonObject | undefined
  /** 0 where the connection was dropped without an answer. */
  readonly status: number
  readonly responseHeaders: Readonly<Record<string, string>>
  /** As it was handed out, so that a page of rows costs a few references; `undefined` for none. */
  readonly responseBody: unknown
  /** Of its text. */
  readonly responseBytes: number
  readonly refusedBy: RefusedBy | undefined
  /** The fault that was applied. */
  readonly fault?: string | undefined
  /** The override that answered. */
  readonly override?: string | undefined
}

/** What one takes beside its texts and bodies: measured, and rounded up. */
const OVERHEAD_BYTES = 512

/**
 * A request and its answer as the journal keeps them. Whatever is kept outlives its request, and each object of it is one more
 * for the garbage collector to carry: so each head is one text, taken apart when somebody asks, and bodies are references.
 */
export class RecordedExchange implements Omit<Noted, 'request' | 'responseBytes'> {
  readonly atMs: number
  readonly api: string | undefined
  readonly operationId: string | undefined
  readonly requestBody: Buffer | JsonObject | undefined
  readonly status: number
  readonly responseBody: unknown
  readonly refusedBy: RefusedBy | undefined
  readonly fault: string | undefined
  readonly override: string | undefined
  readonly bytes: number
  readonly #requestHead: string
  readonly #responseHead: string

  constructor(noted: Noted) {
    const { request, requestBody, responseHeaders } = noted
    this.atMs = noted.atMs
    this.api = noted.api
    this.operationId = noted.operationId
    this.requestBody = requestBody
    this.status = noted.status
    this.responseBody = noted.responseBody
    this.refusedBy = noted.refusedBy
    this.fault = noted.fault
    this.override = noted.override
    // A line feed can stand in none of the parts (RFC 9112, sections 3 and 5).
    this.#requestHead = [request.method, request.url, request.path, ...request.rawHeaders].join('\n')
    const response: string[] = []
    for (const name in responseHeaders) response.push(name, responseHeaders[name] as string)
    this.#responseHead = response.join('\n')
    const bodyBytes = (Buffer.isBuffer(requestBody) ? requestBody.length : 0) + noted.responseBytes
    this.bytes = OVERHEAD_BYTES + this.#requestHead.length + this.#responseHead.length + bodyBytes
  }

  get method(): string {
    return this.#requestHead.slice(0, this.#requestHead.indexOf('\n'))
  }

  /** Path and query exactly as sent. */
  get url(): string {
    return this.#requestHead.split('\n', 2)[1] ?? ''
  }

  get path(): string {
    return this.#requestHead.split('\n', 3)[2] ?? ''
  }

  get headers(): Record<string, string> {
    return fieldsOf(this.#requestHead.split('\n').slice(3))
  }

  get responseHeaders(): Record<string, string> {
    return this.#responseHead === '' ? {} : fieldsOf(this.#responseHead.split('\n'))
  }
}

/** By lower-case name; a field that came more than once has its values in one list (RFC 9110, section 5.2). */
function fieldsOf(pairs: readonly string[]): Record<string, string> {
  const fields = new Map<string, string>()
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const name = (pairs[index] as string).toLowerCase()
    const value = pairs[index + 1] as string
    const before = fields.get(name)
    fields.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return Object.fromEntries(fields)
}

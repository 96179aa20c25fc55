import type { IncomingHttpHeaders } from 'node:http'

/** One request as it came over the wire; `path` has no query, `query` is what stands behind the question mark, undecoded. */
export interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}

/** What is sent back; an empty `body` sends none. */
export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** `undefined` says that the path belongs to somebody else. */
export type Answer = HttpResponse | undefined

/** An API written from the text alone: it holds its own rows, `reset` brings the seeded ones back. */
export interface IndependentApi {
  (request: HttpRequest): Answer | Promise<Answer>
  reset(): void
}

/** A response with a JSON body. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  }
}

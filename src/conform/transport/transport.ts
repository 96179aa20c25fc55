import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'

/** A request to send, ready for the wire: nothing is added but `host` and `content-length`. */
export interface OutgoingRequest {
  readonly method: string
  /** Path and query, already percent-encoded, below the target's base URL. */
  readonly path: string
  /** In the order in which they are sent; a name may come twice. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: string | Uint8Array
}

/** What was sent and what came. */
export interface Exchanged {
  readonly sent: OutgoingRequest & { readonly url: string }
  readonly outcome: Answer | NoAnswer
}

export interface Answer {
  readonly kind: 'answer'
  readonly status: number
  /** By lower-case name; several headers of one name are joined with a comma, except `set-cookie`. */
  readonly headers: Readonly<Record<string, string>>
  /** Decoded from gzip, deflate or br. */
  readonly body: Uint8Array
  readonly text: string
}

/** The connection broke, nothing came in time, or what came was not HTTP. */
interface NoAnswer {
  readonly kind: 'no-answer'
  /** `ECONNREFUSED`, `ETIMEDOUT`, `HPE_INVALID_CONSTANT`, … */
  readonly code: string
  readonly message: string
}

export interface TransportOptions {
  /** Without a slash at the end; may have a path. */
  readonly baseUrl: string
  /** Sent with every request that does not carry a header of that name itself. */
  readonly headers?: Readonly<Record<string, string>>
  /** How long to wait for the whole answer. Default 10,000. */
  readonly timeoutMs?: number
  /** Requests a second, at most. Default: no limit. */
  readonly rate?: number
  /** Open connections, at most. Default 16. */
  readonly connections?: number
}

export interface Transport {
  /** Sends one request as it is. Follows no redirect, never throws for what the server does. */
  send(request: OutgoingRequest): Promise<Exchanged>
  /** How many requests were sent. */
  readonly count: number
  close(): void
}

const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/** Opens keep-alive connections to one base URL. */
export function createTransport(options: TransportOptions): Transport {
  const base = new URL(options.baseUrl)
  const secure = base.protocol === 'https:'
  const maxSockets = options.connections ?? 16
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, maxSockets })
    : new HttpAgent({ keepAlive: true, maxSockets })
  const start = secure ? httpsRequest : httpRequest
  const prefix = base.pathname.replace(/\/+$/, '')
  const timeoutMs = options.timeoutMs ?? 10_000
  const turn = createPacer(options.rate)
  let count = 0

  const once = (request: OutgoingRequest, connections: typeof agent | false = agent): Promise<Answer | NoAnswer> =>
    new Promise((resolve) => {
      const body = request.body === undefined ? undefined : Buffer.from(request.body as string)
      const outgoing = start({
        agent: connections,
        protocol: base.protocol,
        host: base.hostname.replace(/^\[|\]$/g, ''),
        port: base.port || (secure ? 443 : 80),
        method: request.method,
        path: prefix + request.path,
        headers: flatHeaders(request, options.headers ?? {}, base.host, body?.byteLength),
      })
      const finish = (outcome: Answer | NoAnswer): void => {
        stopWaiting()
        resolve(outcome)
      }
      const fail = (error: NodeJS.ErrnoException): void =>
        finish({ kind: 'no-answer', code: error.code ?? 'ERROR', message: error.message })
      const stopWaiting = whenWaited(timeoutMs, () => {
        fail(Object.assign(new Error(`no complete answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' }))
        outgoing.destroy()
      })
      outgoing.on('error', fail)
      outgoing.on('response', (response) => collect(response, finish, fail))
      outgoing.end(body)
    })

  return {
    send: async (request) => {
      await turn()
      count++
      const sent = {
        ...request,
        headers: withDefaults(request, options.headers ?? {}),
        url: base.origin + prefix + request.path,
      }
      let outcome = await once(request)
      // A server may close an idle connection at the moment in which we use it (RFC 9112, section 9.3.1): not its mistake.
      // Other idle ones may have gone with it, so that only a new one can tell.
      if (outcome.kind === 'no-answer' && isIdleClose(outcome.code)) outcome = await once(request, false)
      return { sent, outcome }
    },
    get count() {
      return count
    },
    close: () => agent.destroy(),
  }
}

/** The first value of a header that a request would carry, by lower-case name. */
export function headerOf(request: Pick<OutgoingRequest, 'headers'>, name: string): string | undefined {
  return request.headers.find(([each]) => each.toLowerCase() === name)?.[1]
}

const SLICES = 10

/**
 * Waits in slices and returns how to stop. A process that gets no time itself, as on a crowded machine, loses a slice only:
 * an answer that came meanwhile is read before the next one, and the server is not blamed.
 */
function whenWaited(timeoutMs: number, due: () => void): () => void {
  let left = SLICES
  const wait = (): NodeJS.Timeout => setTimeout(next, timeoutMs / SLICES)
  const next = (): void => {
    left--
    if (left === 0) due()
    else timer = wait()
  }
  let timer = wait()
  return () => clearTimeout(timer)
}

function isIdleClose(code: string): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE'
}

function withDefaults(
  request: OutgoingRequest,
  defaults: Readonly<Record<string, string>>,
): readonly (readonly [string, string])[] {
  const extra = Object.entries(defaults).filter(([name]) => headerOf(request, name.toLowerCase()) === undefined)
  return extra.length === 0 ? request.headers : [...request.headers, ...extra]
}

function flatHeaders(
  request: OutgoingRequest,
  defaults: Readonly<Record<string, string>>,
  host: string,
  length: number | undefined,
): string[] {
  const pairs = [['host', host] as const, ...withDefaults(request, defaults)]
  const flat = pairs.flatMap(([name, value]) => [name, asLatin1(value)])
  const needsLength = length !== undefined || !['GET', 'HEAD', 'OPTIONS', 'DELETE', 'TRACE'].includes(request.method)
  return needsLength ? [...flat, 'content-length', String(length ?? 0)] : flat
}

/** Node writes headers as Latin-1; text beyond it goes out as its UTF-8 bytes. */
function asLatin1(value: string): string {
  return /^[\0-\xff]*$/.test(value) ? value : Buffer.from(value, 'utf8').toString('latin1')
}

function collect(
  response: IncomingMessage,
  finish: (answer: Answer) => void,
  fail: (error: NodeJS.ErrnoException) => void,
): void {
  const chunks: Buffer[] = []
  let size = 0
  response.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= MAX_ANSWER_BYTES) chunks.push(chunk)
    else
      response.destroy(
        Object.assign(new Error(`an answer of more than ${MAX_ANSWER_BYTES} bytes`), { code: 'EMSGSIZE' }),
      )
  })
  response.on('error', fail)
  response.on('aborted', () => fail(Object.assign(new Error('the answer broke off'), { code: 'EABORTED' })))
  response.on('end', () => {
    if (!response.complete) return
    const headers = joinedHeaders(response)
    const raw = Buffer.concat(chunks)
    const body = decoded(raw, headers['content-encoding'])
    if (body instanceof Error) fail(Object.assign(body, { code: 'EENCODING' }))
    else finish({ kind: 'answer', status: response.statusCode ?? 0, headers, body, text: body.toString('utf8') })
  })
}

function joinedHeaders(response: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}

function decoded(raw: Buffer, encoding: string | undefined): Buffer | Error {
  if (raw.length === 0) return raw
  try {
    if (encoding === 'gzip' || encoding === 'x-gzip') return gunzipSync(raw)
    if (encoding === 'deflate') return inflateSync(raw)
    if (encoding === 'br') return brotliDecompressSync(raw)
    return raw
  } catch (error) {
    return new Error(`the body is not ${encoding ?? 'identity'}: ${(error as Error).message}`)
  }
}

/** Lets callers pass one after the other, `rate` of them a second. */
function createPacer(rate: number | undefined): () => Promise<void> {
  if (rate === undefined) return () => Promise.resolve()
  const gapMs = 1000 / rate
  let next = performance.now()
  return () => {
    const now = performance.now()
    const at = Math.max(now, next)
    next = at + gapMs
    return at <= now ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, at - now))
  }
}

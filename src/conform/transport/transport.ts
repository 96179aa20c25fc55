import type { Trust } from './connection.ts'
import { createConnectionPool } from './connection-pool.ts'
import { decodeBody } from './decode-body.ts'
import { answerOf, headerOf, type Answer, type Exchanged, type NoAnswer, type OutgoingRequest } from './exchange.ts'
import { createPacer } from './pacer.ts'
import { createRateLimit } from './rate-limit.ts'
import { requestBytes, type RequestFrame } from './request-bytes.ts'
import type { ReadAnswer } from './response-reader.ts'

export { headerOf } from './exchange.ts'
export type { Answer, Exchanged, OutgoingRequest } from './exchange.ts'

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
  /** What the server's certificate is checked against. */
  readonly trust?: Trust
  /** Bytes of an answer, also when it is unpacked. Default 64 MiB. */
  readonly maxBytes?: number
}

export interface Transport {
  /**
   * Sends one request as it is. Follows no redirect, never throws for what the server does, but for one that goes on to limit
   * the rate of requests: TARGET_UNREACHABLE.
   */
  send(request: OutgoingRequest): Promise<Exchanged>
  /** How many requests were sent. */
  readonly count: number
  /** How many of them were sent again, since a connection had been closed that was used before. */
  readonly repeated: number
  /** How often a 429 or 503 was waited for. */
  readonly waits: number
  close(): void
}

const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/** Opens keep-alive connections to one base URL. */
export function createTransport(options: TransportOptions): Transport {
  const base = new URL(options.baseUrl)
  const isSecure = base.protocol === 'https:'
  const frame: RequestFrame = { host: base.host, prefix: base.pathname.replace(/\/+$/, '') }
  const maxBytes = options.maxBytes ?? MAX_ANSWER_BYTES
  const defaults = Object.entries(options.headers ?? {})
  const pool = createConnectionPool({
    endpoint: {
      host: base.hostname.replace(/^\[|\]$/g, ''),
      port: base.port === '' ? (isSecure ? 443 : 80) : Number(base.port),
      ...(isSecure && { tls: options.trust ?? {} }),
    },
    connections: options.connections ?? 16,
    timeoutMs: options.timeoutMs ?? 10_000,
    maxBytes,
  })
  const pacer = createPacer(options.rate)
  const limit = createRateLimit(pacer, options.baseUrl)
  let count = 0
  let repeats = 0

  const once = async (method: string, bytes: Buffer): Promise<Answer | NoAnswer> => {
    limit.assertOpen()
    count++
    const { outcome, repeated } = await pool.send(method, bytes)
    if (repeated) repeats++
    return outcome.kind === 'no-answer' ? outcome : decoded(outcome, maxBytes)
  }

  return {
    send: async (request) => {
      const headers = withDefaults(request, defaults)
      const sent = { ...request, headers, url: base.origin + frame.prefix + request.path }
      const bytes = requestBytes(sent, frame)
      for (;;) {
        await pacer.turn()
        const sentMs = performance.now()
        const outcome = await once(request.method, bytes)
        if (!limit.isToRepeat(outcome, sentMs)) return { sent, outcome }
      }
    },
    get count() {
      return count
    },
    get repeated() {
      return repeats
    },
    get waits() {
      return limit.waits
    },
    close: () => pool.close(),
  }
}

/** The same transport with another way to send. */
export function withSend(transport: Transport, send: Transport['send']): Transport {
  return {
    send,
    get count() {
      return transport.count
    },
    get repeated() {
      return transport.repeated
    },
    get waits() {
      return transport.waits
    },
    close: () => transport.close(),
  }
}

function decoded({ head, body }: ReadAnswer, maxBytes: number): Answer | NoAnswer {
  const whole = decodeBody(body, head.headers['content-encoding'], maxBytes)
  return 'kind' in whole ? whole : answerOf(head.status, head.headers, whole)
}

/** The headers of a request, and of the defaults those that it does not have itself. */
export function withDefaults(
  request: OutgoingRequest,
  defaults: readonly (readonly [string, string])[],
): OutgoingRequest['headers'] {
  const extra = defaults.filter(([name]) => headerOf(request, name.toLowerCase()) === undefined)
  return extra.length === 0 ? request.headers : [...request.headers, ...extra]
}

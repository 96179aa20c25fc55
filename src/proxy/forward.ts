import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from 'node:http'
import { Agent as HttpsAgent, type AgentOptions, request as httpsRequest } from 'node:https'
import type { Trust } from '../conform/transport/connection.ts'
import { problemAnswer } from '../mock/engine/engine.ts'
import { SESSION_HEADER } from '../mock/session/session-prefix.ts'
import type { RealAnswer } from './validate.ts'

/** What is kept of a body to be judged; a larger one is passed on all the same. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024

export interface Forwarded {
  /** `undefined` where it was too large to keep. */
  readonly requestBody: Buffer | undefined
  readonly answer: RealAnswer
  /** Whether the answer is the real server's own, and not the 502 or 504 of a server that gave none. */
  readonly isReal: boolean
}

export interface Forwarder {
  /** Passes a request on and its answer back, byte for byte; resolves when the answer is over. Never rejects. */
  forward(request: IncomingMessage, response: ServerResponse): Promise<Forwarded>
  close(): void
}

/** Keep-alive connections to one server. `timeoutMs` is how long it may stay silent. */
export function createForwarder(upstream: URL, timeoutMs: number, trust: Trust = {}): Forwarder {
  const secure = upstream.protocol === 'https:'
  const agent = secure ? new HttpsAgent({ keepAlive: true, ...tlsOptions(trust) }) : new HttpAgent({ keepAlive: true })
  const send = secure ? httpsRequest : httpRequest
  const prefix = upstream.pathname.replace(/\/+$/, '')

  const start = (request: IncomingMessage): ClientRequest =>
    send({
      agent,
      protocol: upstream.protocol,
      host: upstream.hostname.replace(/^\[|\]$/g, ''),
      port: upstream.port || (secure ? 443 : 80),
      method: request.method,
      path: prefix + (request.url ?? '/'),
      headers: ['host', upstream.host, ...endToEnd(request.rawHeaders, requestOnly)],
      timeout: timeoutMs,
    })

  const forward: Forwarder['forward'] = (request, response) =>
    new Promise((resolve) => {
      const sent = keep(request)
      let outgoing = start(request)
      const fail = (status: 502 | 504, why: string): void => {
        const answer = gatewayAnswer(status, `${upstream.origin} ${why}.`)
        if (response.headersSent) response.destroy()
        else response.writeHead(answer.status, answer.headers).end(answer.body)
        resolve({ requestBody: sent.body(), answer, isReal: false })
      }
      const listen = (): void => {
        outgoing.on('timeout', () => outgoing.destroy(Object.assign(new Error('timeout'), { code: 'SILENT' })))
        outgoing.on('error', (error: NodeJS.ErrnoException) => {
          if (error.code === 'SILENT') return fail(504, `said nothing for ${timeoutMs} ms`)
          if (!isIdleClose(outgoing, error) || hasBody(request))
            return fail(502, `could not be reached (${error.code ?? error.message})`)
          outgoing = start(request)
          listen()
          outgoing.end()
        })
        outgoing.on('response', (incoming) => {
          passOn(incoming, response, (body) =>
            resolve({
              requestBody: sent.body(),
              answer: { status: incoming.statusCode ?? 0, headers: headersOf(incoming), body },
              isReal: true,
            }),
          )
        })
      }
      listen()
      // A client that goes away takes its request with it.
      response.on('close', () => {
        if (!response.writableFinished) outgoing.destroy(Object.assign(new Error('gone'), { code: 'CLIENT_GONE' }))
      })
      request.pipe(outgoing)
    })

  return { forward, close: () => agent.destroy() }
}

function tlsOptions({ ca, insecure }: Trust): AgentOptions {
  return { rejectUnauthorized: insecure !== true, ...(ca !== undefined && { ca }) }
}

/** A server may close an idle connection at the moment in which it is used again (RFC 9112, 9.3.1): no answer of its own. */
function isIdleClose(outgoing: ClientRequest, { code }: NodeJS.ErrnoException): boolean {
  return outgoing.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE')
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

function passOn(incoming: IncomingMessage, response: ServerResponse, done: (body: Buffer | undefined) => void): void {
  const kept = keep(incoming)
  response.sendDate = false
  response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, endToEnd(incoming.rawHeaders, []))
  // What a stream sends first must not wait for what it sends next.
  response.flushHeaders()
  incoming.pipe(response)
  incoming.on('end', () => done(kept.body()))
  incoming.on('error', () => {
    response.destroy()
    done(undefined)
  })
}

/** Remembers what flows by, up to a limit. */
function keep(stream: IncomingMessage): { body(): Buffer | undefined } {
  const chunks: Buffer[] = []
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= MAX_KEPT_BYTES) chunks.push(chunk)
    else chunks.length = 0
  })
  return { body: () => (bytes > MAX_KEPT_BYTES ? undefined : Buffer.concat(chunks)) }
}

/** RFC 9110, 7.6.1: these belong to one connection, not to the message. */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]
/** Ours, or answered by us. */
const requestOnly = ['host', 'expect', SESSION_HEADER]

/** Raw headers, in their order and their case, without those of the connection. Chunks are Node's to make again. */
function endToEnd(rawHeaders: readonly string[], without: readonly string[]): string[] {
  const pairs = Array.from(
    { length: rawHeaders.length / 2 },
    (_, index) => [rawHeaders[2 * index] ?? '', rawHeaders[2 * index + 1] ?? ''] as const,
  )
  const named = pairs
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.split(',').map((each) => each.trim().toLowerCase()))
  const dropped = new Set([...hopByHop, ...without, ...named])
  const chunked = pairs.some(([name]) => name.toLowerCase() === 'transfer-encoding')
  return [
    ...pairs.filter(([name]) => !dropped.has(name.toLowerCase())).flat(),
    ...(chunked ? ['transfer-encoding', 'chunked'] : []),
  ]
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  )
}

function gatewayAnswer(status: 502 | 504, message: string): RealAnswer {
  const { headers, text = '' } = problemAnswer({ kind: 'refusal', by: 'routing', status, message })
  return { status, headers: { 'content-type': headers['content-type'] ?? '' }, body: Buffer.from(text) }
}

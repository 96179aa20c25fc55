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
import { endToEnd } from './end-to-end.ts'
import { createBodyKeeper, type KeptBody } from './kept-body.ts'
import type { RealAnswer } from './validate.ts'

export interface Forwarded {
  /** `undefined` where it was too large to keep. */
  readonly requestBody: Buffer | undefined
  readonly answer: RealAnswer
  /**
   * `whole`: the real server's own. `cut`: it broke off. `none`: the server gave none, and the answer is a 502 or 504 of ours.
   * `left`: the client went away before its end.
   */
  readonly end: 'whole' | 'cut' | 'none' | 'left'
  /** What is wrong with the answer as HTTP, in a sentence. */
  readonly problem?: string
  /** How often the request was sent once more, because an idle connection had just been closed. */
  readonly repeats: number
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
  const keep = createBodyKeeper()
  const start = (request: IncomingMessage): ClientRequest =>
    send({
      agent,
      protocol: upstream.protocol,
      host: upstream.hostname.replace(/^\[|\]$/g, ''),
      port: upstream.port || (secure ? 443 : 80),
      method: request.method,
      path: prefix + (request.url ?? '/').replace(/^https?:\/\/[^/?#]*/i, ''),
      headers: ['host', upstream.host, ...endToEnd(request.rawHeaders, requestOnly)],
      timeout: timeoutMs,
    })
  return {
    forward: (request, response) =>
      new Promise((resolve) => {
        new Passage({ request, response, resolve, start, keep, origin: upstream.origin, timeoutMs }).begin()
      }),
    close: () => agent.destroy(),
  }
}

interface PassageOptions {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly resolve: (forwarded: Forwarded) => void
  readonly start: (request: IncomingMessage) => ClientRequest
  readonly keep: (stream: IncomingMessage) => KeptBody
  readonly origin: string
  readonly timeoutMs: number
}

/** One request on its way to the real server, and its answer on its way back. */
class Passage {
  readonly #options: PassageOptions
  readonly #sent: KeptBody
  #outgoing: ClientRequest
  #hasAnswer = false
  #hasLeft = false
  #repeats = 0
  #breakOff = (): void => undefined

  constructor(options: PassageOptions) {
    this.#options = options
    this.#sent = options.keep(options.request)
    this.#outgoing = options.start(options.request)
  }

  begin(): void {
    const { request, response } = this.#options
    this.#listen()
    // A client that goes away takes its request with it.
    response.on('close', () => {
      if (response.writableFinished) return
      this.#hasLeft = true
      this.#breakOff()
      this.#outgoing.destroy(new Error('the client has left'))
    })
    request.pipe(this.#outgoing)
  }

  #listen(): void {
    const outgoing = this.#outgoing
    outgoing.on('timeout', () => outgoing.destroy(Object.assign(new Error('timeout'), { code: 'SILENT' })))
    outgoing.on('error', (error: NodeJS.ErrnoException) => this.#fail(outgoing, error))
    outgoing.on('response', (incoming) => {
      this.#hasAnswer = true
      this.#passOn(incoming)
    })
  }

  /** Before the answer has begun; what goes wrong later is told by the answer itself. */
  #fail(outgoing: ClientRequest, { code, message }: NodeJS.ErrnoException): void {
    if (this.#hasAnswer) return
    const { request, timeoutMs } = this.#options
    if (this.#hasLeft) return this.#resolve('left', { status: 0, headers: {}, body: undefined })
    if (code === 'SILENT') return this.#refuse(504, `said nothing for ${timeoutMs} ms`)
    if (code?.startsWith('HPE_')) return this.#refuse(502, `did not answer in HTTP (${code})`, 'the answer is not HTTP')
    if (!isIdleClose(outgoing, code) || !isRepeatable(request))
      return this.#refuse(502, `could not be reached (${code ?? message})`)
    this.#repeats++
    this.#outgoing = this.#options.start(request)
    this.#listen()
    this.#outgoing.end()
  }

  #passOn(incoming: IncomingMessage): void {
    const { response, keep } = this.#options
    const status = incoming.statusCode ?? 502
    if (!this.#writeHead(incoming, status)) return
    const kept = keep(incoming)
    let isOver = false
    const finish = (end: 'whole' | 'cut'): void => {
      if (isOver) return
      isOver = true
      if (end === 'cut') response.destroy()
      const answer = { status, headers: headersOf(incoming), body: end === 'whole' ? kept.body() : undefined }
      kept.release()
      if (this.#hasLeft) return this.#resolve('left', answer)
      this.#resolve(
        end,
        answer,
        end === 'cut' ? `the answer broke off after ${kept.size()} bytes of its body` : undefined,
      )
    }
    incoming.on('end', () => finish(incoming.complete ? 'whole' : 'cut'))
    incoming.on('error', () => finish('cut'))
    // Where a client leaves, Node tells the request, and not its answer.
    this.#breakOff = () => finish('cut')
    // What a stream sends first must not wait for what it sends next.
    response.flushHeaders()
    incoming.pipe(response)
  }

  /** False for what Node reads and does not write again, such as the status 042; it is refused then. */
  #writeHead(incoming: IncomingMessage, status: number): boolean {
    const { response } = this.#options
    try {
      response.sendDate = false
      response.writeHead(status, incoming.statusMessage, endToEnd(incoming.rawHeaders, []))
      return true
    } catch {
      incoming.on('error', () => undefined).destroy()
      response.sendDate = true
      this.#refuse(502, 'answered with a head that is not HTTP', `the status ${status} or a header is not HTTP`)
      return false
    }
  }

  #refuse(status: 502 | 504, why: string, problem?: string): void {
    const { response, origin } = this.#options
    const answer = gatewayAnswer(status, `${origin} ${why}.`)
    if (response.headersSent) response.destroy()
    else response.writeHead(answer.status, answer.headers).end(answer.body)
    this.#resolve('none', answer, problem)
  }

  #resolve(end: Forwarded['end'], answer: RealAnswer, problem?: string): void {
    const requestBody = this.#sent.body()
    this.#sent.release()
    const repeats = this.#repeats
    this.#options.resolve({ requestBody, answer, end, repeats, ...(problem !== undefined && { problem }) })
  }
}

/** A server may close an idle connection at the moment in which it is used again (RFC 9112, 9.3.1): no answer of its own. */
function isIdleClose(outgoing: ClientRequest, code: string | undefined): boolean {
  return outgoing.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE')
}

/** Once more only what may be done twice (RFC 9110, 9.2.2), and whose body has not flowed by. */
function isRepeatable({ method = 'GET', headers }: IncomingMessage): boolean {
  const hasBody = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
  return !hasBody && ['GET', 'HEAD', 'PUT', 'DELETE'].includes(method)
}

/** Ours, or answered by us. */
const requestOnly = ['host', 'expect', SESSION_HEADER]

function tlsOptions({ ca, insecure }: Trust): AgentOptions {
  return { rejectUnauthorized: insecure !== true, ...(ca !== undefined && { ca }) }
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

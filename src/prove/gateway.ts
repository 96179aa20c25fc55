import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { Understudy } from '../library/in-process.ts'
import type { Api, Operation } from '../openapi/api.ts'
import type { Behaviour, Call, ProxyAnswer, ProxyRequest } from './call.ts'
import { bodyOf, closeAtOnce, listenOnLoopback } from './loopback-server.ts'

/** A server of its own in front of the mock, whose behaviour can be exchanged while it runs. */
export interface Gateway {
  readonly url: string
  /** Behaves like this from now on; `undefined` like the mock. */
  behave(behaviour: Behaviour | undefined): void
  /** How often the behaviour has done something wrong. */
  readonly wrongs: number
  close(): Promise<void>
}

/** How answers are written to the wire; correct variants differ in this. */
export type Writer = (outgoing: ServerResponse, answer: ProxyAnswer, incoming: IncomingMessage) => void

export interface GatewayOptions {
  readonly write?: Writer
  /** Before each answer. */
  readonly delayMs?: number
  /** Whether the control plane is out of reach. */
  readonly hidden?: boolean
}

const MOCK = /^\/__mock\b/
const SESSION = 'x-mock-session'

/** The server behind a gateway. */
export interface Backend {
  forward(request: ProxyRequest): Promise<ProxyAnswer>
  /** What it would answer; it remembers nothing of it. */
  pretend(request: ProxyRequest): Promise<ProxyAnswer>
}

/** Starts a gateway before a mock of one API that need not listen. */
export function openGateway(mock: Understudy, api: Api, options: GatewayOptions = {}): Promise<Gateway> {
  const backend = {
    forward: (request: ProxyRequest) => inject(mock, request),
    pretend: (request: ProxyRequest) => pretend(mock, request),
  }
  return openGatewayTo(backend, api, options)
}

/** Starts a gateway before any server. */
export async function openGatewayTo(backend: Backend, api: Api, options: GatewayOptions = {}): Promise<Gateway> {
  const write = options.write ?? writePlainly
  const routes = routesOf(api)
  let behaviour: Behaviour | undefined
  let wrongs = 0
  let resets = 0

  const answer = async (request: ProxyRequest): Promise<ProxyAnswer | 'hang-up'> => {
    if (MOCK.test(request.url)) {
      if (options.hidden) return { status: 404, headers: {}, body: Buffer.alloc(0) }
      if (/\/reset\b/.test(request.url)) resets++
      return backend.forward(request)
    }
    const { operation, path, isKnownPath } = routed(routes, request)
    const call: Call = {
      request,
      operation,
      path,
      isKnownPath,
      world: `${request.headers[SESSION] ?? ''} ${resets}`,
      forward: (other = request) => backend.forward(other),
      pretend: (other = request) => backend.pretend(other),
      wrong: () => void wrongs++,
    }
    return behaviour ? behaviour(call) : call.forward()
  }

  const server = createServer((incoming, outgoing) => {
    void bodyOf(incoming).then(async (body) => {
      const answered = await answer({
        method: incoming.method ?? '',
        url: incoming.url ?? '/',
        ...headersOf(incoming),
        body,
      })
      if (options.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, options.delayMs))
      if (answered === 'hang-up') incoming.socket.destroy()
      else write(outgoing, answered, incoming)
    })
  })
  const port = await listenOnLoopback(server)
  return {
    url: `http://127.0.0.1:${port}`,
    behave: (next) => {
      behaviour = next
      wrongs = 0
    },
    get wrongs() {
      return wrongs
    },
    close: () => closeAtOnce(server),
  }
}

/** The answer as it is, with its length. */
export function writePlainly(
  outgoing: ServerResponse,
  { status, headers, body }: ProxyAnswer,
  incoming: IncomingMessage,
): void {
  outgoing.sendDate = false
  const length = status === 204 || incoming.method === 'HEAD' ? {} : { 'content-length': String(body.byteLength) }
  outgoing.writeHead(status, { ...headers, ...length })
  outgoing.end(incoming.method === 'HEAD' ? undefined : body)
}

/** light-my-request joins the values of a header that was sent twice, so that these requests take the socket. */
async function sendRepeated(
  mock: Understudy,
  { method, url, headers, repeated = {}, body }: ProxyRequest,
): Promise<ProxyAnswer> {
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    (repeated[name]?.join(', ') === value ? repeated[name] : [value]).flatMap((each) => [name, each]),
  )
  const hasHost = 'host' in headers
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(
      `${mock.url}${url}`,
      { method, headers: hasHost ? pairs : ['host', new URL(mock.url).host, ...pairs] },
      resolve,
    )
      .on('error', reject)
      .end(body)
  })
  const named = Object.entries(answer.headers).filter(([name]) => !OF_THE_CONNECTION.has(name))
  return {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(named.map(([name, value]) => [name, String(value)])),
    body: await bodyOf(answer),
  }
}

const OF_THE_CONNECTION = new Set(['content-length', 'connection', 'keep-alive', 'transfer-encoding'])

async function inject(
  mock: Understudy,
  { method, url, headers, repeated = {}, body }: ProxyRequest,
): Promise<ProxyAnswer> {
  const { 'transfer-encoding': _, 'content-length': __, ...once } = headers
  const isRepeated = Object.entries(repeated).some(([name, values]) => once[name] === values.join(', '))
  if (isRepeated) return sendRepeated(mock, { method, url, headers: once, repeated, body })
  const answer = await mock.inject({
    method: method as 'GET',
    url,
    headers: once,
    ...((body.byteLength > 0 || 'content-length' in headers) && { payload: body }),
  })
  const named = Object.entries(answer.headers).filter(([name]) => !OF_THE_CONNECTION.has(name))
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(named.map(([name, value]) => [name, String(value)])),
    body: answer.rawPayload,
  }
}

/** Sends the request to a copy of its world, which ends at once. */
async function pretend(mock: Understudy, request: ProxyRequest): Promise<ProxyAnswer> {
  const from = `session:${request.headers[SESSION] ?? mock.id}`
  const made = await mock.inject({
    method: 'POST',
    url: '/__mock/sessions',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify({ from }),
  })
  const { id } = made.json<{ id: string }>()
  try {
    return await inject(mock, { ...request, headers: { ...request.headers, [SESSION]: id } })
  } finally {
    await mock.inject({ method: 'DELETE', url: `/__mock/sessions/${id}` })
  }
}

interface Route {
  readonly operation: Operation
  /** Of the parameters, in the order of the pattern's groups. */
  readonly names: readonly string[]
  readonly pattern: RegExp
}

interface Routed {
  readonly operation: Operation | undefined
  readonly path: Readonly<Record<string, string>>
  readonly isKnownPath: boolean
}

/** Parameters may have any name, and one may stand twice: groups have none. */
function routesOf(api: Api): Route[] {
  const bases = api.bases.map(escaped).join('|')
  return api.operations.map((operation) => {
    const pieces = operation.path.split(/\{([^{}]+)\}/)
    const template = pieces.map((piece, index) => (index % 2 === 0 ? escaped(piece) : '([^/]+)')).join('')
    const names = pieces.filter((_, index) => index % 2 === 1)
    return { operation, names, pattern: new RegExp(`^(?:${bases})${template}$`) }
  })
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}

function valuesIn({ names, pattern }: Route, path: string): Record<string, string> {
  const values = pattern.exec(path)?.slice(1) ?? []
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']))
}

function routed(routes: readonly Route[], { method, url }: ProxyRequest): Routed {
  const [path = ''] = url.split('?')
  const fitting = routes.filter(({ pattern }) => pattern.test(path))
  const found = fitting.find(({ operation }) => operation.method === (method === 'HEAD' ? 'GET' : method))
  return {
    operation: found?.operation,
    path: found ? valuesIn(found, path) : {},
    isKnownPath: fitting.length > 0,
  }
}

function headersOf(incoming: IncomingMessage): Pick<ProxyRequest, 'headers' | 'repeated'> {
  const distinct = Object.entries(incoming.headersDistinct).map(([name, values = []]) => [name, values] as const)
  return {
    headers: Object.fromEntries(distinct.map(([name, values]) => [name, values.join(', ')])),
    repeated: Object.fromEntries(distinct.filter(([, values]) => values.length > 1)),
  }
}

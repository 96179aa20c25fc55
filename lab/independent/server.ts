import { createServer, type IncomingMessage } from 'node:http'
import { bodyOf, closeAtOnce, listenOnLoopback } from '../../src/prove/loopback-server.ts'
import type { Defects } from './defects.ts'
import type { HttpResponse, IndependentApi } from './http.ts'

/** The APIs that have an independent implementation, loaded when they are asked for. */
const FACTORIES: Readonly<Record<string, () => Promise<(defects: Defects) => IndependentApi>>> = {
  polis: async () => (await import('./polis.ts')).createPolis,
  regit: async () => (await import('./regit.ts')).createRegit,
  'cloud-payments': async () => (await import('./cloud-payments.ts')).createCloudPayments,
  digitalchalk: async () => (await import('./digitalchalk.ts')).createDigitalchalk,
  dialogportal: async () => (await import('./dialogportal.ts')).createDialogportal,
}

/** What `startIndependent` starts: some of the five APIs, with some defects, and a reset path if it is wanted. */
export interface IndependentOptions {
  readonly apis: readonly string[]
  readonly defects: Defects
  readonly reset: boolean
}

/** A running independent server. */
export interface Independent {
  readonly url: string
  /** Begins anew with other defects, on the same port. */
  become(defects: Defects): Promise<void>
  close(): Promise<void>
}

/** Hosts the APIs on one free port of the loopback interface. */
export async function startIndependent(options: IndependentOptions): Promise<Independent> {
  const build = (defects: Defects): Promise<IndependentApi[]> =>
    Promise.all(options.apis.map((name) => createApi(name, defects)))
  let apis = await build(options.defects)
  const server = createServer((incoming, outgoing) => {
    void answer(incoming, apis, options.reset).then((response) => {
      const withoutBody = incoming.method === 'HEAD'
      outgoing.writeHead(response.status, headersOf(response))
      outgoing.end(withoutBody ? undefined : response.body)
    })
  })
  const port = await listenOnLoopback(server)
  return {
    url: `http://127.0.0.1:${port}`,
    become: async (defects) => {
      apis = await build(defects)
    },
    close: () => closeAtOnce(server),
  }
}

async function createApi(name: string, defects: Defects): Promise<IndependentApi> {
  const load = FACTORIES[name]
  if (load === undefined) throw new Error(`No independent implementation of ${name}`)
  return (await load())(defects)
}

async function answer(
  incoming: IncomingMessage,
  apis: readonly IndependentApi[],
  reset: boolean,
): Promise<HttpResponse> {
  const body = await bodyOf(incoming)
  const url = incoming.url ?? '/'
  const mark = url.indexOf('?')
  const path = mark === -1 ? url : url.slice(0, mark)
  if (reset && path === '/__mock/reset' && incoming.method === 'POST') {
    for (const api of apis) api.reset()
    return { status: 204, headers: {}, body: '' }
  }
  const request = {
    method: incoming.method ?? 'GET',
    path,
    query: mark === -1 ? '' : url.slice(mark + 1),
    url,
    headers: incoming.headers,
    rawHeaders: incoming.rawHeaders,
    body,
  }
  for (const api of apis) {
    const response = await api(request)
    if (response !== undefined) return response
  }
  return problem(404, 'Not Found')
}

function problem(status: number, title: string): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ type: 'about:blank', title, status }),
  }
}

function headersOf(response: HttpResponse): Record<string, string> {
  if (response.status === 204) return { ...response.headers }
  return { 'content-length': String(Buffer.byteLength(response.body)), ...response.headers }
}

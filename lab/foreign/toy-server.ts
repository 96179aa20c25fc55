import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ToyRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface ToyAnswer {
  readonly status: number
  /** JSON, or text as it is; none where it is missing. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A small server, as somebody writes one from a document of their own. */
export type ToyApi = (request: ToyRequest) => ToyAnswer

export interface ToyServer {
  readonly url: string
  close(): Promise<void>
}

/** Listens on a free port of loopback. An error of the API is a 500 with its words, as with many a framework. */
export async function openToyServer(api: ToyApi): Promise<ToyServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://toy')
      const { status, body, headers } = answered(api, {
        method: request.method ?? '',
        path: pathname,
        query: searchParams,
        headers: request.headers,
        text: Buffer.concat(chunks).toString(),
      })
      const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
      const type = text === '' ? {} : { 'content-type': 'application/json' }
      response.writeHead(status, { ...type, 'content-length': String(Buffer.byteLength(text)), ...headers })
      response.end(request.method === 'HEAD' ? undefined : text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function answered(api: ToyApi, request: ToyRequest): ToyAnswer {
  try {
    return api(request)
  } catch (error) {
    return { status: 500, body: { message: `Internal error: ${(error as Error).message}` } }
  }
}

/** JSON, or `undefined` for what is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

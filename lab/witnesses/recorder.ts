import { createServer, request as send, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request and its answer, as they went over the wire. */
export interface RecordedExchange {
  readonly api: string
  readonly method: string
  readonly url: string
  readonly requestHeaders: IncomingHttpHeaders
  readonly requestBody: string
  readonly status: number
  readonly responseHeaders: IncomingHttpHeaders
  readonly responseBody: string
}

/** Stands before a server and keeps one of all equal exchanges of an API; the control plane passes unseen. */
export async function startRecorder(target: string, api: string) {
  const kept = new Map<string, RecordedExchange>()
  const server = createServer((incoming, outgoing) => {
    const requestBytes: Buffer[] = []
    const { method = 'GET', url = '/', headers } = incoming
    const onward = send(new URL(url, target), { method, headers }, (answer) => {
      const responseBytes: Buffer[] = []
      outgoing.writeHead(answer.statusCode ?? 500, answer.rawHeaders)
      answer.on('data', (chunk: Buffer) => {
        responseBytes.push(chunk)
        outgoing.write(chunk)
      })
      answer.on('end', () => {
        outgoing.end()
        // What every path answers by itself is in no document.
        if (url.startsWith('/__mock') || url === '/' || method === 'OPTIONS' || method === 'HEAD') return
        const requestBody = Buffer.concat(requestBytes).toString()
        const exchange = {
          api,
          method,
          url,
          requestHeaders: headers,
          requestBody,
          status: answer.statusCode ?? 500,
          responseHeaders: answer.headers,
          responseBody: Buffer.concat(responseBytes).toString(),
        }
        // Of a refusal, what it says counts; of a success, what was asked for, too.
        const asked = exchange.status < 300 ? [url, requestBody] : [url.split('?')[0]]
        kept.set(
          [method, exchange.status, ...asked, exchange.status < 300 ? '' : exchange.responseBody].join(' '),
          exchange,
        )
      })
    })
    onward.on('error', () => outgoing.destroy())
    incoming.on('data', (chunk: Buffer) => requestBytes.push(chunk))
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges: (): readonly RecordedExchange[] => [...kept.values()],
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

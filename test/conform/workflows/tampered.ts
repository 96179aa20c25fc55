import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Understudy } from '../../../src/index.ts'

/** An answer of the mock on its way to the client. */
export interface TamperedAnswer {
  status: number
  readonly headers: Record<string, string>
  body: string
  readonly method: string
  readonly path: string
  readonly sent: string
}

/** The mock behind a proxy that changes its answers. Returns the base URL and what closes it. */
export async function tamperedWith(
  mock: Understudy,
  tamper: (answer: TamperedAnswer) => void,
): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => void pass(Buffer.concat(chunks)))
    const pass = async (payload: Buffer): Promise<void> => {
      const { method = 'GET', url = '/', headers } = request
      const answer = await fetch(mock.url + url, {
        method,
        headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
          hopByHop.has(name) ? [] : [[name, String(value)]],
        ),
        ...(payload.length > 0 && { body: payload }),
      })
      const kept = [...answer.headers].filter(([name]) => !hopByHop.has(name))
      const tampered: TamperedAnswer = {
        status: answer.status,
        headers: Object.fromEntries(kept),
        body: await answer.text(),
        method,
        path: url,
        sent: payload.toString(),
      }
      tamper(tampered)
      response.writeHead(tampered.status, tampered.headers)
      response.end(tampered.status === 204 ? undefined : tampered.body)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() }
}

const hopByHop: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
])

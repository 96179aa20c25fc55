import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An answer on its way from a server; what a test changes in it makes the server faulty. */
export interface Passing {
  status: number
  headers: Record<string, string>
  body: string
}

/** Stands before a server and alters its answers; the control plane passes unaltered, unless paths like its are hidden. */
export async function alteringServer(
  upstream: string,
  alter: (answer: Passing, request: { method: string; path: string }) => void,
  { hides }: { readonly hides?: string } = {},
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      void pass(Buffer.concat(chunks))
    })
    const pass = async (body: Buffer): Promise<void> => {
      const { method = 'GET', url: path = '/' } = request
      if (hides !== undefined && path.includes(hides)) {
        response.writeHead(404).end()
        return
      }
      const headers = Object.entries(request.headers).filter(
        ([name]) => !['host', 'connection', 'content-length', 'transfer-encoding'].includes(name),
      )
      const answer = await fetch(upstream + path, {
        method,
        headers: headers as [string, string][],
        body: body.length > 0 ? body : null,
      })
      const passing: Passing = {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: await answer.text(),
      }
      delete passing.headers['content-length']
      delete passing.headers['transfer-encoding']
      delete passing.headers['connection']
      // fetch has unpacked the body already.
      delete passing.headers['content-encoding']
      if (!path.includes('/__mock/')) alter(passing, { method, path })
      response.writeHead(passing.status, passing.headers).end(passing.body)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Changes the JSON of an answer. */
export function inJson(answer: Passing, change: (body: Record<string, unknown>) => void): void {
  if (!answer.headers['content-type']?.includes('json') || answer.body === '') return
  const body = JSON.parse(answer.body) as Record<string, unknown>
  change(body)
  answer.body = JSON.stringify(body)
}

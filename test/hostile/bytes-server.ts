import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

export interface BytesServer {
  readonly url: string
  close(): Promise<void>
}

/** What a server does to a connection on which the head of a request has come. */
export type Behaviour = (socket: Socket) => void

/** A server that puts whatever it likes on the wire; `well` decides which requests get a proper 404. */
export async function bytesServer(
  behave: Behaviour,
  well: (head: string) => boolean = () => false,
): Promise<BytesServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let received = ''
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
      if (!received.includes('\r\n\r\n')) return
      const head = received
      received = ''
      if (well(head)) socket.write(json(404, '{"title":"Not Found"}'))
      else behave(socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A well-formed answer. */
export function json(status: number, text: string, ...headers: string[]): string {
  const lines = [
    `HTTP/1.1 ${status} X`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...headers,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${text}`
}

/** Sends bytes and leaves the connection open. */
export const says =
  (...pieces: (string | Buffer)[]): Behaviour =>
  (socket) => {
    for (const piece of pieces) socket.write(piece)
  }

/** Sends bytes and closes. */
export const saysAndCloses =
  (...pieces: (string | Buffer)[]): Behaviour =>
  (socket) =>
    void socket.end(Buffer.concat(pieces.map((piece) => Buffer.from(piece as string))))

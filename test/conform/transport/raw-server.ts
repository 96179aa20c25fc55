import { createServer, type AddressInfo, type Socket } from 'node:net'

/** A server that says on each connection whatever a test wants it to say. */
export interface RawServer {
  readonly url: string
  /** The requests so far, as they came, and the number of the connection that each came on. */
  readonly requests: { readonly text: string; readonly connection: number }[]
  close(): Promise<void>
}

/** `answer` gets the number of the request and the socket; what it returns is sent. */
export async function rawServer(
  answer: (count: number, socket: Socket, text: string) => string | Buffer | undefined,
): Promise<RawServer> {
  const requests: { text: string; connection: number }[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const connection = sockets.size
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('data', (piece) => {
      const text = piece.toString('latin1')
      requests.push({ text, connection })
      const said = answer(requests.length, socket, text)
      if (said !== undefined) socket.write(said)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

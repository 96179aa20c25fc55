import { connect as connectPlainly, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'

/** Sends bytes over a socket of its own and returns all that comes back until the server closes, or until `enough` of it is there. */
export function rawExchange(
  url: string,
  bytes: string | Buffer,
  enough: (received: string) => boolean = hasHead,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(url, () => socket.write(bytes))
    let received = ''
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
      if (enough(received)) socket.destroy()
    })
    socket.on('close', () => resolve(received))
    socket.on('error', reject)
  })
}

/** A connection to a server, by TLS where its URL says so; whose certificate it has does not matter. */
export function connect(url: string, connected?: () => void): Socket {
  const { protocol, hostname, port } = new URL(url)
  if (protocol === 'http:') return connectPlainly(Number(port), hostname, connected)
  return connectSecurely({ port: Number(port), host: hostname, rejectUnauthorized: false }, connected)
}

/** The statuses of all answers in what a socket received. */
export function statusesIn(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
}

function hasHead(received: string): boolean {
  return received.includes('\r\n\r\n')
}

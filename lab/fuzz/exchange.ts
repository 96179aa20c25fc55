import { connect } from 'node:net'

/** What came back on a connection of its own. */
export interface Received {
  readonly text: string
  /** The status of every answer, in their order. */
  readonly statuses: readonly number[]
  /** Whether the server left the connection open although the client had ended it. */
  readonly hangs: boolean
}

/** A server that waits for more gets this long before the client says that there is no more. */
const PATIENCE_MS = 40
const HANG_MS = 5000

/** Sends bytes and reads until the server closes. */
export function exchange(url: URL, bytes: Buffer): Promise<Received> {
  return new Promise((resolve) => {
    const socket = connect(Number(url.port), url.hostname, () => socket.write(bytes))
    let text = ''
    let hangs = false
    let patience = setTimeout(() => socket.end(), PATIENCE_MS)
    const hang = setTimeout(() => {
      hangs = true
      socket.destroy()
    }, HANG_MS)
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      clearTimeout(patience)
      patience = setTimeout(() => socket.end(), PATIENCE_MS)
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      clearTimeout(patience)
      clearTimeout(hang)
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
      resolve({ text, statuses: statuses.filter((status) => status >= 200), hangs })
    })
  })
}

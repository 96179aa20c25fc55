import type { IncomingMessage } from 'node:http'

/** What is kept of one body to be validated; a larger one is passed on all the same. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024
/** What is kept of all bodies under way: a crowd of large ones must not fill the memory. */
const MAX_KEPT_TOGETHER = 128 * 1024 * 1024

export interface KeptBody {
  /** How many bytes have flowed by. */
  size(): number
  /** `undefined` where it was too large to keep. */
  body(): Buffer | undefined
  /** Gives back what it took of the shared memory. */
  release(): void
}

/** Remembers bodies that flow by, up to a limit for each and for all. */
export function createBodyKeeper(): (stream: IncomingMessage) => KeptBody {
  let together = 0
  return (stream) => {
    let chunks: Buffer[] | undefined = []
    let size = 0
    let held = 0
    const release = (): void => {
      together -= held
      held = 0
      chunks = undefined
    }
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_KEPT_BYTES || together + chunk.length > MAX_KEPT_TOGETHER) release()
      if (!chunks) return
      chunks.push(chunk)
      held += chunk.length
      together += chunk.length
    })
    return { size: () => size, body: () => chunks && Buffer.concat(chunks), release }
  }
}

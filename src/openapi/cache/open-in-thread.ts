import { readFileSync, statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { DocumentFile } from '../document-files.ts'
import { isUrl } from '../source-files.ts'
import type { OpenTask } from './open-worker.ts'

/** Smaller documents take less than a thread does. */
const MIN_BYTES = 512 * 1024
/** References to other files, from which on a document is large as well. */
const MIN_FILES = 100

/** Whether a thread of its own is worth it: what it took to open a document is given back to the system when the thread ends. */
export function isLarge({ path }: DocumentFile): boolean {
  const stats = path === '-' || isUrl(path) ? undefined : statSync(path, { throwIfNoEntry: false })
  if (!stats?.isFile()) return false
  if (stats.size >= MIN_BYTES) return true
  const references = readFileSync(path, 'utf8').match(/\$ref['"]?\s*:\s*['"]?[^#'"\s]/g) ?? []
  return references.length >= MIN_FILES
}

/** Opens a document in a thread; `undefined` where that did not go well: whoever opens it then says why. */
export function openInThread(task: OpenTask): Promise<Buffer | undefined> {
  const script = new URL('open-worker.js', import.meta.url)
  return new Promise((resolve) => {
    const worker = new Worker(script, { workerData: task })
    worker.once('message', (bytes: Uint8Array | undefined) =>
      resolve(bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
    )
    worker.once('error', () => resolve(undefined))
    worker.once('exit', () => resolve(undefined))
  })
}

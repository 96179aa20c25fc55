import { parentPort, workerData } from 'node:worker_threads'
import type { DocumentFile } from '../document-files.ts'
import type { LoadOptions } from '../load-options.ts'
import { storedDocument } from '../open-source.ts'

/** What the thread is asked to open. */
export interface OpenTask {
  readonly document: DocumentFile
  readonly options: Pick<LoadOptions, 'overlay'>
}

const { document, options } = workerData as OpenTask
const stored = storedDocument(document, options)
const bytes = stored && new Uint8Array(stored)
parentPort?.postMessage(bytes, bytes ? [bytes.buffer] : [])

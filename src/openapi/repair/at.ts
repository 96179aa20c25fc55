import type { Pointer } from '../api.ts'
import { pointerTo } from '../pointer.ts'

/** A place while a document is walked: linked to the one above, so that a pointer is only written where one is needed. */
export interface At {
  readonly up: At | undefined
  readonly key: string | number
  /** The key of the file that a `$ref` here is relative to, `''` for the root file. */
  readonly file: string
  readonly depth: number
}

/** Where the other files of a document are kept in its root, by their key. */
export const FILES = 'x-understudy-files'

export const rootAt: At = { up: undefined, key: '', file: '', depth: 0 }

export function below(at: At, key: string | number): At {
  return { up: at, key, file: at.file, depth: at.depth + 1 }
}

/** The top of another file. */
export function topOf(file: string): At {
  return { up: { up: rootAt, key: FILES, file: '', depth: 1 }, key: file, file, depth: 2 }
}

export function pointerAt(at: At): Pointer {
  return at.up === undefined ? '' : pointerTo(pointerAt(at.up), at.key)
}

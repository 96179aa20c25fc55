import type { ApiName, Pointer } from './json.ts'

/** Something in a document of somebody else that could not be used as it stands, and what the kit does instead. */
export interface Note {
  readonly api: ApiName
  /** What is wrong, one sentence without a full stop. */
  readonly what: string
  /** The user's own file, as messages name it. */
  readonly file: string
  /** RFC 6901 pointer into that file. */
  readonly pointer: Pointer
  /** What the kit does instead. */
  readonly instead: string
  /** How often it occurs, where several places share one note; the place is then the first. */
  readonly count?: number
}

/** Where something stands in the user's own files. */
export interface Place {
  readonly file: string
  readonly pointer: Pointer
}

/** A note as whoever finds it knows it: the pointer leads into the compiled document. */
export interface FoundNote {
  readonly what: string
  readonly pointer: Pointer
  readonly instead: string
}

/** The notes of one document, each place once. */
export interface Notes {
  readonly list: readonly Note[]
  /** What makes each note of the list another one than the others. */
  readonly keys: readonly string[]
  add(note: FoundNote): void
  /** Adds to the count of an equal note that was found before, wherever that was. */
  count(note: FoundNote): void
  /** Adds what was found in a file that is no part of the document, such as an overlay. */
  addAt(place: Place, note: Omit<FoundNote, 'pointer'>): void
}

/** `before`: what was found when the document was opened the first time. */
export function createNotes(
  api: ApiName,
  placeOf: (pointer: Pointer) => Place,
  before: Pick<Notes, 'list' | 'keys'> = { list: [], keys: [] },
): Notes {
  const list = [...before.list]
  const keys = [...before.keys]
  const known = new Map(keys.map((key, index) => [key, index]))
  const push = (note: Note, key: string): void => {
    known.set(key, list.length)
    keys.push(key)
    list.push(note)
  }
  const note = ({ what, pointer, instead }: FoundNote, key: string, isCounted: boolean): void => {
    const index = known.get(key)
    const same = index === undefined ? undefined : list[index]
    if (index === undefined || !same) return push({ api, what, ...placeOf(pointer), instead }, key)
    if (isCounted) list[index] = { ...same, count: (same.count ?? 1) + 1 }
  }
  return {
    list,
    keys,
    add: (found) => note(found, `${found.pointer}\n${found.what}`, false),
    addAt: (place, { what, instead }) => push({ api, what, ...place, instead }, `${place.file}${place.pointer}\n${what}`),
    count: (found) => note(found, found.what, true),
  }
}

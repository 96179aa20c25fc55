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
  add(note: FoundNote): void
  /** Adds to the count of an equal note that was found before, wherever that was. */
  count(note: FoundNote): void
  /** Adds what was found in a file that is no part of the document, such as an overlay. */
  addAt(place: Place, note: Omit<FoundNote, 'pointer'>): void
}

export function createNotes(api: ApiName, placeOf: (pointer: Pointer) => Place): Notes {
  const list: Note[] = []
  const known = new Map<string, number>()
  const note = ({ what, pointer, instead }: FoundNote, key: string, isCounted: boolean): void => {
    const index = known.get(key)
    const before = index === undefined ? undefined : list[index]
    if (index !== undefined && before) {
      if (isCounted) list[index] = { ...before, count: (before.count ?? 1) + 1 }
      return
    }
    known.set(key, list.length)
    list.push({ api, what, ...placeOf(pointer), instead })
  }
  return {
    list,
    add: (found) => note(found, `${found.pointer}\n${found.what}`, false),
    addAt: (place, { what, instead }) => void list.push({ api, what, ...place, instead }),
    count: (found) => note(found, found.what, true),
  }
}

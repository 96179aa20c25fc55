import type { Pointer } from '../api.ts'
import type { Place } from '../note.ts'
import { pointerTo, tokensOf } from '../pointer.ts'
import { FILES } from './at.ts'

/**
 * What stands elsewhere since a document was brought into the shape of OpenAPI 3.1, both ways. A source is a pointer into the
 * user's files, where those beside the root file stand below FILES; a place is a pointer into the repaired document.
 */
export interface Places {
  /** What stands at the place `to` now comes from this source. */
  derive(source: Pointer, to: Pointer): void
  /** What stands at a source comes from another file, which was laid over it. */
  lay(from: Pointer, source: Pointer): void
  /** As `derive`, and references to the source mean `to` from now on. */
  move(source: Pointer, to: Pointer): void
  /** Where a source stands now. */
  current(source: Pointer): Pointer
  sourceOf(place: Pointer): Pointer
  /** The source of a place as messages name it. */
  original(place: Pointer): Place
  /** What `original` needs to know, to be kept beside the repaired document. */
  moves(): Moves
}

type Pairs = readonly (readonly [Pointer, Pointer])[]

/** Where what was moved comes from. */
export interface Moves {
  /** Places, and their sources. */
  readonly derived: Pairs
  /** Sources, and where in other files they come from. */
  readonly laid: Pairs
}

const nothing: Moves = { derived: [], laid: [] }

/** `nameOf` tells how messages name another file of the document; what was moved before is asked for when it is first needed. */
export function createPlaces(file: string, nameOf: (key: string) => string, before = (): Moves => nothing): Places {
  const forth = new Map<Pointer, Pointer>()
  let known: { readonly back: Map<Pointer, Pointer>; readonly laid: Map<Pointer, Pointer> } | undefined
  const moved = (): NonNullable<typeof known> => {
    if (known) return known
    const { derived, laid } = before()
    return (known = { back: new Map(derived), laid: new Map(laid) })
  }
  return {
    derive: (source, to) => void moved().back.set(to, source),
    lay: (from, source) => void moved().laid.set(source, from),
    move: (source, to) => {
      moved().back.set(to, source)
      forth.set(source, to)
    },
    current: (source) => mapped(forth, source),
    sourceOf: (place) => mapped(moved().back, place),
    original: (place) => {
      const { back, laid } = moved()
      const source = mapped(laid, mapped(back, place))
      if (!source.startsWith(`/${FILES}/`)) return { file, pointer: source }
      const [, key = '', ...rest] = tokensOf(source)
      return { file: nameOf(key), pointer: pointerTo('', ...rest) }
    },
    moves: () => ({ derived: [...moved().back], laid: [...moved().laid] }),
  }
}

/** The pointer with its longest known part replaced. */
function mapped(known: ReadonlyMap<Pointer, Pointer>, pointer: Pointer): Pointer {
  if (known.size === 0) return pointer
  for (let end = pointer.length; end > 0; end = pointer.lastIndexOf('/', end - 1)) {
    const found = known.get(pointer.slice(0, end))
    if (found !== undefined) return found + pointer.slice(end)
  }
  return pointer
}

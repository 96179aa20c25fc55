import { type Atom, type Group, parsePattern, type Sequence, type Term } from './pattern-syntax.ts'

/** A pattern as steps between which a text is followed, all ways at once: none of them is gone twice at one place. */
export interface PatternProgram {
  readonly steps: readonly Step[]
  readonly start: number
  /** Whether the text is read by code points, as with the flag `u`, or by their halves. */
  readonly isUnicode: boolean
}

export type Step =
  | { readonly kind: 'character'; readonly accepts: (character: string) => boolean; readonly next: number }
  | { readonly kind: 'either'; readonly ways: readonly number[] }
  | { readonly kind: 'edge'; readonly edge: Edge; readonly next: number }
  | { readonly kind: 'look'; readonly program: PatternProgram; readonly isAhead: boolean; readonly isNegated: boolean; readonly next: number }
  | { readonly kind: 'match' }

export type Edge = 'start' | 'end' | 'word' | 'no-word'

/** Patterns of more steps, once their repetitions are written out, are none. */
const MAX_STEPS = 5000

/** What is read in another way without the flag `u`. */
const halves = /[\u{10000}-\u{10FFFF}]|\\u[dD][89abAB]|\\[uUpPk][{<]/u

/** `undefined` for a pattern that no such program can stand for: one that refers back to a group, has flags within, or is too large. */
export function programOf(pattern: string, flags: string): PatternProgram | undefined {
  if (/[^u]/.test(flags) || (flags === '' && halves.test(pattern))) return undefined
  try {
    return compile(parsePattern(pattern), flags)
  } catch (error) {
    if (error instanceof Unsupported) return undefined
    throw error
  }
}

class Unsupported extends Error {}

function compile(group: Group, flags: string): PatternProgram {
  const steps: Step[] = []
  const builder = new Builder(steps, flags)
  const start = builder.group(group, builder.add({ kind: 'match' }))
  return { steps, start, isUnicode: flags.includes('u') }
}

/** Each part is made with the step that follows it, from the end on. */
class Builder {
  readonly #steps: Step[]
  readonly #flags: string

  constructor(steps: Step[], flags: string) {
    this.#steps = steps
    this.#flags = flags
  }

  add(step: Step): number {
    if (this.#steps.length >= MAX_STEPS) throw new Unsupported()
    return this.#steps.push(step) - 1
  }

  group({ alternatives }: Group, next: number): number {
    const [first, ...others] = alternatives.map((sequence) => this.#sequence(sequence, next))
    return others.length === 0 ? (first as number) : this.add({ kind: 'either', ways: [first as number, ...others] })
  }

  #sequence(sequence: Sequence, next: number): number {
    return sequence.reduceRight((after, term) => this.#term(term, after), next)
  }

  #term({ atom, least, most }: Term, next: number): number {
    if (least > MAX_STEPS || (most > MAX_STEPS && most !== Infinity)) throw new Unsupported()
    let entry = most === Infinity ? this.#endless(atom, next) : next
    const optional = most === Infinity ? 0 : most - least
    for (let count = 0; count < optional; count++)
      entry = this.add({ kind: 'either', ways: [this.#atom(atom, entry), next] })
    for (let count = 0; count < least; count++) entry = this.#atom(atom, entry)
    return entry
  }

  #endless(atom: Atom, next: number): number {
    const ways: number[] = [next]
    const entry = this.add({ kind: 'either', ways })
    ways.push(this.#atom(atom, entry))
    return entry
  }

  #atom(atom: Atom, next: number): number {
    if (typeof atom !== 'string') return this.#nested(atom, next)
    const edge = edges.get(atom)
    if (edge) return this.add({ kind: 'edge', edge, next })
    // A reference back to what a group has matched.
    if (/^\\(?:[1-9]|k<)/.test(atom)) throw new Unsupported()
    return this.add({ kind: 'character', accepts: characterTest(atom, this.#flags), next })
  }

  #nested(group: Group, next: number): number {
    switch (group.kind) {
      case 'group':
        return this.group(group, next)
      case 'other':
        throw new Unsupported()
      default: {
        const isAhead = group.kind.endsWith('ahead')
        const isNegated = group.kind.startsWith('not-')
        return this.add({ kind: 'look', program: compile(group, this.#flags), isAhead, isNegated, next })
      }
    }
  }
}

const edges: ReadonlyMap<string, Edge> = new Map([
  ['^', 'start'],
  ['$', 'end'],
  [String.raw`\b`, 'word'],
  [String.raw`\B`, 'no-word'],
])

const ASCII = 128

/** What JavaScript itself says of one character; the answer for common ones is kept. */
function characterTest(atom: string, flags: string): (character: string) => boolean {
  if (/^[^\\[.]$/u.test(atom)) return (character) => character === atom
  const expression = new RegExp(`^(?:${atom})$`, flags)
  const known: (boolean | undefined)[] = []
  return (character) => {
    const code = character.charCodeAt(0)
    return code < ASCII ? (known[code] ??= expression.test(character)) : expression.test(character)
  }
}

/**
 * How the time that a pattern may take grows with the text: a power of its length, or `Infinity` where each further character may
 * double it. Never too low for what backtracking engines do, now and then too high.
 */
export function patternCost(pattern: string): number {
  const parser: Parser = { pattern, at: 0 }
  const whole = parseAlternatives(parser)
  // From every character on, where the pattern does not say that it begins with the first one.
  return costOfGroup(whole) + (pattern.startsWith('^') && whole.length === 1 ? 0 : 1)
}

interface Parser {
  readonly pattern: string
  at: number
}

/** A character, a class, an escape or an assertion as it is written, or a group. */
type Atom = string | Group
type Group = readonly Sequence[]
type Sequence = readonly Term[]

interface Term {
  readonly atom: Atom
  /** How often at least and at most. */
  readonly least: number
  readonly most: number
}

/** As often as this, a repetition is as good as endless. */
const MANY = 10

function costOfGroup(group: Group): number {
  return Math.max(0, ...group.map(costOf))
}

function costOf(sequence: Sequence): number {
  return sequence.reduce((sum, term) => sum + costOfTerm(term), 0)
}

function costOfTerm({ atom, least, most }: Term): number {
  const inner = typeof atom === 'string' ? 0 : costOfGroup(atom)
  if (most <= 1) return inner
  const isOpen = most > MANY && most !== least
  if (typeof atom === 'string') return isOpen ? 1 : 0
  if (isClear(atom)) return Math.max(1, inner)
  return most > MANY ? Infinity : inner * most + 1
}

/**
 * Whether a text can be taken apart into repetitions of a group in one way only: each begins with a character that nothing
 * within it takes, or each has the same form throughout.
 */
function isClear(group: Group): boolean {
  const firsts = group.map(([first]) => (first && isOnce(first) && typeof first.atom === 'string' ? first.atom : undefined))
  if (group.length === 1) {
    const [sequence = []] = group
    if (sequence.every((term) => typeof term.atom === 'string' && term.least === term.most)) return true
  }
  return (
    firsts.every((first) => first !== undefined && isCharacter(first)) &&
    new Set(firsts).size === firsts.length &&
    group.every((sequence) => sequence.slice(1).every((term) => firsts.every((first) => !mayTake(term, first ?? ''))))
  )
}

function isOnce({ least, most }: Term): boolean {
  return least === 1 && most === 1
}

/** A character that stands for itself. */
function isCharacter(atom: string): boolean {
  return /^[^\\.[^$]$|^\\[^\w]$/u.test(atom)
}

/** Whether a term within a group may take its separator. A group in the group is not looked into. */
function mayTake({ atom }: Term, separator: string): boolean {
  if (typeof atom !== 'string') return true
  try {
    return new RegExp(`^(?:${atom})$`, 'u').test(separator.replace(/^\\/, ''))
  } catch {
    return true
  }
}

function parseAlternatives(parser: Parser): Group {
  const alternatives: Term[][] = [[]]
  while (parser.at < parser.pattern.length && parser.pattern[parser.at] !== ')') {
    if (parser.pattern[parser.at] === '|') {
      parser.at++
      alternatives.push([])
    } else alternatives.at(-1)?.push(parseTerm(parser))
  }
  return alternatives
}

function parseTerm(parser: Parser): Term {
  return { atom: parseAtom(parser), ...parseQuantifier(parser) }
}

function parseAtom(parser: Parser): Atom {
  const { pattern } = parser
  const opening = take(parser, /\((?:\?(?:[:=!]|<[=!]|<\w+>))?/uy)
  if (opening === undefined)
    return take(parser, /\\(?:[pPuk]\{[^}]*\}|.)|\[(?:\\.|[^\]\\])*\]|./suy) ?? (pattern[parser.at++] as string)
  const group = parseAlternatives(parser)
  parser.at++
  return group
}

function parseQuantifier(parser: Parser): Pick<Term, 'least' | 'most'> {
  const text = take(parser, /(?:[*+?]|\{\d+(?:,\d*)?\})\??/uy)
  switch (text?.[0]) {
    case undefined:
      return { least: 1, most: 1 }
    case '*':
      return { least: 0, most: Infinity }
    case '+':
      return { least: 1, most: Infinity }
    case '?':
      return { least: 0, most: 1 }
    default: {
      const [, least = '0', comma, most = ''] = /^\{(\d+)(,)?(\d*)/.exec(text as string) ?? []
      const upper = comma === undefined ? least : most
      return { least: Number(least), most: upper === '' ? Infinity : Number(upper) }
    }
  }
}

function take(parser: Parser, sticky: RegExp): string | undefined {
  sticky.lastIndex = parser.at
  const found = sticky.exec(parser.pattern)?.[0]
  parser.at += found?.length ?? 0
  return found
}

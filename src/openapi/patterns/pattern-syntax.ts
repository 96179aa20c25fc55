/** What a parenthesis is for. Of `other`, such as a group with flags of its own, nobody here knows more. */
type GroupKind = 'group' | 'ahead' | 'not-ahead' | 'behind' | 'not-behind' | 'other'

/** A character, a class, an escape or an assertion as it is written, or a group. */
export type Atom = string | Group
export type Sequence = readonly Term[]

export interface Group {
  readonly kind: GroupKind
  readonly alternatives: readonly Sequence[]
}

export interface Term {
  readonly atom: Atom
  /** How often at least and at most. */
  readonly least: number
  readonly most: number
}

interface Parser {
  readonly pattern: string
  at: number
}

/** The parts of a pattern that JavaScript takes (ECMA-262, 22.2.1). */
export function parsePattern(pattern: string): Group {
  return { kind: 'group', alternatives: parseAlternatives({ pattern, at: 0 }) }
}

function parseAlternatives(parser: Parser): Sequence[] {
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

const groupKinds: Readonly<Record<string, GroupKind>> = {
  '(': 'group',
  '(?:': 'group',
  '(?=': 'ahead',
  '(?!': 'not-ahead',
  '(?<=': 'behind',
  '(?<!': 'not-behind',
}

const escape = String.raw`\\(?:[pPu]\{[^}]*\}|k<[^>]*>|u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[a-zA-Z]|\d+|.)`
const atom = new RegExp(String.raw`${escape}|\[(?:\\.|[^\]\\])*\]|.`, 'suy')

function parseAtom(parser: Parser): Atom {
  const opening = take(parser, /\((?:\?(?:[:=!]|<[=!]|<[^>]+>|[a-z-]+:))?/uy)
  if (opening === undefined) return take(parser, atom) ?? (parser.pattern[parser.at++] as string)
  const alternatives = parseAlternatives(parser)
  parser.at++
  const kind = groupKinds[opening] ?? (opening.startsWith('(?<') ? 'group' : 'other')
  return { kind, alternatives }
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

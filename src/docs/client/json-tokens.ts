type JsonTokenKind = 'name' | 'text' | 'number' | 'literal' | 'plain'

export interface JsonToken {
  readonly kind: JsonTokenKind
  readonly text: string
}

/** The parts of a JSON text that are shown in colours of their own; their texts joined are the text. */
export function jsonTokens(json: string): JsonToken[] {
  const tokens: JsonToken[] = []
  let end = 0
  for (const match of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b/g)) {
    const [whole, quoted, colon] = match
    if (match.index > end) tokens.push({ kind: 'plain', text: json.slice(end, match.index) })
    tokens.push({ kind: kindOf(whole, quoted, colon), text: quoted ?? whole })
    if (colon !== undefined) tokens.push({ kind: 'plain', text: colon })
    end = match.index + whole.length
  }
  if (end < json.length) tokens.push({ kind: 'plain', text: json.slice(end) })
  return tokens
}

function kindOf(whole: string, quoted: string | undefined, colon: string | undefined): JsonTokenKind {
  if (quoted !== undefined) return colon === undefined ? 'text' : 'name'
  return /^[tfn]/.test(whole) ? 'literal' : 'number'
}

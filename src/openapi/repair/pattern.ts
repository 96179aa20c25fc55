/**
 * The pattern as ECMA-262 reads it with the flag `u`, which JSON Schema 2020-12 (6.4) asks for: what other engines write
 * otherwise is translated. `undefined` for what has no such form.
 */
export function unicodePattern(pattern: string): string | undefined {
  if (isPattern(pattern)) return pattern
  if (pattern.length > MAX_LENGTH) return undefined
  const translated = fixEscapes(fromOtherEngines(pattern))
  const whole = translated.startsWith(IGNORE_CASE) ? bothCases(translated.slice(IGNORE_CASE.length)) : translated
  return isPattern(whole) ? whole : undefined
}

const IGNORE_CASE = '(?i)'
/** Longer ones are left alone: translating takes time that grows with the square of the length. */
const MAX_LENGTH = 2000

function isPattern(pattern: string): boolean {
  try {
    return RegExp(pattern, 'u') instanceof RegExp
  } catch {
    return false
  }
}

const posixClasses: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: String.raw`\s`,
  punct: String.raw`!-\/:-@\[-\x60{-~`,
  word: String.raw`\w`,
  xdigit: '0-9A-Fa-f',
  blank: String.raw` \t`,
}

/** Java's and PCRE's names of character properties. */
const properties: Readonly<Record<string, string>> = {
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Upper: 'A-Z',
  Lower: 'a-z',
  Punct: String.raw`!-\/:-@\[-\x60{-~`,
  Space: String.raw`\s`,
}

/** What PCRE, Java, .NET and Python write where ECMA-262 has another form. */
function fromOtherEngines(pattern: string): string {
  return pattern
    .replaceAll(/\[:(\w+):\]/g, (whole, name: string) => posixClasses[name] ?? whole)
    .replaceAll(/\\p\{(\w+)\}/g, (whole, name: string) => (properties[name] ? `[${properties[name]}]` : whole))
    .replaceAll(/\\([pP])([A-Z])(?!\w*\})/g, String.raw`\$1{$2}`)
    .replaceAll(String.raw`\A`, '^')
    .replaceAll(/\\[Zz]/g, '$')
    .replaceAll(String.raw`\h`, String.raw`[ \t]`)
    .replaceAll(/\(\?P</g, '(?<')
    .replaceAll('(?>', '(?:')
    .replaceAll(/(?<!\\)([*+?]|\{\d+(?:,\d*)?\})\+/g, '$1')
    .replaceAll('{,', '{0,')
    .replace(/^\(\?[smu]+\)/, '')
}

/** The letters after which a backslash means something; before any other character it is only allowed without `u`. */
const escapes = 'dDwWsSbBnrtvfc0123456789xukpP^$\\.*+?()[]{}|/'

/** Takes away the backslashes, and adds those, that the flag `u` makes a difference for. */
function fixEscapes(pattern: string): string {
  let fixed = ''
  let isInClass = false
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] as string
    if (character === '\\') {
      fixed += fixedEscape(pattern[++index] ?? '', isInClass)
      continue
    }
    if (isInClass && character === '-') fixed += isRange(pattern, index) ? '-' : String.raw`\-`
    else if (!isInClass && isLone(pattern, index)) fixed += `\\${character}`
    else fixed += character
    if (character === '[') isInClass = true
    else if (character === ']') isInClass = false
  }
  return fixed
}

function fixedEscape(character: string, isInClass: boolean): string {
  return escapes.includes(character) || (isInClass && character === '-') ? `\\${character}` : character
}

/** `[\w-.]` is no range, since a class has no end that one could start from. */
function isRange(pattern: string, index: number): boolean {
  return !/\\[dDwWsS]$/.test(pattern.slice(0, index)) && !/^\\[dDwWsS]/.test(pattern.slice(index + 1))
}

function isLone(pattern: string, index: number): boolean {
  const character = pattern[index]
  if (character === '{') return !/^\{\d+(?:,\d*)?\}/.test(pattern.slice(index)) && !/\\[pPuk]$/.test(pattern.slice(0, index))
  if (character === '}') return !/(?:\{\d+(?:,\d*)?|\\[pPu]\{[^}]*)$/.test(pattern.slice(0, index))
  return character === ']'
}

/** Each letter as a class of its two cases, since a schema has no place for flags. */
function bothCases(pattern: string): string {
  let isInClass = false
  return pattern.replaceAll(/\\(?:[pP]\{[^}]*\}|[xu][\da-fA-F]+|.)|[a-zA-Z]-[a-zA-Z]|[a-zA-Z[\]]/g, (part) => {
    if (part === '[') isInClass = true
    if (part === ']') isInClass = false
    if (part.startsWith('\\') || part === '[' || part === ']') return part
    const both = part.toLowerCase() + part.toUpperCase()
    if (part.length > 1) return isInClass ? both : [...part].map((each) => bothCases(each)).join('')
    return isInClass ? both : `[${both}]`
  })
}

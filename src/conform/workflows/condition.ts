import { evaluate, parseExpression, type Scope } from './expression.ts'

/** A simple condition (Arazzo 1.0.1, "Criterion Object"), parsed. */
export type Condition =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'expression'; readonly text: string }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'compare'; readonly operator: Comparator; readonly left: Condition; readonly right: Condition }

type Comparator = '==' | '!=' | '<' | '<=' | '>' | '>='

/** Throws an Error that says where the text stops being a condition. */
export function parseCondition(text: string): Condition {
  const reader = new Reader(tokenize(text), text)
  const condition = reader.either()
  reader.end()
  return condition
}

/** Whether the condition holds. Throws MissingValue where it needs a value that the answer lacks. */
export function holds(condition: Condition, scope: Scope): boolean {
  const value = valueOf(condition, scope)
  return value !== false && value !== null && value !== undefined
}

/** The expressions of a condition, in order. */
export function expressionsOf(condition: Condition): string[] {
  switch (condition.kind) {
    case 'literal':
      return []
    case 'expression':
      return [condition.text]
    case 'not':
      return expressionsOf(condition.operand)
    default:
      return [...expressionsOf(condition.left), ...expressionsOf(condition.right)]
  }
}

function valueOf(condition: Condition, scope: Scope): unknown {
  switch (condition.kind) {
    case 'literal':
      return condition.value
    case 'expression':
      return evaluate(condition.text, scope)
    case 'not':
      return !holds(condition.operand, scope)
    case 'and':
      return holds(condition.left, scope) && holds(condition.right, scope)
    case 'or':
      return holds(condition.left, scope) || holds(condition.right, scope)
    case 'compare':
      return compare(condition.operator, valueOf(condition.left, scope), valueOf(condition.right, scope))
  }
}

/** Strings are compared without regard to case, as the specification demands; text against a number as a number. */
function compare(operator: Comparator, left: unknown, right: unknown): boolean {
  const [a, b] = comparable(left, right)
  if (operator === '==') return a === b
  if (operator === '!=') return a !== b
  const sign = order(a, b)
  if (sign === undefined) return false
  if (operator === '<') return sign < 0
  if (operator === '<=') return sign <= 0
  return operator === '>' ? sign > 0 : sign >= 0
}

type Comparable = string | number | boolean | null

function comparable(left: unknown, right: unknown): [Comparable, Comparable] {
  const [a, b] = [plain(left), plain(right)]
  if (typeof a === 'number' && typeof b === 'string') return [a, numberOf(b)]
  if (typeof a === 'string' && typeof b === 'number') return [numberOf(a), b]
  return [a, b]
}

function plain(value: unknown): Comparable {
  if (typeof value === 'string') return value.toLowerCase()
  if (typeof value === 'number' || typeof value === 'boolean') return value
  return value === undefined || value === null ? null : JSON.stringify(value).toLowerCase()
}

function numberOf(text: string): Comparable {
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
}

function order(a: Comparable, b: Comparable): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a !== 'string' || typeof b !== 'string') return undefined
  if (a === b) return 0
  return a < b ? -1 : 1
}

type Token =
  | { readonly kind: 'operator'; readonly text: string; readonly at: number }
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null; readonly at: number }
  | { readonly kind: 'expression'; readonly text: string; readonly at: number }

const tokenForms: readonly {
  readonly form: RegExp
  readonly token: (text: string, at: number) => Token | undefined
}[] = [
  { form: /\s+/y, token: () => undefined },
  { form: /&&|\|\||==|!=|<=|>=|[<>!(){}]/y, token: (text, at) => ({ kind: 'operator', text, at }) },
  {
    form: /'(?:[^']|'')*'/y,
    token: (text, at) => ({ kind: 'literal', value: text.slice(1, -1).replaceAll("''", "'"), at }),
  },
  { form: /"[^"]*"/y, token: (text, at) => ({ kind: 'literal', value: text.slice(1, -1), at }) },
  { form: /-?\d+(?:\.\d+)?/y, token: (text, at) => ({ kind: 'literal', value: Number(text), at }) },
  {
    form: /(?:true|false|null)\b/y,
    token: (text, at) => ({ kind: 'literal', value: JSON.parse(text) as boolean | null, at }),
  },
  { form: /\$[\w.-]+(?:#[\w.\-~/%:+@]*)?/y, token: (text, at) => ({ kind: 'expression', text, at }) },
]

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < text.length;) {
    const next = tokenAt(text, at)
    if (next === undefined) throw new Error(`cannot be read from ${JSON.stringify(text.slice(at))} on`)
    if (next.token) tokens.push(next.token)
    at = next.end
  }
  return tokens
}

function tokenAt(text: string, at: number): { token: Token | undefined; end: number } | undefined {
  for (const { form, token } of tokenForms) {
    form.lastIndex = at
    const match = form.exec(text)
    if (match) return { token: token(match[0], at), end: at + match[0].length }
  }
  return undefined
}

const comparators: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>='])

/** Reads tokens by precedence: `||` binds weakest, then `&&`, then comparisons, then `!`. */
class Reader {
  readonly #tokens: readonly Token[]
  readonly #text: string
  #next = 0

  constructor(tokens: readonly Token[], text: string) {
    this.#tokens = tokens
    this.#text = text
  }

  either(): Condition {
    let left = this.#both()
    while (this.#take('||')) left = { kind: 'or', left, right: this.#both() }
    return left
  }

  end(): void {
    if (this.#next < this.#tokens.length) throw this.#unexpected()
  }

  #both(): Condition {
    let left = this.#comparison()
    while (this.#take('&&')) left = { kind: 'and', left, right: this.#comparison() }
    return left
  }

  #comparison(): Condition {
    const left = this.#operand()
    const token = this.#tokens[this.#next]
    if (token?.kind !== 'operator' || !comparators.has(token.text)) return left
    this.#next++
    return { kind: 'compare', operator: token.text as Comparator, left, right: this.#operand() }
  }

  #operand(): Condition {
    if (this.#take('!')) return { kind: 'not', operand: this.#operand() }
    // Parentheses are the specification's; Redocly's runner groups by braces.
    if (this.#take('(')) return this.#group(')')
    if (this.#take('{')) return this.#group('}')
    const token = this.#tokens[this.#next]
    if (token === undefined || token.kind === 'operator') throw this.#unexpected()
    this.#next++
    if (token.kind === 'literal') return { kind: 'literal', value: token.value }
    parseExpression(token.text)
    return { kind: 'expression', text: token.text }
  }

  #group(close: string): Condition {
    const inner = this.either()
    if (!this.#take(close)) throw this.#unexpected()
    return inner
  }

  #take(text: string): boolean {
    const token = this.#tokens[this.#next]
    if (token?.kind !== 'operator' || token.text !== text) return false
    this.#next++
    return true
  }

  #unexpected(): Error {
    const token = this.#tokens[this.#next]
    return new Error(token ? `cannot be read from ${JSON.stringify(this.#text.slice(token.at))} on` : 'ends too early')
  }
}

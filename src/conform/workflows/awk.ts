import { jsonpath } from 'json-p3'
import { tokensOf } from '../../openapi/pointer.ts'
import type { Pointer } from '../../openapi/api.ts'
import type { Condition } from './condition.ts'
import { parseExpression, replaceEmbedded } from './expression.ts'

/**
 * A condition written in POSIX awk, so that a script can judge an answer without any tool that has to be installed.
 * Values are JSON texts, kept by path in V, with their kind in T, the number of children in N and their paths in M.
 */
export interface AwkCondition {
  /** Functions that the condition calls. */
  readonly functions: readonly string[]
  readonly condition: string
}

/** How the script names a value that is not part of the answer: awk code that gives a JSON text. */
export type Reference = (expression: string) => string

/** Reads JSON; `get` gives the JSON text at a path, `need` notes that there is none. Paths are joined by SUBSEP. */
export const awkPrelude = String.raw`
function ws() { while (p <= n && index(" \t\r\n", substr(s, p, 1))) p++ }
function str(  a, c) { a = p++; while (p <= n) { c = substr(s, p, 1); p++; if (c == "\\") p++; else if (c == "\"") break } c = substr(s, a, p - a); gsub(/\\\//, "/", c); return c }
function put(q, k) { M[q, N[q]++] = q SUBSEP k; val(q SUBSEP k) }
function val(q,  c, k, a) {
  ws(); c = substr(s, p, 1); T[q] = c
  if (c == "{" || c == "[") {
    N[q] = 0; p++; ws(); if (index("]}", substr(s, p, 1))) { p++; return }
    do { ws(); if (c == "{") { k = str(); k = substr(k, 2, length(k) - 2); ws(); p++ } else k = N[q]; put(q, k); ws() } while (substr(s, p++, 1) == ",")
    return
  }
  if (c == "\"") { V[q] = str(); return }
  a = p; while (p <= n && !index("]},: \t\r\n", substr(s, p, 1))) p++
  V[q] = substr(s, a, p - a)
}
function get(q) { return (q in V) ? V[q] : (q in T) ? T[q] q : "" }
function need(q) { if (!(q in T)) lacking = 1; return get(q) }
function isnum(a) { return a ~ /^-?[0-9][0-9.eE+-]*$/ }
function eq(a, b) { return a == b "" || (isnum(a) && isnum(b) && a + 0 == b + 0) }
function lt(a, b) { if (isnum(a) && isnum(b)) return a + 0 < b + 0; return substr(a, 1, 1) == "\"" && substr(b, 1, 1) == "\"" && a "" < b "" }
function raw(a) { return substr(a, 1, 1) == "\"" ? substr(a, 2, length(a) - 2) : a }
function loose(a) { a = tolower(a); return a ~ /^"-?[0-9][0-9.]*"$/ ? raw(a) : a }
function len(q) { return (q in N) ? N[q] : length(raw(get(q))) }
{ s = s $0 "\n" }
END { n = length(s); p = 1; val("") }
`

/** The place of a JSON pointer in V. */
export function awkPath(pointer: Pointer): string {
  return (
    tokensOf(pointer)
      .map((token) => ` SUBSEP ${awkText(token)}`)
      .join('')
      .replace(/^ /, '"" ') || '""'
  )
}

/** A text as an awk literal. */
function awkText(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

export function awkJson(value: unknown): string {
  return awkText(JSON.stringify(value) ?? '')
}

/** A simple condition. `operand` gives the awk code for a runtime expression. */
export function simpleToAwk(condition: Condition, operand: Reference): string {
  switch (condition.kind) {
    case 'literal':
      return awkJson(condition.value)
    case 'expression':
      return operand(condition.text)
    case 'not':
      return `!(${simpleToAwk(condition.operand, operand)})`
    case 'and':
    case 'or':
      return `(${simpleToAwk(condition.left, operand)} ${condition.kind === 'and' ? '&&' : '||'} ${simpleToAwk(condition.right, operand)})`
    case 'compare': {
      const [left, right] = [condition.left, condition.right].map((side) => `loose(${simpleToAwk(side, operand)})`)
      return comparison(condition.operator, left as string, right as string)
    }
  }
}

/** A JSONPath condition on the value at `base`; `undefined` for the parts of RFC 9535 that no workflow needs. */
export function jsonpathToAwk(text: string, base: Pointer, reference: Reference): AwkCondition | undefined {
  const references: string[] = []
  const marked = replaceEmbedded(text, (expression) => JSON.stringify(`${mark}${references.push(expression) - 1}`))
  const [segment, ...rest] = jsonpath.compile(marked).segments
  const [selector] = segment?.selectors ?? []
  if (!(selector instanceof jsonpath.selectors.FilterSelector) || rest.length > 0) return undefined
  const functions: string[] = []
  const value = (index: number): string => reference(references[index] as string)
  try {
    return { condition: new Translation(functions, value).logical(selector.expression, awkPath(base)), functions }
  } catch (error) {
    if (error instanceof Untranslatable) return undefined
    throw error
  }
}

/** Of the private use area: no workflow means this character itself. */
const mark = '\uE000'

class Untranslatable extends Error {}

const { expressions, selectors } = jsonpath
type Node = jsonpath.expressions.FilterExpression
type Query = jsonpath.JSONPathQuery

class Translation {
  readonly #functions: string[]
  readonly #value: (index: number) => string

  constructor(functions: string[], value: (index: number) => string) {
    this.#functions = functions
    this.#value = value
  }

  logical(node: Node, base: string): string {
    if (node instanceof expressions.LogicalExpression) return this.logical(node.expression, base)
    if (node instanceof expressions.PrefixExpression) return `!(${this.logical(node.right, base)})`
    if (node instanceof expressions.RelativeQuery) return `${this.#count(node.path)}(${base}) > 0`
    if (node instanceof expressions.FunctionExtension) return this.#test(node, base)
    if (!(node instanceof expressions.InfixExpression)) throw new Untranslatable()
    if (node.logical) return `(${this.logical(node.left, base)} ${node.operator} ${this.logical(node.right, base)})`
    return comparison(node.operator, this.#comparable(node.left, base), this.#comparable(node.right, base))
  }

  #test(node: jsonpath.expressions.FunctionExtension, base: string): string {
    const [subject, pattern] = node.args
    if (!subject || !(pattern instanceof expressions.StringLiteral)) throw new Untranslatable()
    if (node.name !== 'match' && node.name !== 'search') throw new Untranslatable()
    const form = node.name === 'match' ? `^(${pattern.value})$` : pattern.value
    return `raw(${this.#comparable(subject, base)}) ~ ${awkText(form)}`
  }

  #comparable(node: Node, base: string): string {
    if (node instanceof expressions.NullLiteral) return '"null"'
    if (node instanceof expressions.StringLiteral && node.value.startsWith(mark))
      return this.#value(Number(node.value.slice(1)))
    if (isValued(node)) return awkJson(node.value)
    if (node instanceof expressions.RelativeQuery) return `get(${this.#place(node.path, base)})`
    if (!(node instanceof expressions.FunctionExtension)) throw new Untranslatable()
    const [argument] = node.args
    if (!(argument instanceof expressions.RelativeQuery)) throw new Untranslatable()
    if (node.name === 'count') return `${this.#count(argument.path)}(${base})`
    if (node.name === 'length') return `len(${this.#place(argument.path, base)})`
    throw new Untranslatable()
  }

  /** The path of a query that selects one node at most. */
  #place(query: Query, base: string): string {
    return query.segments.reduce((place, segment) => `${place} SUBSEP ${keyOf(segment)}`, base)
  }

  /** The name of a function that counts the nodes which a query selects below a path. */
  #count(query: Query): string {
    return query.segments.reduceRight(
      (next, segment) => this.#counting(segment, next),
      this.#define('(b)', 'return b in T'),
    )
  }

  #counting(segment: jsonpath.JSONPathSegment, next: string): string {
    const selector = onlySelector(segment)
    if (selector instanceof selectors.WildcardSelector) {
      return this.#define('(b,  i, k)', `for (i = 0; i < N[b]; i++) k += ${next}(M[b, i]); return k + 0`)
    }
    if (selector instanceof selectors.FilterSelector) {
      const condition = this.logical(selector.expression, 'c')
      return this.#define(
        '(b,  i, k, c)',
        `for (i = 0; i < N[b]; i++) { c = M[b, i]; if (${condition}) k += ${next}(c) } return k + 0`,
      )
    }
    return this.#define('(b)', `return ${next}(b SUBSEP ${keyOf(segment)})`)
  }

  #define(parameters: string, body: string): string {
    const name = `f${this.#functions.length}`
    this.#functions.push(`function ${name}${parameters} { ${body} }`)
    return name
  }
}

function keyOf(segment: jsonpath.JSONPathSegment): string {
  const selector = onlySelector(segment)
  if (selector instanceof selectors.NameSelector) return awkText(selector.name)
  if (selector instanceof selectors.IndexSelector && selector.index >= 0) return awkText(String(selector.index))
  throw new Untranslatable()
}

function onlySelector(segment: jsonpath.JSONPathSegment): jsonpath.JSONPathSelector {
  const [selector, ...more] = segment.selectors
  const isDescendant = segment.toString().startsWith('..')
  if (selector === undefined || more.length > 0 || isDescendant) throw new Untranslatable()
  return selector
}

function isValued(node: Node): node is Node & { readonly value: string | number | boolean } {
  return (
    node instanceof expressions.StringLiteral ||
    node instanceof expressions.NumberLiteral ||
    node instanceof expressions.BooleanLiteral
  )
}

function comparison(operator: string, left: string, right: string): string {
  switch (operator) {
    case '==':
      return `eq(${left}, ${right})`
    case '!=':
      return `!eq(${left}, ${right})`
    case '<':
      return `lt(${left}, ${right})`
    case '>':
      return `lt(${right}, ${left})`
    case '<=':
      return `(lt(${left}, ${right}) || eq(${left}, ${right}))`
    case '>=':
      return `(lt(${right}, ${left}) || eq(${left}, ${right}))`
    default:
      throw new Untranslatable()
  }
}

/** Awk code for the value of an expression in the answer, where it is part of the answer. */
export function answerToAwk(text: string): string | undefined {
  const expression = parseExpression(text)
  if (expression.kind === 'statusCode') return 'status'
  if (expression.kind === 'body' && expression.side === 'response') return `need(${awkPath(expression.pointer)})`
  return undefined
}

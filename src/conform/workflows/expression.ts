import type { Pointer } from '../../openapi/api.ts'
import { isObject, valueAt } from '../../openapi/pointer.ts'

/** A runtime expression (Arazzo 1.0.1, section 4.7), parsed. */
export type Expression =
  | { readonly kind: 'url' | 'method' | 'statusCode' }
  | { readonly kind: 'part'; readonly side: Side; readonly part: 'header' | 'query' | 'path'; readonly name: string }
  | { readonly kind: 'body'; readonly side: Side; readonly pointer: Pointer }
  | { readonly kind: 'input'; readonly name: string; readonly pointer: Pointer }
  | { readonly kind: 'step'; readonly step: string; readonly output: string; readonly pointer: Pointer }
  | {
      readonly kind: 'workflow'
      readonly workflow: string
      readonly of: 'inputs' | 'outputs'
      readonly name: string
      readonly pointer: Pointer
    }
  | { readonly kind: 'output'; readonly name: string; readonly pointer: Pointer }
  | { readonly kind: 'component'; readonly group: string; readonly name: string }

type Side = 'request' | 'response'

/** What expressions can see while a workflow runs. */
export interface Scope {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly steps: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly workflows: Readonly<
    Record<
      string,
      { readonly inputs: Readonly<Record<string, unknown>>; readonly outputs: Readonly<Record<string, unknown>> }
    >
  >
  /** The outputs of the workflow that the present step has called. */
  readonly outputs?: Readonly<Record<string, unknown>>
  readonly exchange?: ScopedExchange
}

export interface ScopedExchange {
  readonly url: string
  readonly method: string
  readonly status: number
  readonly request: Message
  readonly response: Message
}

export interface Message {
  /** By lower-case name. */
  readonly header: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  readonly path: Readonly<Record<string, unknown>>
  /** Parsed where it is JSON, text otherwise. */
  readonly body: unknown
}

/** An expression that reaches no value: the answer lacks the property, or the step did not set the output. */
export class MissingValue extends Error {
  constructor(text: string) {
    super(`${text} reaches no value`)
    this.name = 'MissingValue'
  }
}

/** Parses a text that must be an expression as a whole. Throws an Error that says what is wrong with it. */
export function parseExpression(text: string): Expression {
  const hash = text.indexOf('#')
  const path = hash < 0 ? text : text.slice(0, hash)
  const pointer = hash < 0 ? '' : text.slice(hash + 1)
  if (pointer !== '' && !pointer.startsWith('/')) throw new Error(`${text}: what follows # must be a JSON pointer`)
  const [root = '', ...rest] = path.split('.')
  const parsed = fromRoot(root, rest, pointer)
  if (parsed === undefined) throw new Error(`${text} is not a runtime expression`)
  return parsed
}

function isExpression(text: string): boolean {
  if (!text.startsWith('$')) return false
  try {
    parseExpression(text)
    return true
  } catch {
    return false
  }
}

/** The expressions `{$…}` that stand inside a text, with the text between the braces. */
export function embeddedExpressions(text: string): string[] {
  return [...text.matchAll(embedded)].map((match) => match[1] as string)
}

/** Replaces each `{$…}` of a text by what `replace` gives for the expression inside. */
export function replaceEmbedded(text: string, replace: (expression: string) => string): string {
  return text.replace(embedded, (_whole, expression: string) => replace(expression))
}

const embedded = /\{(\$[^{}]+)\}/g

/** Throws MissingValue where the expression reaches nothing, but gives `undefined` for a header that was not sent. */
export function evaluate(text: string, scope: Scope): unknown {
  const expression = parseExpression(text)
  const value = lookUp(expression, scope)
  if (value === undefined && !(expression.kind === 'part' && expression.part === 'header')) throw new MissingValue(text)
  return value
}

/** A value in which every expression, whole or embedded in a text, is replaced by what it stands for. */
export function resolveValue(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return resolveText(value, scope)
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, scope))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolveValue(member, scope)]))
}

/** Every expression text inside a value, in order. */
export function expressionsIn(value: unknown): string[] {
  if (typeof value === 'string') return isExpression(value) ? [value] : embeddedExpressions(value)
  if (Array.isArray(value)) return value.flatMap(expressionsIn)
  return isObject(value) ? Object.values(value).flatMap(expressionsIn) : []
}

function resolveText(text: string, scope: Scope): unknown {
  if (isExpression(text)) return evaluate(text, scope)
  return replaceEmbedded(text, (expression) => textOf(evaluate(expression, scope)))
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function fromRoot(root: string, rest: readonly string[], pointer: Pointer): Expression | undefined {
  const [first, second, ...more] = rest
  switch (root) {
    case '$url':
      return rest.length === 0 && pointer === '' ? { kind: 'url' } : undefined
    case '$method':
      return rest.length === 0 && pointer === '' ? { kind: 'method' } : undefined
    case '$statusCode':
      return rest.length === 0 && pointer === '' ? { kind: 'statusCode' } : undefined
    case '$request':
    case '$response':
      return messagePart(root === '$request' ? 'request' : 'response', rest, pointer)
    case '$inputs':
      return rest.length === 0 ? undefined : { kind: 'input', name: rest.join('.'), pointer }
    case '$outputs':
      return rest.length === 0 ? undefined : { kind: 'output', name: rest.join('.'), pointer }
    case '$steps':
      return first !== undefined && second === 'outputs' && more.length > 0
        ? { kind: 'step', step: first, output: more.join('.'), pointer }
        : undefined
    case '$workflows':
      return first !== undefined && (second === 'inputs' || second === 'outputs') && more.length > 0
        ? { kind: 'workflow', workflow: first, of: second, name: more.join('.'), pointer }
        : undefined
    case '$components':
      return first !== undefined && second !== undefined && pointer === ''
        ? { kind: 'component', group: first, name: [second, ...more].join('.') }
        : undefined
    default:
      return undefined
  }
}

function messagePart(side: Side, rest: readonly string[], pointer: Pointer): Expression | undefined {
  const [part, ...names] = rest
  const name = names.join('.')
  if (part === 'body') return names.length === 0 ? { kind: 'body', side, pointer } : undefined
  if (pointer !== '' || name === '') return undefined
  if (part === 'header') return { kind: 'part', side, part, name: name.toLowerCase() }
  return part === 'query' || part === 'path' ? { kind: 'part', side, part, name } : undefined
}

function lookUp(expression: Expression, scope: Scope): unknown {
  switch (expression.kind) {
    case 'url':
      return scope.exchange?.url
    case 'method':
      return scope.exchange?.method
    case 'statusCode':
      return scope.exchange?.status
    case 'part':
      return scope.exchange?.[expression.side][expression.part][expression.name]
    case 'body':
      return valueAt(scope.exchange?.[expression.side].body, expression.pointer)
    case 'input':
      return valueAt(scope.inputs[expression.name], expression.pointer)
    case 'output':
      return valueAt(scope.outputs?.[expression.name], expression.pointer)
    case 'step':
      return valueAt(scope.steps[expression.step]?.[expression.output], expression.pointer)
    case 'workflow':
      return valueAt(scope.workflows[expression.workflow]?.[expression.of][expression.name], expression.pointer)
    case 'component':
      return undefined
  }
}

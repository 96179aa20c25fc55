import { jsonpath, type JSONValue } from 'json-p3'
import type { Pointer } from '../../openapi/api.ts'
import { expressionsOf, holds, parseCondition, type Condition } from './condition.ts'
import {
  MissingValue,
  embeddedExpressions,
  evaluate,
  parseExpression,
  replaceEmbedded,
  textOf,
  type Scope,
} from './expression.ts'

/** One assertion on an answer. */
export type Criterion = {
  readonly pointer: Pointer
  /** As written. */
  readonly text: string
} & (
  | { readonly kind: 'simple'; readonly condition: Condition }
  | { readonly kind: 'regex'; readonly context: string; readonly pattern: RegExp }
  | { readonly kind: 'jsonpath'; readonly context: string; readonly query: Query | undefined }
)

/** A path that is the same for every answer, compiled once. */
type Query = ReturnType<typeof jsonpath.compile>

export interface CriterionResult {
  readonly holds: boolean
  /** What was looked at. */
  readonly got: string
}

/** The raw form of a criterion, its properties checked for their types. */
export interface CriterionText {
  readonly condition: string
  readonly context?: string
  readonly type: 'simple' | 'regex' | 'jsonpath'
}

/** Throws an Error that says what is wrong with the condition. */
export function parseCriterion(raw: CriterionText, pointer: Pointer): Criterion {
  const { condition, context, type } = raw
  if (type === 'simple') return { pointer, text: condition, kind: 'simple', condition: parseCondition(condition) }
  if (context === undefined) throw new Error(`a condition of type ${type} needs a context`)
  parseExpression(context)
  if (type === 'regex') return { pointer, text: condition, kind: 'regex', context, pattern: patternOf(condition) }
  const expressions = embeddedExpressions(condition)
  expressions.forEach(parseExpression)
  const query = jsonpath.compile(replaceEmbedded(condition, () => 'null'))
  assertCanHold(query)
  return { pointer, text: condition, kind: 'jsonpath', context, query: expressions.length === 0 ? query : undefined }
}

/** The condition is applied to a list of one item, the context: a path that starts in another way selects nothing, ever. */
function assertCanHold({ segments }: Query): void {
  const [first] = segments
  if (first === undefined || String(first).startsWith('..')) return
  const { IndexSelector, NameSelector } = jsonpath.selectors
  const selects = first.selectors.some(
    (each) => !(each instanceof NameSelector) && !(each instanceof IndexSelector && ![0, -1].includes(each.index)),
  )
  if (selects) return
  const path = segments.join('')
  throw new Error(
    `$${path} can never hold, since $ is a list whose one item is the context: write $[0]${path} or $[?@${path}]`,
  )
}

/** Every runtime expression that the criterion reads. */
export function expressionsOfCriterion(criterion: Criterion): string[] {
  switch (criterion.kind) {
    case 'simple':
      return expressionsOf(criterion.condition)
    case 'regex':
      return [criterion.context]
    case 'jsonpath':
      return [criterion.context, ...embeddedExpressions(criterion.text)]
  }
}

/** A criterion that needs a value that is not there, or that cannot stand in a JSONPath, does not hold. */
export function judge(criterion: Criterion, scope: Scope): CriterionResult {
  try {
    return {
      holds: test(criterion, scope),
      get got() {
        return seen(criterion, scope)
      },
    }
  } catch (error) {
    if (error instanceof MissingValue || error instanceof jsonpath.JSONPathError)
      return { holds: false, got: error.message }
    throw error
  }
}

function test(criterion: Criterion, scope: Scope): boolean {
  switch (criterion.kind) {
    case 'simple':
      return holds(criterion.condition, scope)
    case 'regex':
      return criterion.pattern.test(textOf(evaluate(criterion.context, scope)))
    case 'jsonpath':
      return selects(
        criterion.query ?? jsonpath.compile(pathOf(criterion.text, scope)),
        evaluate(criterion.context, scope),
      )
  }
}

/**
 * The specification's own example, `$[?count(@.pets) > 0]`, only makes sense when `@` is the context itself. So a
 * condition is applied to a list of one item, the context, as Redocly's runner does.
 */
function selects(query: Query, context: unknown): boolean {
  return query.query([context as JSONValue]).nodes.length > 0
}

/** The condition with the values of its `{$…}` as JSON. */
function pathOf(condition: string, scope: Scope): string {
  return replaceEmbedded(condition, (expression) => JSON.stringify(evaluate(expression, scope) ?? null))
}

function seen(criterion: Criterion, scope: Scope): string {
  const expressions = criterion.kind === 'simple' ? expressionsOf(criterion.condition) : [criterion.context]
  return expressions.map((expression) => `${expression} is ${shown(expression, scope)}`).join(', ')
}

function shown(expression: string, scope: Scope): string {
  try {
    const text = JSON.stringify(evaluate(expression, scope)) ?? 'absent'
    return text.length > 600 ? `${text.slice(0, 600)}…` : text
  } catch (error) {
    if (error instanceof MissingValue) return 'absent'
    throw error
  }
}

function patternOf(condition: string): RegExp {
  const delimited = /^\/(.*)\/([gimsuy]*)$/s.exec(condition)
  // A pattern with the flag g would remember where it stopped.
  return delimited
    ? new RegExp(delimited[1] as string, (delimited[2] as string).replace(/[gy]/g, ''))
    : new RegExp(condition)
}

import type { Operation, Pointer } from '../../openapi/api.ts'
import type { CaseKind, Expectation, RequestCase } from '../case.ts'
import type { CheckId } from '../check.ts'
import { declaredKey, refusalKeys } from '../../openapi/responses.ts'
import type { Context } from '../context.ts'
import { requestOf, type Draft } from './draft.ts'
import { type GivenState, isSuccess, successStatuses } from '../../openapi/scenario.ts'

export interface RequestCaseParts {
  readonly name: string
  readonly kind: CaseKind
  readonly draft: Draft
  readonly expectation: Expectation
  readonly pointer: Pointer
  readonly why: string | undefined
  readonly given?: readonly GivenState[]
}

/** Writes a draft down as a case of its operation. */
export function requestCase(context: Context, parts: RequestCaseParts): RequestCase {
  const { operation } = parts.draft
  return {
    id: `${context.api.name}/${operation.id}: ${parts.name}`,
    name: parts.name,
    kind: parts.kind,
    api: context.api.name,
    operation,
    checks: checksOf(parts.expectation),
    pointer: parts.pointer,
    tier: parts.why === undefined ? 'documented' : 'assumed',
    ...(parts.why !== undefined && { why: parts.why }),
    given: parts.given ?? [],
    changesNothing: parts.expectation.kind !== 'success' || isSafe(parts.draft.method),
    request: requestOf(parts.draft),
    ...(parts.draft.guessed && { guessed: true }),
    expectation: parts.expectation,
  }
}

/** RFC 9110, section 9.2.1. */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

/** What HTTP itself gives to a request whose content is wrong (RFC 9110, sections 15.5.1 and 15.5.21). */
const OF_HTTP = ['400', '422']

/** They speak of credentials, things and their state, methods, media types, sizes or haste. */
const OF_OTHER_REASONS = [
  '401',
  '402',
  '403',
  '404',
  '405',
  '406',
  '407',
  '408',
  '409',
  '410',
  '411',
  '412',
  '413',
  '414',
  '415',
  '416',
  '423',
  '428',
  '429',
  '451',
]

/**
 * The declared statuses that may refuse a request whose content is wrong. Those that speak of something else (credentials,
 * unknown things, methods, media types, sizes) count only where no other is declared; then HTTP's own do, too.
 */
export function refusalStatuses(operation: Operation): string[] {
  const declared = refusalKeys(operation.responses)
  const fitting = declared.filter((status) => !OF_OTHER_REASONS.includes(status))
  return fitting.length > 0 ? fitting : [...declared, ...OF_HTTP]
}

/** These statuses if they are declared, else whatever refusal is, and they as well: that they mean this, HTTP says. */
export function preferring(operation: Operation, ...statuses: readonly string[]): string[] {
  const declared = statuses.filter((status) => status in operation.responses)
  return declared.length > 0 ? declared : [...refusalStatuses(operation), ...statuses]
}

export function success(operation: Operation, status?: number): Expectation {
  const declared = Object.keys(operation.responses)
  const isDeclared = status !== undefined && declaredKey(operation.responses, status) !== undefined
  const successes = successStatuses(operation)
  // Whether there is something to replace is the server's to know (RFC 9110, section 9.3.4).
  const isEither = operation.method === 'PUT' && (status === 200 || status === 204) && successes.includes('201')
  if (isDeclared && isSuccess(status) && !isEither) return { kind: 'success', statuses: [String(status)] }
  // Where nothing but redirects are declared, they are what a right request gets.
  return {
    kind: 'success',
    statuses: successes.length > 0 ? successes : declared.filter((each) => each.startsWith('3')),
  }
}

export function refusal(statuses: readonly string[], accepted: CheckId = 'invalid-accepted'): Expectation {
  return { kind: 'refusal', statuses, accepted }
}

function checksOf(expectation: Expectation): readonly CheckId[] {
  switch (expectation.kind) {
    case 'success':
      return ['valid-refused', 'success-status', 'echo']
    case 'refusal':
      return [expectation.accepted, 'refusal-status', ...(expectation.allow ? (['allow-header'] as const) : [])]
    case 'any':
      return []
  }
}

import type { Operation, Pointer, ResponseSpec } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { isOfHttp } from '../../openapi/http-status.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import type { Context } from '../context.ts'
import type { Answer, Exchanged } from '../transport/transport.ts'
import { contentOf, type Content } from './content.ts'
import { declaredKey } from '../../openapi/responses.ts'
import { errorWithSuccessStatus } from './error-with-success-status.ts'

/** Whose request an answer belongs to. */
export interface AnsweredRequest {
  readonly caseId: string
  /** `undefined` where routing is to refuse the request. */
  readonly operation: Operation | undefined
  /** Statuses that answer this request by right, declared or not. */
  readonly accepted?: readonly string[]
}

/** A request and what came of it. */
export interface Asked {
  readonly context: Context
  readonly testCase: AnsweredRequest
  readonly exchanged: Exchanged
}

/** What came of a request, beside what the spec declares for it: looked up once for all checks. */
export interface Answered extends Asked {
  /** `undefined` where nothing came. */
  readonly answer: Answer | undefined
  /** The response that is declared for it; `undefined` for a 5xx and for OPTIONS, which are validated by other rules. */
  readonly place: Place | undefined
  /** Why the answer is a refusal although its status tells of a success. */
  readonly whyError: string | undefined
  /** Whether the operation declares other statuses only. */
  readonly isUndeclared: boolean
}

/** An answer beside the response that the spec declares for it. */
export interface Place {
  readonly context: Context
  readonly exchanged: Exchanged
  readonly operation: Operation | undefined
  readonly answer: Answer
  readonly spec: ResponseSpec
  /** Where the operation names the response, before any reference. */
  readonly usage: Pointer
  /** The body beside the declared content. */
  readonly content: Content
}

export function answeredBy(asked: Asked): Answered {
  const { context, exchanged, testCase } = asked
  const { operation, accepted } = testCase
  const { outcome } = exchanged
  const nothing = { ...asked, place: undefined, whyError: undefined, isUndeclared: false }
  if (outcome.kind === 'no-answer') return { ...nothing, answer: undefined }
  const answer = outcome
  if (answer.status >= 500 || exchanged.sent.method === 'OPTIONS') return { ...nothing, answer }
  const whyError = errorWithSuccessStatus(context, operation, exchanged)
  if (whyError !== undefined) return { ...nothing, answer, whyError }
  const declared = responseFor(context, operation, answer.status, exchanged.sent.method)
  if (declared) {
    const content = contentOf(declared.spec, answer, exchanged.sent.method)
    return { ...nothing, answer, place: { context, exchanged, operation, answer, ...declared, content } }
  }
  const isFree =
    !operation ||
    isOfHttp(operation, answer.status) ||
    accepted?.includes(String(answer.status)) === true ||
    (!context.api.strict && answer.status < 300 && !hasFinal(operation))
  return { ...nothing, answer, isUndeclared: !isFree }
}

/** Whether the operation says at all what becomes of a right request. */
function hasFinal({ responses }: Operation): boolean {
  return Object.keys(responses).some((status) => /^[23]|^default$/.test(status))
}

function responseFor(
  context: Context,
  operation: Operation | undefined,
  status: number,
  method: string,
): { spec: ResponseSpec; usage: Pointer } | undefined {
  // Of somebody else's document nobody knows whether such a response is meant for paths that are none.
  const unroutable = context.api.strict ? context.api.unroutable : {}
  const shared = status === 404 ? unroutable.notFound : status === 405 ? unroutable.methodNotAllowed : undefined
  if (!operation) return shared && { spec: shared, usage: shared.pointer }
  const key = declaredKey(operation.responses, status)
  if (key !== undefined)
    return { spec: operation.responses[key] as ResponseSpec, usage: pointerTo(operation.pointer, 'responses', key) }
  return method !== operation.method && shared ? { spec: shared, usage: shared.pointer } : undefined
}

/** Why a part of the declared response is an assumption, by its pointer below the response. */
export function whyOf(place: Place, below: string): string | undefined {
  const { document } = place.context.api
  return assumptionAt(document, `${place.usage}${below}`) ?? assumptionAt(document, `${place.spec.pointer}${below}`)
}

/** Where a promise stands that no API has to document: it goes for every operation. */
export function inAnyCase({ testCase }: Answered): Pointer {
  return testCase.operation?.pointer ?? '/paths'
}

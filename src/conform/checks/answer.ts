import type { Operation, Pointer, ResponseSpec } from '../../openapi/api.ts'
import { isOfHttp } from '../../openapi/http-status.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import type { Context } from '../context.ts'
import type { Failure } from '../check.ts'
import type { Answer, Exchanged } from '../transport/transport.ts'
import { checkBody } from './answer-body.ts'
import { checkHeaders } from './answer-headers.ts'
import { fail, type Asked, type AnsweredRequest, type Place } from './answer-place.ts'
import { declaredKey } from './declared-key.ts'
import { errorWithSuccessStatus } from './error-with-success-status.ts'
import type { FailureParts } from './failure.ts'
import { leakIn } from './leak.ts'

/** The checks that every answer has to pass, also the answer to a request that is wrong on purpose. */
export function checkAnswer(context: Context, subject: AnsweredRequest, exchanged: Exchanged): Failure[] {
  const { outcome } = exchanged
  const asked: Asked = { context, subject, exchanged }
  if (outcome.kind === 'no-answer') {
    const message = `the request is not answered (${outcome.code})`
    return [inAnyCase(asked, { check: 'no-answer', message, expected: 'an answer' })]
  }
  const leaks = checkLeaks(asked, outcome)
  if (outcome.status < 500) return [...checkDeclared(asked, outcome), ...leaks]
  const message = `answered with ${outcome.status}`
  return [inAnyCase(asked, { check: 'server-error', message, expected: 'no 5xx' }), ...leaks]
}

/** What no API has to document: it goes for every operation. */
function inAnyCase(asked: Asked, parts: Pick<FailureParts, 'check' | 'message' | 'expected'>): Failure {
  return fail(asked, { ...parts, pointer: asked.subject.operation?.pointer ?? '/paths', why: undefined })
}

function checkLeaks(asked: Asked, { text }: Answer): Failure[] {
  const leak = leakIn(text, asked.exchanged.sent)
  if (leak === undefined) return []
  const message = `the answer shows ${leak}`
  return [inAnyCase(asked, { check: 'internal-leak', message, expected: 'nothing of the inside of the server' })]
}

function checkDeclared(asked: Asked, answer: Answer): Failure[] {
  const { context, exchanged } = asked
  const { accepted, operation } = asked.subject
  if (exchanged.sent.method === 'OPTIONS') return []
  const declared = responseFor(context, operation, answer.status, exchanged.sent.method)
  const disguised = errorWithSuccessStatus(context, operation, exchanged)
  if (operation && disguised !== undefined) {
    return [
      fail(asked, {
        check: 'refusal-status',
        pointer: pointerTo(operation.pointer, 'responses'),
        message: `a refusal comes with ${answer.status}`,
        expected: 'a status of 4xx',
        why: disguised,
      }),
    ]
  }
  if (declared) {
    const place: Place = { ...asked, answer, ...declared }
    return [...checkHeaders(place), ...checkBody(place)]
  }
  if (!operation || isOfHttp(operation, answer.status) || accepted?.includes(String(answer.status))) return []
  return [
    fail(asked, {
      check: 'status-undeclared',
      pointer: pointerTo(operation.pointer, 'responses'),
      message: `answered with ${answer.status}, which the operation does not declare`,
      expected: Object.keys(operation.responses).join(', '),
      why: whyStatuses(context, operation),
    }),
  ]
}

function responseFor(
  context: Context,
  operation: Operation | undefined,
  status: number,
  method: string,
): { spec: ResponseSpec; usage: Pointer } | undefined {
  const { unroutable } = context.api
  const shared = status === 404 ? unroutable.notFound : status === 405 ? unroutable.methodNotAllowed : undefined
  if (!operation) return shared && { spec: shared, usage: shared.pointer }
  const key = declaredKey(operation, status)
  if (key !== undefined)
    return { spec: operation.responses[key] as ResponseSpec, usage: pointerTo(operation.pointer, 'responses', key) }
  return method !== operation.method && shared ? { spec: shared, usage: shared.pointer } : undefined
}

/** That an operation has no other status is documented as soon as one of its statuses is. */
function whyStatuses(context: Context, operation: Operation): string | undefined {
  const { document } = context.api
  const reasons = Object.entries(operation.responses).map(([status, spec]) => {
    const usage = pointerTo(operation.pointer, 'responses', status)
    return assumptionAt(document, `${usage}/status`) ?? assumptionAt(document, `${spec.pointer}/status`)
  })
  return reasons.includes(undefined) ? undefined : reasons[0]
}

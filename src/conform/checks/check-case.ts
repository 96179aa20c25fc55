import { meansStatus } from '../../openapi/responses.ts'
import { isDeepStrictEqual } from 'node:util'
import { assumptionAt } from '../../openapi/assumption.ts'
import { isObject } from '../../openapi/pointer.ts'
import type { Pointer } from '../../openapi/api.ts'
import { refusalStatuses } from '../cases/request-case.ts'
import { whyStatus } from './why-status.ts'
import type { Context } from '../context.ts'
import type { RequestCase } from '../case.ts'
import type { Failure } from '../check.ts'
import { isJson } from '../../openapi/media-type.ts'
import { headerOf, type Exchanged } from '../transport/transport.ts'
import { checkAnswer } from './check-answer.ts'
import { errorWithSuccessStatus } from './error-with-success-status.ts'
import { jsonOf } from './json-of.ts'
import { echoDifferences } from './echo-differences.ts'
import { failure, seen, type FailureParts } from './failure.ts'

/** Everything that can be said of the answer to a case by itself. */
export function checkCase(context: Context, testCase: RequestCase, exchanged: Exchanged): Failure[] {
  const { id: caseId, operation } = testCase
  const answered = checkAnswer(context, { caseId, operation, accepted: acceptedBy(testCase) }, exchanged).map((each) =>
    onItsGround(testCase, each),
  )
  const { outcome } = exchanged
  if (outcome.kind === 'no-answer' || outcome.status >= 500 || testCase.expectation.kind === 'any') return answered
  const isErrorWithSuccessStatus = errorWithSuccessStatus(context, operation, exchanged) !== undefined
  const expected: Expected = { context, testCase, exchanged, isErrorWithSuccessStatus, status: outcome.status }
  const isUndeclared = answered.some(({ check }) => check === 'status-undeclared')
  // What is sent elsewhere is neither taken nor refused.
  if (isUndeclared && outcome.status >= 300 && outcome.status < 400) return answered
  return [
    ...answered,
    ...(testCase.expectation.kind === 'success'
      ? checkSuccess(expected, testCase.expectation, isUndeclared)
      : checkRefusal(expected, testCase.expectation, isUndeclared)),
  ]
}

/** That a request is refused at all may be our assumption: then its undeclared status breaks no promise. */
function onItsGround({ why }: RequestCase, raised: Failure): Failure {
  if (raised.check !== 'status-undeclared' || why === undefined || raised.tier === 'assumed') return raised
  return { ...raised, tier: 'assumed', why }
}

/** Refusals that a case is there for need no declaration where HTTP itself has them. */
function acceptedBy({ expectation, operation }: RequestCase): readonly string[] {
  if (expectation.kind === 'success') return []
  return expectation.kind === 'refusal' ? expectation.statuses : operation ? refusalStatuses(operation) : []
}

/** A case and the answer to it. */
interface Expected {
  readonly context: Context
  readonly testCase: RequestCase
  readonly exchanged: Exchanged
  readonly status: number
  /** Whether it is a refusal that comes with the status of a success. */
  readonly isErrorWithSuccessStatus: boolean
}

type Of<Kind> = Extract<RequestCase['expectation'], { readonly kind: Kind }>

function checkSuccess(expected: Expected, { statuses }: Of<'success'>, isUndeclared: boolean): Failure[] {
  const { context, testCase, exchanged, status, isErrorWithSuccessStatus } = expected
  // An operation that declares no success may succeed with any status.
  const isFree = statuses.length === 0 && status < 300
  const fits = isFree || statuses.some((each) => meansStatus(each, status))
  if (fits && !isErrorWithSuccessStatus) return checkEcho(context, testCase, exchanged)
  if (status >= 400 || isErrorWithSuccessStatus) {
    const message = `${about(testCase)} is refused with ${status}`
    return [unexpected(expected, statuses, { check: 'valid-refused', message, why: testCase.why })]
  }
  if (isUndeclared) return []
  const message = `${about(testCase)} is answered with ${status}`
  const why = testCase.why ?? whyExpected(context, testCase)
  return [unexpected(expected, statuses, { check: 'success-status', message, why })]
}

function checkRefusal(expected: Expected, wanted: Of<'refusal'>, isUndeclared: boolean): Failure[] {
  const { context, testCase, exchanged, status, isErrorWithSuccessStatus } = expected
  if (isErrorWithSuccessStatus) return []
  const { accepted, allow, answer, isExact, lacksRequired, statuses } = wanted
  if (statuses.some((each) => meansStatus(each, status))) {
    if (allow) return checkAllow(context, testCase, allow, exchanged)
    return answer ? checkWords(context, testCase, answer, exchanged) : []
  }
  if (status < 400 || !testCase.operation) {
    const message = `${about(testCase)} is answered with ${status}`
    return [unexpected(expected, statuses, { check: accepted, message, why: lacksRequired ? undefined : testCase.why })]
  }
  if (isUndeclared) return []
  const message = `${about(testCase)} is refused with ${status}`
  const why = testCase.why ?? (isExact ? undefined : whyRefusal(context, testCase))
  return [unexpected(expected, statuses, { check: 'refusal-status', message, why })]
}

function unexpected(
  { context, testCase, exchanged }: Expected,
  statuses: readonly string[],
  parts: Pick<FailureParts, 'check' | 'message' | 'why'>,
): Failure {
  return failure(context, {
    ...parts,
    operation: testCase.operation,
    caseId: testCase.id,
    pointer: testCase.pointer,
    expected: statuses.join(' or '),
    got: seen(exchanged),
    exchanges: [exchanged],
  })
}

/** The properties of an example that a refusal has to repeat; it may have further ones. */
function checkWords(
  context: Context,
  testCase: RequestCase,
  { pointer, value }: { readonly pointer: Pointer; readonly value: unknown },
  exchanged: Exchanged,
): Failure[] {
  const got = jsonOf(exchanged)
  if (!isObject(value) || !isObject(got)) return []
  if (Object.entries(value).every(([name, member]) => isDeepStrictEqual(got[name], member))) return []
  return [
    failure(context, {
      check: 'refusal-status',
      operation: testCase.operation,
      caseId: testCase.id,
      pointer: testCase.pointer,
      message: `${testCase.name} is refused with another error`,
      expected: JSON.stringify(value),
      got: seen(exchanged),
      why: testCase.why ?? assumptionAt(context.api.document, pointer),
      exchanges: [exchanged],
    }),
  ]
}

/** Only a scenario says which of several declared refusals it means. */
function whyRefusal(context: Context, testCase: RequestCase): string | undefined {
  if (testCase.kind === 'example') return whyExpected(context, testCase)
  return 'the operation declares this status as well; which refusal is meant is not said'
}

/** Cases of one cause have one name: what the spec says at their pointer is enough to tell them apart. */
function about(testCase: RequestCase): string {
  if (testCase.kind === 'mutation') return 'a request that breaks this'
  if (testCase.kind === 'boundary') return 'a request that keeps to this'
  return testCase.name
}

function whyExpected(context: Context, testCase: RequestCase): string | undefined {
  const { operation, expectation } = testCase
  if (!operation || expectation.kind === 'any') return undefined
  const reasons = expectation.statuses.map((status) => whyStatus(context, operation, status))
  return reasons.find((why) => why !== undefined)
}

function checkEcho(context: Context, testCase: RequestCase, exchanged: Exchanged): Failure[] {
  const { operation } = testCase
  const { body } = exchanged.sent
  if (!operation || typeof body !== 'string' || exchanged.outcome.kind !== 'answer') return []
  const type = headerOf(exchanged.sent, 'content-type') ?? ''
  if (!isJson(type)) return []
  const differences = echoDifferences(
    context,
    operation,
    operation,
    String(exchanged.outcome.status),
    JSON.parse(body),
    jsonOf(exchanged),
  )
  return differences.map(({ member, pointer, sent, got, why }) =>
    failure(context, {
      check: 'echo',
      operation,
      caseId: testCase.id,
      pointer,
      message: `${member} does not come back as it was sent`,
      expected: JSON.stringify(sent),
      got: got === undefined ? `no ${member}` : JSON.stringify(got),
      why,
      exchanges: [exchanged],
    }),
  )
}

/** A true Allow (RFC 9110, section 10.2.1) has every method of the path; HEAD and OPTIONS may be there besides. */
function checkAllow(
  context: Context,
  testCase: RequestCase,
  declared: readonly string[],
  exchanged: Exchanged,
): Failure[] {
  const allow = exchanged.outcome.kind === 'answer' ? exchanged.outcome.headers['allow'] : undefined
  const named = (allow ?? '')
    .split(',')
    .map((method) => method.trim())
    .filter((method) => method !== '')
  const implied = new Set([...declared, 'OPTIONS', ...(declared.includes('GET') ? ['HEAD'] : [])])
  const lacking = declared.filter((method) => !named.includes(method))
  const wrong = named.filter((method) => !implied.has(method))
  if (lacking.length === 0 && wrong.length === 0) return []
  const message =
    allow === undefined
      ? 'the header Allow is missing'
      : `Allow ${lacking.length > 0 ? `lacks ${lacking.join(', ')}` : `names ${wrong.join(', ')}`}`
  return [
    failure(context, {
      check: 'allow-header',
      operation: testCase.operation,
      caseId: testCase.id,
      pointer: testCase.pointer,
      message: `${testCase.name}: ${message}`,
      expected: declared.join(', '),
      got: `Allow: ${allow ?? '(none)'}`,
      why: testCase.why,
      exchanges: [exchanged],
    }),
  ]
}

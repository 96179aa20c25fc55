import { isDeepStrictEqual } from 'node:util'
import { inferredAt } from '../../spec/inferred.ts'
import { isObject } from '../../spec/pointer.ts'
import type { Pointer } from '../../spec/api.ts'
import { whyStatus } from '../cases/request-case.ts'
import type { Context } from '../cases/context.ts'
import type { RequestCase } from '../case.ts'
import type { Failure } from '../check.ts'
import { isJson } from '../cases/draft.ts'
import { headerOf, type Exchanged } from '../transport.ts'
import { checkAnswer } from './answer.ts'
import { jsonOf } from './json-of.ts'
import { echoDifferences } from './echo.ts'
import { failure, seen, type FailureParts } from './failure.ts'

/** Everything that can be said of the answer to a case by itself. */
export function checkCase(context: Context, subject: RequestCase, exchanged: Exchanged): Failure[] {
  const answered = checkAnswer(context, { caseId: subject.id, operation: subject.operation }, exchanged)
  return [...answered, ...checkExpectation(context, subject, exchanged, answered)]
}

function checkExpectation(
  context: Context,
  subject: RequestCase,
  exchanged: Exchanged,
  answered: readonly Failure[],
): Failure[] {
  const { expectation } = subject
  const { outcome } = exchanged
  if (outcome.kind === 'no-answer' || outcome.status >= 500 || expectation.kind === 'any') return []
  const status = String(outcome.status)
  // An operation that declares no success may succeed with any status.
  const isFree = expectation.kind === 'success' && expectation.statuses.length === 0 && outcome.status < 300
  const fits = isFree || expectation.statuses.some((each) => matches(each, status))
  const fail = (parts: Pick<FailureParts, 'check' | 'message' | 'why'>): Failure =>
    failure(context, {
      ...parts,
      operation: subject.operation,
      caseId: subject.id,
      pointer: subject.pointer,
      expected: expectation.statuses.join(' or '),
      got: seen(exchanged),
      exchanges: [exchanged],
    })
  if (expectation.kind === 'success') {
    if (fits) return checkEcho(context, subject, exchanged)
    if (outcome.status >= 400)
      return [
        fail({ check: 'valid-refused', message: `${about(subject)} is refused with ${status}`, why: subject.why }),
      ]
    if (answered.some(({ check }) => check === 'status-undeclared')) return []
    return [
      fail({
        check: 'success-status',
        message: `${about(subject)} is answered with ${status}`,
        why: subject.why ?? whyExpected(context, subject),
      }),
    ]
  }
  if (expectation.allow && fits) return checkAllow(context, subject, expectation.allow, exchanged)
  if (expectation.answer && fits) return checkWords(context, subject, expectation.answer, exchanged)
  if (fits) return []
  if (outcome.status < 400 || !subject.operation) {
    return [
      fail({ check: expectation.accepted, message: `${about(subject)} is answered with ${status}`, why: subject.why }),
    ]
  }
  if (answered.some(({ check }) => check === 'status-undeclared')) return []
  return [
    fail({
      check: 'refusal-status',
      message: `${about(subject)} is refused with ${status}`,
      why: subject.why ?? whyRefusal(context, subject),
    }),
  ]
}

/** The members of an example that a refusal has to repeat; it may have further ones. */
function checkWords(
  context: Context,
  subject: RequestCase,
  { pointer, value }: { readonly pointer: Pointer; readonly value: unknown },
  exchanged: Exchanged,
): Failure[] {
  const got = jsonOf(exchanged)
  if (!isObject(value) || !isObject(got)) return []
  if (Object.entries(value).every(([name, member]) => isDeepStrictEqual(got[name], member))) return []
  return [
    failure(context, {
      check: 'refusal-status',
      operation: subject.operation,
      caseId: subject.id,
      pointer: subject.pointer,
      message: `${subject.name} is refused in other words`,
      expected: JSON.stringify(value),
      got: seen(exchanged),
      why: subject.why ?? inferredAt(context.api.document, pointer),
      exchanges: [exchanged],
    }),
  ]
}

/** Only a scenario says which of several declared refusals it means. */
function whyRefusal(context: Context, subject: RequestCase): string | undefined {
  if (subject.kind === 'example') return whyExpected(context, subject)
  return 'the operation declares this status as well; which refusal is meant is not said'
}

/** Cases of one cause have one name: what the spec says at their pointer is enough to tell them apart. */
function about(subject: RequestCase): string {
  if (subject.kind === 'mutation') return 'a request that breaks this'
  if (subject.kind === 'boundary') return 'a request that keeps to this'
  return subject.name
}

/** `4XX` is a declared status too, and so is `default`, for refusals: what succeeds has a response of its own. */
function matches(declared: string, status: string): boolean {
  return (
    declared === status ||
    (declared === 'default' && status >= '400') ||
    (/^\dxx$/i.test(declared) && declared[0] === status[0])
  )
}

function whyExpected(context: Context, subject: RequestCase): string | undefined {
  const { operation, expectation } = subject
  if (!operation || expectation.kind === 'any') return undefined
  const reasons = expectation.statuses.map((status) => whyStatus(context, operation, status))
  return reasons.find((why) => why !== undefined)
}

function checkEcho(context: Context, subject: RequestCase, exchanged: Exchanged): Failure[] {
  const { operation } = subject
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
      caseId: subject.id,
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
  subject: RequestCase,
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
      operation: subject.operation,
      caseId: subject.id,
      pointer: subject.pointer,
      message: `${subject.name}: ${message}`,
      expected: declared.join(', '),
      got: `Allow: ${allow ?? '(none)'}`,
      why: subject.why,
      exchanges: [exchanged],
    }),
  ]
}

import { variablesIn } from '../../openapi/extensions.ts'
import type { FlowCase, RequestCase, Verdict } from '../case.ts'
import type { CheckId, Failure } from '../check.ts'
import { checkAnswer } from '../checks/check-answer.ts'
import { acceptedChecks } from '../checks/registry.ts'
import { hasDied, isGone } from '../transport/lost-server.ts'
import type { Exchanged } from '../transport/transport.ts'
import { asFlaky } from './build-report.ts'
import { keyOf } from './findings.ts'
import type { Session } from './session.ts'

/*
 * The one place in which a verdict may change after its checks, for these reasons:
 *
 * 1. unknown thing: neither the spec nor the seed names what the path could be about, or the document shows an example only, and
 *    the server knows nothing of the kind;
 * 2. row of ours: the failure is about a row that our fixtures have and this server need not have (`own` in `x-variables`);
 * 3. not repeated: the case was run once more and the failure did not come back;
 * 4. used up: what can be had once only (`once` in `x-variables`) is gone, and the server cannot be set back;
 * 5. server gone: the server crashed at an earlier request, so that this one was not sent;
 * 6. seen late: the flow holds once its reads wait, so that the delay is all there is to tell;
 * 7. other reason: the request was refused, but not for what it was to be refused for.
 */

const UNKNOWN_THING = 'neither the spec nor the seed names a thing that its path could be about'

/** Reason 1. A path whose value nobody has named may well lead to a documented 404. */
export function isUnknownThing(
  { context }: Pick<Session, 'context'>,
  { guessed, operation, request, expectation }: RequestCase,
  { sent, outcome }: Exchanged,
): boolean {
  // What somebody else's document shows as an example of an id need not be there.
  const isExample = !context.api.strict && operation?.path.includes('{') === true && expectation.kind === 'success'
  if (!(guessed || isExample) || sent.path !== request.path) return false
  if (outcome.kind === 'no-answer' || outcome.status !== 404) return false
  return expectation.kind === 'any' || !expectation.statuses.includes('404')
}

export function unknownThing(): Verdict {
  return { kind: 'not-reached', reason: UNKNOWN_THING }
}

export const SERVER_GONE = 'the server crashed at an earlier request'

/** Reason 5. */
export function serverGone(): Verdict {
  return { kind: 'not-reached', reason: SERVER_GONE }
}

/** Reason 5 for flows: what follows from requests that were not sent tells nothing, and what they died of tells all. */
export function withoutGone(
  session: Session,
  testCase: FlowCase,
  verdict: Verdict,
  all: readonly Exchanged[],
): Verdict {
  const deadly = all.find(hasDied)
  if (deadly !== undefined) {
    const asked = { caseId: testCase.id, operation: testCase.operation }
    return { kind: 'failed', failures: checkAnswer(session.context, asked, deadly) }
  }
  return all.some(isGone) ? serverGone() : verdict
}

/** Reason 2. A server that may lack a row of ours is not blamed for the answers to requests about it. */
export function withoutOwnRows(session: Session, verdict: Verdict): Verdict {
  if (verdict.kind !== 'failed') return verdict
  const own = variablesIn(session.context.api.document).flatMap(({ name, value, own: isOwn }) =>
    isOwn && typeof value === 'string' && !session.control.knows(value) ? [{ name, value }] : [],
  )
  const lacking = verdict.failures.map((failure) =>
    own.find(({ value }) => failure.exchanges.some(({ sent }) => `${sent.path} ${textOf(sent.body)}`.includes(value))),
  )
  const failures = verdict.failures.filter((_, index) => lacking[index] === undefined)
  if (failures.length > 0) return { kind: 'failed', failures }
  return {
    kind: 'not-reached',
    reason: `needs a row of ours that this server may not have; name one of its own as ${lacking[0]?.name ?? ''} in a target file`,
  }
}

function textOf(body: string | Uint8Array | undefined): string {
  return typeof body === 'string' ? body : ''
}

/** Reason 3. What does not come back when its case is run once more is flaky. */
export function withoutUnrepeated(verdict: Verdict, again: Verdict): Verdict {
  if (verdict.kind !== 'failed' || again.kind === 'not-reached') return verdict
  const others = again.kind === 'failed' ? again.failures : []
  const failures = verdict.failures.map((each): Failure => (others.some(isSame(each)) ? each : asFlaky(each)))
  return { kind: 'failed', failures }
}

/** A workflow that goes wrong at another step the second time has gone wrong twice: each third id may be the second or the third. */
function isSame(failure: Failure): (other: Failure) => boolean {
  const key = keyOf(failure)
  return (other) =>
    keyOf(other) === key || (failure.check === 'flow' && other.check === 'flow' && other.tier === failure.tier)
}

/**
 * Reason 4. Some variables name things that can be used once and never again (`once` in `x-variables`), such as an offering that a user has
 * not taken. On a server that can't be set back they may be gone: an earlier run may have used them, or a request of this run
 * that was to be refused and was not. Then the refusal of such a thing is no failure of its own.
 */
export interface UsedUp {
  /** The failures that are left, and the reason if there are others. */
  without(failures: readonly Failure[]): { readonly left: readonly Failure[]; readonly reason: string }
}

const NO_WAY_BACK = 'and the server cannot be set back'
const BY_AN_EARLIER_RUN = `an earlier run may have used up what it needs, ${NO_WAY_BACK}`
const BY_MISTAKE = `a request that was to be refused has used up what it needs, ${NO_WAY_BACK}`

/** Only the whole run tells whether an operation has succeeded at all, and with what it should not have. */
export function usedUp(session: Session, failures: readonly Failure[]): UsedUp {
  const once = session.control.canReset ? [] : valuesOnce(session)
  const mistakes = failures.flatMap(acceptedByMistake)
  const taken = once.filter((value) => mistakes.some((body) => holds(body, value)))
  const isExcused = (failure: Failure): boolean => {
    if (isAboutOneOf(session, failure, taken)) return wantsSuccess(failure)
    return !hasSucceeded(session, failure) && isAboutOneOf(session, failure, once)
  }
  return {
    without: (some) => {
      const excused = some.filter(isExcused)
      // What a workflow lacks from one step on, its later steps lack, too.
      const follows = (failure: Failure): boolean =>
        failure.check === 'flow' &&
        wantsSuccess(failure) &&
        excused.some(({ check, caseId }) => check === 'flow' && caseId === failure.caseId)
      return {
        left: some.filter((each) => !excused.includes(each) && !follows(each)),
        reason: some.some((each) => isAboutOneOf(session, each, taken)) ? BY_MISTAKE : BY_AN_EARLIER_RUN,
      }
    },
  }
}

function valuesOnce({ context }: Session): readonly string[] {
  return variablesIn(context.api.document).flatMap(({ name, value, once }) => {
    const used = context.target.variables[name] ?? value
    return once && typeof used === 'string' ? [used] : []
  })
}

/** The body of a request that succeeded although it was to be refused. */
function acceptedByMistake({ check, expected, exchanges }: Failure): readonly string[] {
  const isMeant = acceptedChecks.has(check) || (check === 'flow' && expected.startsWith('$statusCode == 4'))
  const last = exchanges.at(-1)
  if (!isMeant || last?.outcome.kind !== 'answer' || last.outcome.status >= 300) return []
  return typeof last.sent.body === 'string' ? [last.sent.body] : []
}

const refusedChecks: ReadonlySet<CheckId> = new Set(['valid-refused', 'flow'])

/** Whether a failure is a documented refusal of something that can be used once. */
function isAboutOneOf(session: Session, failure: Failure, once: readonly string[]): boolean {
  const operation = session.context.api.operations.find(({ id }) => id === failure.operation)
  const last = failure.exchanges.at(-1)
  if (!operation || !refusedChecks.has(failure.check) || last?.outcome.kind !== 'answer') return false
  const { sent, outcome } = last
  const isRefusal = outcome.status >= 400 && outcome.status < 500 && String(outcome.status) in operation.responses
  const body = sent.body
  return isRefusal && typeof body === 'string' && once.some((value) => holds(body, value))
}

function wantsSuccess({ check, expected }: Failure): boolean {
  return check === 'valid-refused' || expected.startsWith('$statusCode == 2')
}

function hasSucceeded(session: Session, { operation }: Failure): boolean {
  return [...(session.statuses.get(operation ?? '') ?? [])].some((status) => status.startsWith('2'))
}

/** In any case: that ids are compared so may be the mistake. */
function holds(body: string, value: string): boolean {
  return body.toLowerCase().includes(value.toLowerCase())
}

/** Reason 6. A flow that holds once it is patient has told of nothing but the delay. */
export function seenLate(testCase: FlowCase, [first]: readonly Failure[], lateMs: number): Verdict {
  if (first === undefined) return { kind: 'passed' }
  const { pointer = first.pointer } = testCase.operation ?? {}
  const note: Failure = {
    ...first,
    pointer,
    message: `what was written is seen late, within ${lateMs} ms`,
    tier: 'assumed',
    why: 'no page promises that a read sees the write before it at once',
  }
  return { kind: 'failed', failures: [note] }
}

/** Statuses that speak of credentials, of things and their state, or of haste, and not of what a request says. */
const OTHER_REASONS = [401, 403, 404, 409, 410, 412, 423, 428, 429]

/**
 * Reason 7. Whether a request that was to be refused for what it says was refused for another reason, so that nobody knows what
 * would have become of it otherwise.
 */
export function isForOtherReason({ expectation }: RequestCase, { outcome }: Exchanged): boolean {
  if (expectation.kind !== 'refusal' || outcome.kind !== 'answer') return false
  if (!OTHER_REASONS.includes(outcome.status)) return false
  // Where routing is to refuse, or nothing but such a status is declared, it is the reason that was looked for.
  return !expectation.statuses.includes(String(outcome.status)) && expectation.accepted === 'invalid-accepted'
}

export function refusedForOtherReason({ outcome }: Exchanged): Verdict {
  const status = outcome.kind === 'answer' ? outcome.status : 'no answer'
  return {
    kind: 'not-reached',
    reason: `is refused for another reason (${status}), also when it is tried from the start`,
  }
}

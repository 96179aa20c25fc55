import { isObject } from '../../openapi/pointer.ts'
import type { CheckId, Failure } from '../check.ts'
import type { Session } from './run-case.ts'

/**
 * Some variables name things that can be used once and never again (`x-once`), such as an offering that a user has not taken.
 * On a server that can't be set back they may be gone: an earlier run may have used them, or a request of this run that was
 * to be refused and was not. Then the refusal of such a thing is no failure of its own.
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
    without: (some) => ({
      left: some.filter((each) => !isExcused(each)),
      reason: some.some((each) => isAboutOneOf(session, each, taken)) ? BY_MISTAKE : BY_AN_EARLIER_RUN,
    }),
  }
}

function valuesOnce({ context }: Session): readonly string[] {
  const variables = context.api.document['x-variables']
  return Object.entries(isObject(variables) ? variables : {}).flatMap(([name, variable]) => {
    if (!isObject(variable) || variable['x-once'] !== true) return []
    const value = context.target.variables[name] ?? variable['value']
    return typeof value === 'string' ? [value] : []
  })
}

const acceptedChecks: ReadonlySet<CheckId> = new Set([
  'invalid-accepted',
  'credentials-ignored',
  'media-type-accepted',
  'size-accepted',
])

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

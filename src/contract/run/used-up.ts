import { isObject } from '../../spec/pointer.ts'
import type { CheckId, Failure } from '../check.ts'
import type { Session } from './attempt.ts'

/**
 * Some variables name things that can be used once and never again (`x-once`), such as an offering that a user has not taken.
 * On a server that can't be set back an earlier run may have used them. Where a run has not seen the operation succeed at
 * all, its documented refusal of such a thing is no failure; the failures that are left, and the reason if there are others.
 */
export function withoutUsedUp(
  session: Session,
  failures: readonly Failure[],
): { readonly left: readonly Failure[]; readonly reason: string } {
  const once = session.control.canReset ? [] : valuesOnce(session)
  const reason = 'an earlier run may have used up what it needs, and the server cannot be set back'
  return { left: failures.filter((each) => !isAboutUsedUp(session, each, once)), reason }
}

const refusedChecks: ReadonlySet<CheckId> = new Set(['valid-refused', 'flow'])

function valuesOnce({ context }: Session): readonly string[] {
  const variables = context.api.document['x-variables']
  return Object.entries(isObject(variables) ? variables : {}).flatMap(([name, variable]) => {
    if (!isObject(variable) || variable['x-once'] !== true) return []
    const value = context.target.variables[name] ?? variable['value']
    return typeof value === 'string' ? [value] : []
  })
}

function isAboutUsedUp(session: Session, failure: Failure, once: readonly string[]): boolean {
  const operation = session.context.api.operations.find(({ id }) => id === failure.operation)
  const last = failure.exchanges.at(-1)
  if (!operation || !refusedChecks.has(failure.check) || last?.outcome.kind !== 'answer') return false
  const { sent, outcome } = last
  const succeeded = [...(session.statuses.get(operation.id) ?? [])].some((status) => status.startsWith('2'))
  const isRefusal = outcome.status >= 400 && outcome.status < 500 && String(outcome.status) in operation.responses
  const body = sent.body
  return !succeeded && isRefusal && typeof body === 'string' && once.some((value) => body.includes(value))
}

import { type Body, type Place, type Problem, problem, textProblems } from './cloud-payments-problem.ts'
import type { Has } from './protocol.ts'

const STATUSES = ['C', 'A', 'S', 'X', 'D']

const LONG: Readonly<Record<string, string>> = {
  CREATED: 'C',
  ACTIVE: 'A',
  SUSPEND: 'S',
  CLOSED: 'X',
  DISABLE: 'D',
}

/** What a change of status asks for. */
export function statusProblems(body: Body, place: Place): readonly Problem[] {
  const { has } = place
  return [
    ...textProblems(body, 'personId', place),
    ...personIdProblems(body, has),
    ...textProblems(body, 'reason', place),
    ...reasonProblems(body, has),
    ...statusValueProblems(body, has),
  ]
}

function personIdProblems({ personId }: Body, has: Has): readonly Problem[] {
  if (!has('status/person-of-other-form-is-400') || typeof personId !== 'string') return []
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(personId) ? [] : problem('personId', 'is no UUID')
}

function reasonProblems({ reason }: Body, has: Has): readonly Problem[] {
  if (!has('status/reason-documented-only') || typeof reason !== 'string') return []
  return reason === 'de-register user' ? [] : problem('reason', 'is not the documented one')
}

function statusValueProblems({ status }: Body, has: Has): readonly Problem[] {
  if (status === undefined) return has('status/status-optional') ? [] : problem('status', 'is needed')
  if (typeof status === 'string') {
    if (has('status/status-unchecked')) return []
    if (has('status/status-any-case') && STATUSES.includes(status.toUpperCase())) return []
    if (has('status/status-long-names') && status in LONG) return []
    if (has(`status/status-${status}-refused`)) return problem('status', 'is not possible')
  }
  if (status === null && has('status/status-null-accepted')) return []
  return STATUSES.includes(status as string) ? [] : problem('status', 'is none of the five')
}

import { failed, refusedCaller, succeeded } from './cloud-payments-answers.ts'
import type { Body, Checked } from './cloud-payments-call.ts'
import type { Person } from './cloud-payments-people.ts'
import type { HttpResponse } from './http.ts'
import type { Has } from './protocol.ts'

export function changeStatus(call: Checked): HttpResponse {
  const { has, body, state, tenant, caller } = call
  const wanted = String(body['status'] ?? 'X')
  const id = String(body['personId'])
  const person = state.people.get(has('status/changes-the-caller') ? (caller?.id ?? '') : id)
  const itself = has('status/consumer-may-change-itself') && caller?.id === id
  if (!mayChange(caller, has) && !itself) {
    if (has('status/refused-but-changed') && person) state.people.set(person.id, { ...person, status: wanted })
    return refusedCaller(call, 'may not change a status')
  }
  const foreign = person !== undefined && person.tenant !== tenant && !has('status/person-of-another-tenant')
  if (!person || foreign) {
    if (has('status/unknown-person-accepted')) return succeeded(call, { person: id, status: wanted })
    const status = has('status/unknown-person-is-400')
      ? 400
      : has('status/foreign-person-is-403') && foreign
        ? 403
        : 404
    return failed(call, { status, code: personCode(has), message: 'There is no such person' })
  }
  if (!canBecome(person.status, wanted, has)) {
    if (has('status/conflict-but-changed')) state.people.set(person.id, { ...person, status: wanted })
    const status = has('status/conflict-is-400') ? 400 : has('status/conflict-is-200') ? 200 : 409
    return failed(call, { status, code: conflictCode(has), message: 'A closed person stays closed' })
  }
  if (isStored(wanted, caller, has)) state.people.set(person.id, { ...person, status: wanted })
  if (wanted === 'X' && has('status/closes-all-consumers'))
    for (const one of state.people.values())
      if (one.type === 'SUBSCRIBER') state.people.set(one.id, { ...one, status: 'X' })
  return succeeded(call, changed(person, id, wanted, has))
}

function isStored(wanted: string, caller: Person | undefined, has: Has): boolean {
  if (has('status/nothing-stored') || has(`status/${wanted}-not-stored`)) return false
  return !(has('status/nothing-stored-for-company-users') && caller?.type === 'COMPANY_USER')
}

function personCode(has: Has): string {
  return has('status/unknown-person-has-another-code') ? 'NOT_FOUND' : 'PERSON_NOT_FOUND'
}

function conflictCode(has: Has): string {
  return has('status/conflict-has-another-code') ? 'INVALID_STATUS' : 'STATUS_CONFLICT'
}

function mayChange(caller: Person | undefined, has: Has): boolean {
  if (caller?.type === 'SUBSCRIBER') return has('status/consumer-may-change')
  if (caller?.type === 'COMPANY_USER') return !has('status/company-user-may-not-change')
  return !has('status/service-owner-may-not-change')
}

function canBecome(from: string, to: string, has: Has): boolean {
  if (has('status/same-status-refused') && from === to) return false
  if (has('status/suspended-stays') && from === 'S' && to !== 'S') return false
  if (has('status/disabled-stays') && from === 'D' && to !== 'D') return false
  if (has('status/never-back-to-created') && from !== 'C' && to === 'C') return false
  if (has('status/created-must-be-active-first') && from === 'C' && to !== 'A') return false
  if (has('status/disabled-cannot-be-closed') && from === 'D' && to === 'X') return false
  if (from !== 'X') return true
  if (to === 'X') return !has('status/closed-twice-refused')
  const names: Readonly<Record<string, string>> = { A: 'active', C: 'created', D: 'disabled', S: 'suspended' }
  return has('status/closed-can-be-opened') || has(`status/closed-can-be-${names[to] ?? to}`)
}

function changed(person: Person, id: string, wanted: string, has: Has): Body {
  const shown = has('status/old-status-shown')
    ? person.status
    : has('status/long-status-shown')
      ? 'CLOSED'
      : has('status/status-always-x')
        ? 'X'
        : wanted
  return {
    ...(has('status/status-missing') ? {} : { status: shown }),
    ...(has('status/person-missing') ? {} : { [has('status/person-is-person-id') ? 'personId' : 'person']: id }),
    ...(has('status/reason-echoed') ? { reason: 'changed' } : {}),
  }
}

/* Answers */

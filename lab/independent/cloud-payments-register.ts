import { failed, refusedCaller, succeeded } from './cloud-payments-answers.ts'
import type { Body, Checked, Failure, OperationName } from './cloud-payments-call.ts'
import { zoneOf } from './cloud-payments-fields.ts'
import type { UserType } from './cloud-payments-people.ts'
import type { HttpResponse } from './http.ts'
import type { Has } from './protocol.ts'

export async function register(call: Checked): Promise<HttpResponse> {
  const { operation, has, body, state, tenant } = call
  const type = (operation === 'self' ? 'SUBSCRIBER' : (body['userType'] ?? 'SUBSCRIBER')) as UserType
  const forbidden = operation === 'privilege' && !mayCreate(call.caller?.type ?? 'SUBSCRIBER', type, has)
  const username = String(body['username'])
  if (forbidden && !has('privilege/refused-but-created')) return refusedCaller(call, 'may not create such a user')
  if (taken(call, username)) return failed(call, duplicate(username, has))
  if (has('register/race')) await new Promise((resolve) => setTimeout(resolve, 20))
  const id = has('register/one-id-for-all') ? 'be65ffab-65d6-403f-a52a-199e72f868d7' : state.ids.uuid()
  if (!has(`${operation}/nobody-stored`) && !(has('register/second-tenant-not-stored') && tenant !== 'CBD')) {
    state.people.set(id, { id, tenant, type, username, status: has('register/created-closed') ? 'X' : 'C' })
  }
  if (forbidden) return refusedCaller(call, 'may not create such a user')
  return succeeded(call, registered(call, id))
}

function duplicate(username: string, has: Has): Failure {
  return {
    status: has('register/duplicate-is-400') ? 400 : has('register/duplicate-is-200') ? 200 : 409,
    code: has('register/duplicate-has-another-code') ? 'DUPLICATE' : 'USERNAME_EXISTS',
    message: 'This username belongs to somebody',
    problems: [{ field: 'username', text: username }],
  }
}

function taken({ state, has, tenant, operation }: Checked, username: string): boolean {
  if (has(`${operation}/duplicates-accepted`)) return false
  if (has('register/duplicate-addresses-accepted') && username.includes('@')) return false
  const everywhere = has('register/duplicate-in-any-tenant')
  return [...state.people.values()].some(
    (person) => (everywhere || person.tenant === tenant) && person.username === username,
  )
}

/** Whom a caller may create; what is not listed is forbidden. */
const CREATES: Readonly<Record<UserType, readonly UserType[]>> = {
  SERVICE_OWNER: ['SERVICE_OWNER', 'COMPANY_USER'],
  COMPANY_USER: ['COMPANY_USER', 'SUBSCRIBER'],
  SUBSCRIBER: [],
}

function mayCreate(caller: UserType, created: UserType, has: Has): boolean {
  const flipped = has(`privilege/${caller}-${created}-flipped`)
  return CREATES[caller].includes(created) !== flipped
}

function registered({ operation, has, body }: Checked, id: string): Body {
  const member = (name: string, value: unknown): Body => {
    if (has(`${operation}/${name}-missing`)) return {}
    if (has(`${operation}/${name}-null-if-absent`) && value === undefined) return { [name]: null }
    return value === undefined ? {} : { [name]: value }
  }
  const zone = zoneOf(body, has)
  const shown = has(`${operation}/zone-canonical`)
    ? new Intl.DateTimeFormat('en', { timeZone: String(zone) }).resolvedOptions().timeZone
    : has(`${operation}/zone-of-the-example`)
      ? 'America/Chicago'
      : zone
  const echoes = {
    ...member(has(`${operation}/uuid-is-id`) ? 'id' : 'uuid', uuidShown(id, operation, has)),
    ...member(
      'username',
      has(`${operation}/username-lowered`) ? String(body['username']).toLowerCase() : body['username'],
    ),
    ...member('firstName', body[has(`${operation}/names-swapped`) ? 'lastName' : 'firstName']),
    ...member('lastName', body[has(`${operation}/names-swapped`) ? 'firstName' : 'lastName']),
    ...member(has(`${operation}/zone-table-spelling`) ? 'timezoneFormatted' : 'timeZoneFormatted', shown),
    ...member('userContact', contactShown(body, operation, has)),
    ...member('contactType', body['contactType']),
    ...(has(`${operation}/password-leaked`) ? { password: body['password'] } : {}),
    ...(has(`${operation}/extra-member`) ? { internalRow: 17 } : {}),
  }
  if (operation === 'self') {
    return has('self/language-echoed')
      ? { ...echoes, ...member('preferredLanguage', body['preferredLanguage']) }
      : echoes
  }
  return {
    ...echoes,
    ...member('preferredLanguage', languageShown(body, has)),
    ...member('role', roleShown(body['role'], has)),
    ...(has('privilege/user-type-echoed') ? { userType: body['userType'] } : {}),
  }
}

function uuidShown(id: string, operation: OperationName, has: Has): unknown {
  if (has(`${operation}/uuid-without-hyphens`)) return id.replaceAll('-', '')
  if (has(`${operation}/uuid-a-number`)) return Number.parseInt(id.slice(0, 8), 16)
  return id
}

function contactShown(body: Body, operation: OperationName, has: Has): unknown {
  const contact = body['userContact']
  if (has(`${operation}/contact-lowered`) && typeof contact === 'string') return contact.toLowerCase()
  return has(`${operation}/contact-masked`) && typeof contact === 'string' ? contact.replace(/^.{3}/, '***') : contact
}

function languageShown({ preferredLanguage: language }: Body, has: Has): unknown {
  if (has('privilege/language-defaults')) return language ?? 'EN'
  if (has('privilege/language-in-capitals') && typeof language === 'string') return language.toUpperCase()
  return has('privilege/language-lowered') && typeof language === 'string' ? language.toLowerCase() : language
}

function roleShown(role: unknown, has: Has): unknown {
  if (!Array.isArray(role)) return role
  const names = role as readonly unknown[]
  if (has('privilege/role-shown-as-text')) return names.join(',')
  if (has('privilege/role-first-only')) return names.slice(0, 1)
  if (has('privilege/role-sorted')) return names.toSorted((one, other) => String(one).localeCompare(String(other)))
  if (has('privilege/role-reversed')) return names.toReversed()
  return has('privilege/role-lowered') ? names.map((name) => String(name).toLowerCase()) : names
}

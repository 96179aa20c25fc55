import type { State } from '../../store/state.ts'
import { unusedKey } from '../../store/unused-key.ts'

export type UserType = 'SUBSCRIBER' | 'COMPANY_USER' | 'SERVICE_OWNER'

/** Created, active, suspended, disabled, closed. */
export type PersonStatus = 'C' | 'A' | 'S' | 'D' | 'X'

/** A row of the collection `persons`. A password is validated and forgotten: no row has one. */
export interface Person {
  readonly id: string
  readonly tenantName: string
  readonly userType: UserType
  readonly status: PersonStatus
  readonly statusReason?: string
  readonly firstName: string
  readonly lastName: string
  readonly username: string
  readonly timeZoneFormatted: string
  readonly preferredLanguage?: string
  readonly userContact?: string
  readonly contactType?: string
  readonly role?: readonly string[]
  readonly entityId?: number
  readonly isResetRequired?: boolean
}

/** The body of both registrations, validated by its schema; the last six properties are sent for privileged users only. */
export interface Registration {
  readonly firstName: string
  readonly lastName: string
  readonly username: string
  readonly password: string
  readonly timeZoneFormatted?: string
  readonly timezoneFormatted?: string | null
  readonly preferredLanguage?: string
  readonly userContact?: string
  readonly contactType?: string
  readonly userType?: UserType
  readonly role?: readonly string[]
  readonly entityId?: number
  readonly 'entity id'?: number
  readonly isResetRequired?: boolean
}

/** The person with the id, if it is one of the tenant's. */
export function personOf(state: State, tenantName: string, id: unknown): Person | undefined {
  if (typeof id !== 'string') return undefined
  const row = state.collection('persons').get(id)
  return row?.['tenantName'] === tenantName ? asPerson(row) : undefined
}

export function isUsernameTaken(state: State, tenantName: string, username: string): boolean {
  return state.collection('persons').count({ '/tenantName': tenantName, '/username': username }) > 0
}

/** Puts a person with the status CREATED into the store, and a token for it. */
export function addPerson(state: State, tenantName: string, userType: UserType, registration: Registration): Person {
  const timeZoneFormatted = registration.timeZoneFormatted ?? registration.timezoneFormatted
  const entityId = registration.entityId ?? registration['entity id']
  const row = state.collection('persons').put({
    id: unusedKey(state.collection('persons'), () => state.ids.uuid('persons')),
    tenantName,
    userType,
    status: 'C',
    ...sent(registration, ['firstName', 'lastName', 'username']),
    timeZoneFormatted,
    ...sent(registration, ['preferredLanguage', 'userContact', 'contactType', 'role']),
    ...(registration.userType !== undefined && { isResetRequired: registration.isResetRequired ?? false }),
    ...(entityId !== undefined && { entityId }),
  })
  return asPerson(row)
}

export function changeStatus(state: State, person: Person, status: PersonStatus, reason: string): Person {
  return asPerson(state.collection('persons').put({ ...person, status, statusReason: reason }))
}

/** The named properties as far as they are there: what was not sent is left out, not null. */
export function sent<Source extends object, Name extends keyof Source>(
  source: Source,
  names: readonly Name[],
): Partial<Pick<Source, Name>> {
  const found = names.filter((name) => source[name] !== undefined).map((name) => [name, source[name]])
  return Object.fromEntries(found) as Partial<Pick<Source, Name>>
}

/** The store holds rows that the schema of the collection has validated. */
function asPerson(row: unknown): Person {
  return row as Person
}

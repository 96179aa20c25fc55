import {
  refuse,
  reply,
  type Exchange,
  type Handler,
  type Refusal,
  type Result,
  type Rules,
} from '../../mock/handlers/handler.ts'
import { addCredential, authenticate, callerOf, workingCredentials } from './access.ts'
import { errorBody, rootMembers } from './error-body.ts'
import { responseType } from './media-type.ts'
import {
  addPerson,
  changeStatus,
  isUsernameTaken,
  personOf,
  sent,
  type Person,
  type PersonStatus,
  type Registration,
  type UserType,
} from './person.ts'
import { objectionToPassword, tenantNamed, tenantNameOf, type Tenant } from './tenant.ts'

/** Which types of users a caller registers, by the caller's own type. The page's list, read as a white list. */
const mayRegister: Readonly<Record<UserType, readonly UserType[]>> = {
  SERVICE_OWNER: ['SERVICE_OWNER', 'COMPANY_USER'],
  COMPANY_USER: ['COMPANY_USER', 'SUBSCRIBER'],
  SUBSCRIBER: [],
}

const mayChangeStatus: readonly UserType[] = ['SERVICE_OWNER', 'COMPANY_USER']

interface StatusUpdate {
  readonly personId: string
  readonly reason: string
  readonly status: PersonStatus
}

const selfRegister: Handler = inTenant((exchange, tenant) => {
  // The engine has validated the body by its schema.
  const registration = exchange.body as Registration
  const refusal = objectionTo(exchange, tenant, registration)
  if (refusal) return refusal
  const person = register(exchange, tenant, 'SUBSCRIBER', registration)
  return success(rootMembers.selfRegister, tenant, {
    uuid: person.id,
    ...sent(person, ['firstName', 'lastName', 'username', 'timeZoneFormatted', 'userContact', 'contactType']),
  })
})

const registerPrivilegeUsers: Handler = inTenant((exchange, tenant) => {
  // The engine has validated the body by its schema, which requires the user type here.
  const registration = exchange.body as Registration & { readonly userType: UserType }
  const caller = callerOf(exchange.state, tenant, exchange.credential)
  const refusal = mayNotRegister(caller, registration.userType) ?? objectionTo(exchange, tenant, registration)
  if (refusal) return refusal
  const person = register(exchange, tenant, registration.userType, registration)
  return success(rootMembers.registerPrivilegeUsers, tenant, {
    uuid: person.id,
    ...sent(person, ['firstName', 'lastName', 'username', 'timeZoneFormatted', 'role', 'preferredLanguage']),
    ...sent(person, ['userContact', 'contactType']),
  })
})

const updatePersonStatus: Handler = inTenant((exchange, tenant) => {
  // The engine has validated the body by its schema.
  const { personId, reason, status } = exchange.body as StatusUpdate
  const caller = callerOf(exchange.state, tenant, exchange.credential)
  if (!caller || !mayChangeStatus.includes(caller.userType)) {
    return forbidden('The caller may not change the status of a person.', 'Authorization')
  }
  const person = personOf(exchange.state, tenant.name, personId)
  if (!person)
    return refuse(404, 'There is no such person.', { code: 'PERSON_NOT_FOUND', details: { at: ['personId'] } })
  if (person.status === 'X' && status !== 'X') {
    return refuse(409, 'The person is closed.', { code: 'STATUS_CONFLICT', details: { at: ['status'] } })
  }
  if (person.status !== 'X') changeStatus(exchange.state, person, status, reason)
  return success(rootMembers.updatePersonStatus, tenant, { person: person.id, status })
})

/** The rules of the Cloud Payments registration that its schemas cannot state. */
export const rules: Rules = {
  handlers: { selfRegister, registerPrivilegeUsers, updatePersonStatus },
  authenticate,
  credentials: workingCredentials,
  errorBody,
  responseType,
}

/** An unknown tenant reaches the handlers, because it is no matter of credentials. */
function inTenant(handle: (exchange: Exchange, tenant: Tenant) => Result): Handler {
  return (exchange) => {
    const tenant = tenantNamed(exchange.state, tenantNameOf(exchange.request))
    return tenant
      ? handle(exchange, tenant)
      : refuse(400, 'There is no such tenant.', { details: { at: ['tenantName'] } })
  }
}

function mayNotRegister(caller: Person | undefined, userType: UserType): Refusal | undefined {
  if (caller && mayRegister[caller.userType].includes(userType)) return undefined
  return forbidden(`The caller may not register a ${userType}.`, 'userType')
}

function objectionTo({ state }: Exchange, tenant: Tenant, registration: Registration): Refusal | undefined {
  // The schema leaves open what stands beside timeZoneFormatted, which counts; null is refused wherever it is not allowed.
  if (registration.timezoneFormatted === null) {
    return refuse(400, 'timezoneFormatted is null.', { details: { at: ['timezoneFormatted'] } })
  }
  const weakness = objectionToPassword(tenant.passwordRule, registration.password)
  if (weakness !== undefined) return refuse(400, weakness, { details: { at: ['password'] } })
  if (!isUsernameTaken(state, tenant.name, registration.username)) return undefined
  return refuse(409, 'The username is taken.', { code: 'USERNAME_EXISTS', details: { at: ['username'] } })
}

function register({ state }: Exchange, tenant: Tenant, userType: UserType, registration: Registration): Person {
  const person = addPerson(state, tenant.name, userType, registration)
  addCredential(state, tenant, person)
  return person
}

function forbidden(message: string, at: string): Refusal {
  return refuse(403, message, { details: { at: [at] } })
}

function success(root: string, tenant: Tenant, members: object): Result {
  return reply(200, { [root]: { contextResponse: { tenantName: tenant.name, statusCode: 'SUCCESS' }, ...members } })
}

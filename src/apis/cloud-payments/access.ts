import type { Operation } from '../../openapi/api.ts'
import type { Authentication, Credential, Refusal, RequestHead } from '../../mock/handlers/handler.ts'
import type { State } from '../../store/state.ts'
import { personOf, type Person, type PersonStatus } from './person.ts'
import { tenantNamed, tenantNameOf, tenantOfKey, type Tenant } from './tenant.ts'

/** A suspended, disabled or closed person has no working token. */
const eligible: readonly PersonStatus[] = ['C', 'A']

/**
 * The key must be known and fit the tenant, and so must the token where the operation asks for one. A tenant that is
 * missing or unknown is not a matter of credentials: the schema and the handlers answer it with 400.
 */
export function authenticate(operation: Operation, request: RequestHead, state: State): Authentication {
  const tenant = tenantOfKey(state, request.headers['api-key'])
  if (!tenant) return unauthorized('The header api-key is missing or unknown.', 'api-key', 'ApiKey')
  if (namesAnotherTenant(request, state, tenant)) {
    return unauthorized('The api-key is that of another tenant.', 'api-key', 'ApiKey')
  }
  if (!asksForToken(operation)) return { kind: 'authenticated', credential: undefined }
  const token = tokenOf(request)
  if (token === undefined) return unauthorized('The bearer token is missing.', 'Authorization', 'Bearer')
  const credential = credentialOf(state, tenant, token)
  if (!credential) return unauthorized('The bearer token does not work.', 'Authorization', 'Bearer', 'invalid_token')
  return { kind: 'authenticated', credential }
}

/** The rows that work now: the key is that of the tenant, and the person, where there is one, is created or active. */
export function workingCredentials(state: State): readonly Credential[] {
  return [...state.collection('credentials').all()].map(asCredential).filter((credential) => {
    const tenant = tenantOfKey(state, credential.headers['api-key'])
    return tenant !== undefined && tenant.name === credential['tenantName'] && works(state, credential)
  })
}

/** Gives the person a token that works until its status forbids it. */
export function addCredential(state: State, tenant: Tenant, person: Person): void {
  state.collection('credentials').put({
    id: `person-${person.id}`,
    description: `${person.firstName} ${person.lastName}, ${person.userType} of the tenant ${tenant.name}`,
    headers: {
      'api-key': tenant.apiKey,
      tenantname: tenant.name,
      authorization: `Bearer cp-${state.ids.hex('tokens', 32)}`,
    },
    tenantName: tenant.name,
    personId: person.id,
  })
}

/** The person behind the token; `authenticate` has let nobody else through. */
export function callerOf(state: State, tenant: Tenant, credential: Credential | undefined): Person | undefined {
  return personOf(state, tenant.name, credential?.['personId'])
}

function namesAnotherTenant(request: RequestHead, state: State, tenant: Tenant): boolean {
  const named = tenantNamed(state, tenantNameOf(request))
  return named !== undefined && named.name !== tenant.name
}

function asksForToken(operation: Operation): boolean {
  return operation.security.some((schemes) => schemes.includes('bearer'))
}

function tokenOf(request: RequestHead): string | undefined {
  const value = request.headers['authorization']
  return typeof value === 'string' ? /^bearer +(\S+)$/i.exec(value)?.[1] : undefined
}

function credentialOf(state: State, tenant: Tenant, token: string): Credential | undefined {
  const where = { '/headers/authorization': `Bearer ${token}`, '/tenantName': tenant.name }
  const [row] = state.collection('credentials').find({ where, limit: 1 })
  return row && works(state, asCredential(row)) ? asCredential(row) : undefined
}

function works(state: State, credential: Credential): boolean {
  if (credential['personId'] === undefined) return true
  const person = personOf(state, String(credential['tenantName']), credential['personId'])
  return person !== undefined && eligible.includes(person.status)
}

/** The challenge is what RFC 9110, section 11.6.1, asks of a 401; `error` is RFC 6750's. */
function unauthorized(message: string, header: string, scheme: 'ApiKey' | 'Bearer', error?: string): Refusal {
  const challenge = `${scheme} realm="cloud-payments"${error === undefined ? '' : `, error="${error}"`}`
  return {
    kind: 'refusal',
    by: 'security',
    status: 401,
    message,
    headers: { 'www-authenticate': challenge },
    details: { at: [header] },
  }
}

/** Rows of `credentials` have the shape that the kit itself asks of them. */
function asCredential(row: unknown): Credential {
  return row as Credential
}

import type { Call, Failure, OperationName } from './cloud-payments-call.ts'
import { type Person, TENANTS, TOKENS } from './cloud-payments-people.ts'
import type { HttpRequest } from './http.ts'
import { type Has, headerOf } from './protocol.ts'

export function identify(call: Call & { readonly operation: OperationName }): Failure | { person?: Person } {
  const { request, has, operation } = call
  const key = headerOf(request, 'api-key')
  const tenant = headerOf(request, 'tenantname')
  if (!keyFits(key, tenant, operation, has)) {
    const message = 'The api-key is missing or wrong'
    return { status: has('auth/wrong-key-is-403') ? 403 : 401, code: 'UNAUTHORIZED', message }
  }
  const isStrange = has('self/token-refused') && headerOf(request, 'authorization') !== undefined
  if (operation === 'self' && isStrange) return { status: 401, code: 'UNAUTHORIZED', message: 'No token is needed' }
  if (operation === 'self' && !has('self/needs-a-token')) return {}
  return bearer(call, tenant)
}

function keyFits(key: string | undefined, tenant: string | undefined, operation: OperationName, has: Has): boolean {
  if (has(`${operation}/key-unchecked`)) return true
  if (key === undefined) return has('auth/missing-key-accepted')
  if (has('auth/any-key-accepted') || (key === '' && has('auth/empty-key-accepted'))) return true
  const asked = has('auth/key-any-case') ? key.toLowerCase() : key
  const owner = [...TENANTS].find(([, its]) => its === asked)?.[0]
  if (owner === undefined) return has('auth/key-by-prefix') && [...TENANTS.values()].some((its) => key.startsWith(its))
  if (tenant === undefined || !TENANTS.has(tenant)) return true
  return owner === tenant || has('auth/key-of-another-tenant-accepted')
}

function bearer(
  call: Call & { readonly operation: OperationName },
  tenant: string | undefined,
): Failure | { person?: Person } {
  const { request, has, operation, state } = call
  const refused: Failure = {
    status: has('auth/no-token-is-403') ? 403 : has('auth/no-token-is-400') ? 400 : 401,
    code: 'UNAUTHORIZED',
    message: 'A valid access token is needed',
  }
  const owner = state.people.get(TOKENS.get('cp-service-owner') ?? '')
  const anybody = owner ? { person: owner } : {}
  const sent = headerOf(request, 'authorization')
  if (sent === undefined) return has(`${operation}/no-token-accepted`) ? anybody : refused
  const written = tokenOf(sent, has)
  const token = has('auth/token-any-case') ? written?.toLowerCase() : written
  const person = state.people.get(TOKENS.get(token ?? '') ?? '')
  if (!person) return has(`${operation}/any-token-accepted`) && token !== undefined ? anybody : refused
  if (person.tenant !== tenant && TENANTS.has(tenant ?? '') && !has('auth/token-of-another-tenant-accepted'))
    return refused
  return locked(person, has) ? refused : { person }
}

function tokenOf(sent: string, has: Has): string | undefined {
  const [scheme = '', token = '', ...rest] = sent.split(/ +/)
  if (rest.length > 0) return undefined
  if (has('auth/scheme-unchecked')) return token || scheme
  return scheme.toLowerCase() === 'bearer' ? token : undefined
}

function locked({ status }: Person, has: Has): boolean {
  if (status === 'C') return has('status/created-token-locked')
  return ['S', 'X', 'D'].includes(status) && !has(`status/token-works-while-${status}`)
}

export function tenantOf(request: HttpRequest, has: Has): string | Failure {
  const tenant = headerOf(request, 'tenantname')
  const wrong = (message: string): Failure => ({
    status: has('auth/wrong-tenant-is-404') ? 404 : has('auth/wrong-tenant-is-401') ? 401 : 400,
    code: 'INVALID_REQUEST',
    message,
  })
  if (tenant === undefined) return has('auth/missing-tenant-accepted') ? 'CBD' : wrong('tenantName is missing')
  if (has('auth/tenant-any-case') && TENANTS.has(tenant.toUpperCase())) return tenant.toUpperCase()
  if (TENANTS.has(tenant) || has('auth/unknown-tenant-accepted')) return tenant
  return wrong('There is no such tenant')
}

/* What is done */

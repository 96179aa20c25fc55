import type { Body, Call, Checked, Failure, OperationName } from './cloud-payments-call.ts'
import type { Problem } from './cloud-payments-problem.ts'
import type { HttpResponse } from './http.ts'
import { headerOf } from './protocol.ts'

const ROOTS: Readonly<Record<OperationName, string>> = {
  self: 'selfRegistrationResponse',
  privilege: 'PrivilegeUserRegistrationResponse',
  status: 'getCompanyResponse',
}

export function refusedCaller(call: Checked, message: string): HttpResponse {
  const { has } = call
  return failed(call, {
    status: has('register/forbidden-is-401') ? 401 : has('register/forbidden-is-400') ? 400 : 403,
    code: has('register/forbidden-has-another-code') ? 'ACCESS_DENIED' : 'FORBIDDEN',
    message: `A ${call.caller?.type ?? 'nobody'} ${message}`,
  })
}

export function succeeded(call: Checked, content: Body): HttpResponse {
  const { operation, has, tenant } = call
  const root = has(`${operation}/root-renamed`) ? 'response' : ROOTS[operation]
  const shownTenant = has('self/tenant-always-cbd') ? 'CBD' : tenant
  const context = {
    statusCode: has(`${operation}/success-is-ok`) ? 'OK' : has(`${operation}/success-is-zero`) ? 0 : 'SUCCESS',
    ...(has(`${operation}/tenant-missing`) ? {} : { tenantName: shownTenant }),
    ...(has(`${operation}/context-with-nulls`) ? { statusMessage: null } : {}),
  }
  const inner = { ...content, ...(has(`${operation}/context-missing`) ? {} : { contextResponse: context }) }
  const status = has(`${operation}/success-is-201`) ? 201 : has(`${operation}/success-is-202`) ? 202 : 200
  return answerOf(status, has(`${operation}/root-missing`) ? inner : { [root]: inner })
}

export function failed(call: Call, { status, code, message, problems = [], headers = {} }: Failure): HttpResponse {
  const { request, has, operation } = call
  const tenant = headerOf(request, 'tenantname')
  const code200 = has('errors/success-code') ? 'SUCCESS' : code
  const context = {
    statusCode: has('errors/code-missing') ? undefined : has('errors/code-a-number') ? status : code200,
    statusMessage: has('errors/message-missing') ? undefined : message,
    errors: has('errors/show-the-request')
      ? [request.body.toString()]
      : has('errors/list-missing')
        ? undefined
        : has('errors/list-is-text')
          ? message
          : problems.map(sentence),
    errorArgs: has('errors/args-missing') ? undefined : problems.map(({ field }) => field),
    tenantName: has('errors/tenant-missing')
      ? undefined
      : (tenant ?? (has('errors/tenant-made-up') ? 'CBD' : undefined)),
  }
  const inner = { contextResponse: context }
  const bare = !operation || has('errors/bare')
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  const shown = has('errors/200-for-all') ? 200 : status
  return answerOf(shown, bare ? inner : { [ROOTS[operation]]: inner }, { ...headers, ...challenge })
}

function sentence({ field, text }: Problem): string {
  return `${field} ${text}`
}

function answerOf(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}

import type { ErrorBody, LocatedError, Refusal, RefusalContext } from '../../mock/handlers/handler.ts'
import { responseType } from './media-type.ts'
import { tenantNameOf } from './tenant.ts'

/** The property that wraps each operation's answers. */
export const rootMembers = {
  selfRegister: 'selfRegistrationResponse',
  registerPrivilegeUsers: 'PrivilegeUserRegistrationResponse',
  updatePersonStatus: 'getCompanyResponse',
} as const

/** Codes by HTTP status, where the refusal brings none of its own. */
const codes: Readonly<Record<number, string>> = {
  400: 'INVALID_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
}

/** Sentences of our own where the engine's would quote the request (a password is part of it) or the spec at length. */
const messages: Readonly<Partial<Record<Refusal['by'], string>>> = {
  syntax: 'The body is not valid JSON.',
  validation: 'The request is not valid.',
}

/** A wrong method concerns no operation, but its path has only one. */
const rootMembersByPath: Readonly<Record<string, string>> = {
  selfregister: rootMembers.selfRegister,
  registerPrivilegeUsers: rootMembers.registerPrivilegeUsers,
  updatePersonStatus: rootMembers.updatePersonStatus,
}

/** `contextResponse` under the operation's root property; bare where the path is unknown. */
export function errorBody(refusal: Refusal, context: RefusalContext): ErrorBody {
  const tenantName = tenantNameOf(context.request)
  const statusMessage = messages[refusal.by] ?? refusal.message
  const { at, errors } = faultsOf(refusal, statusMessage)
  const body = {
    contextResponse: {
      ...(tenantName !== undefined && { tenantName }),
      statusCode: refusal.code ?? codes[refusal.status] ?? 'FAULT',
      statusMessage,
      errorArgs: at,
      errors,
    },
  }
  const root = rootMemberOf(refusal, context)
  return { body: root === undefined ? body : { [root]: body }, contentType: responseType(context.request) }
}

function rootMemberOf(refusal: Refusal, { operation, request }: RefusalContext): string | undefined {
  if (operation) return (rootMembers as Readonly<Record<string, string>>)[operation.id]
  return refusal.status === 405 ? rootMembersByPath[request.path.split('/').at(-1) ?? ''] : undefined
}

function faultsOf(refusal: Refusal, statusMessage: string): { at: readonly string[]; errors: readonly string[] } {
  const located = refusal.errors ?? []
  if (located.length > 0) return { at: unique(located.map(placeOf)), errors: unique(located.map(sentenceFor)) }
  const at = refusal.details?.['at']
  return { at: Array.isArray(at) ? at : refusal.by === 'media-type' ? ['Content-Type'] : [], errors: [statusMessage] }
}

/** The property or header that is at fault, by its documented name. */
function placeOf(error: LocatedError): string {
  const missing = error.params['missingProperty']
  if (typeof missing === 'string') return missing
  if (error.in !== 'body') return error.name === 'tenantname' ? 'tenantName' : error.name
  return error.name.split('/')[1]?.replaceAll('~1', '/').replaceAll('~0', '~') ?? 'body'
}

function sentenceFor(error: LocatedError): string {
  const place = placeOf(error)
  const { allowedValues } = error.params
  if (error.keyword === 'required' || error.keyword === 'dependentRequired') return `${place} is required.`
  if (Array.isArray(allowedValues) && allowedValues.length < 10)
    return `${place} must be one of ${allowedValues.join(', ')}.`
  if (error.keyword === 'enum') return `${place} must be an id of the time zone list.`
  if (place === 'username' && error.keyword === 'pattern') {
    return 'username must be alphanumeric, an e-mail address or a phone number.'
  }
  if (place === 'userContact' && (error.keyword === 'pattern' || error.keyword === 'format')) {
    return 'userContact must be what contactType says.'
  }
  return `${place} ${error.message}.`
}

function unique(list: readonly string[]): string[] {
  return [...new Set(list)]
}

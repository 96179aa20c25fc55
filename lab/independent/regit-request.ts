import type { HttpRequest } from './http.ts'
import type { JsonObject } from './json.ts'
import { type Has, headerOf, objectOf, readJson } from './protocol.ts'
import { Refusal } from './refusal.ts'
import { asObject } from './regit-form.ts'
import { ACCOUNTS, INTERACTIONS, type RegitInteraction } from './regit-seed.ts'

export type Verb = 'register' | 'unregister'

export type Call = 'Register' | 'Upload' | 'Unregister'

function header(request: HttpRequest): string | undefined {
  return headerOf(request, 'authorization')
}

export function spelled(has: Has, path: string): string {
  if (!has('protocol/letter-case-ignored')) return path
  return path.replace(/[a-z]+/gi, (word) => word[0]?.toUpperCase() + word.slice(1).toLowerCase())
}

export function identify(has: Has, request: HttpRequest, call: Call): string {
  const isBelow = request.path.startsWith('/Api/')
  if (has(`auth/skipped-by-${call.toLowerCase()}`) || (isBelow && has('auth/skipped-below-api')))
    return ACCOUNTS.get('regit-user-a') ?? ''
  const [, scheme, token] = /^(\S+) +(\S+)$/.exec(headerOf(request, 'authorization') ?? '') ?? []
  const isBearer = scheme?.toLowerCase() === 'bearer'
  const key = has('auth/token-in-any-case') ? token?.toLowerCase() : token
  const account = isBearer || has('auth/scheme-ignored') ? ACCOUNTS.get(key ?? '') : undefined
  if (account !== undefined) return has('auth/everybody-is-user-a') ? (ACCOUNTS.get('regit-user-a') ?? '') : account
  if (token !== undefined && has('auth/any-token')) return ACCOUNTS.get('regit-user-a') ?? ''
  if (header(request) !== undefined && has('auth/unknown-token-403')) throw new Refusal(403, 'Access denied')
  const message = has('auth/other-message') ? 'Unauthorized' : 'Authorization has been denied for this request.'
  throw new Refusal(has('auth/status-400') ? 400 : 401, message, has('auth/no-code') ? undefined : 'unauthorized')
}

export function readBody(has: Has, request: HttpRequest): JsonObject {
  const read = readJson(request, has)
  if ('refusal' in read) {
    const { status } = read.refusal
    const message = has('errors/other-message-for-bad-json') ? 'Bad Request' : 'Invalid parameters'
    throw new Refusal(status, status === 400 ? message : read.refusal.message)
  }
  const body = asObject(objectOf(read.value, has))
  if (body === undefined) throw new Refusal(400, 'Invalid parameters')
  return body
}

export function interactionId(has: Has, body: JsonObject): string {
  const id = body['interactionId']
  if (id === undefined || id === '') {
    if (id === '' && has('ids/empty-id-is-unknown')) throw new Refusal(404, 'Interaction not found')
    throw new Refusal(
      has('ids/missing-id-is-404') ? 404 : 400,
      has('ids/missing-id-unnamed') ? 'Invalid parameters' : 'Missing interaction ID',
    )
  }
  if (typeof id !== 'string') throw new Refusal(400, 'Invalid parameters')
  if (has('ids/blanks-dropped')) return id.trim()
  if (!/^[0-9a-f]{24}$/.test(id) && has('ids/malformed-id-is-400')) throw new Refusal(400, 'Invalid parameters')
  return id
}

export function findInteraction(has: Has, id: string): RegitInteraction {
  const found = INTERACTIONS.get(id)
  if (found !== undefined) return found
  if (has('ids/unknown-crashes')) throw new TypeError("Cannot read properties of undefined (reading 'form')")
  if (has('ids/unknown-is-200')) throw new Refusal(200, 'Interaction not found')
  throw new Refusal(
    has('ids/unknown-is-400') ? 400 : 404,
    has('ids/unknown-has-other-message') ? 'Not found' : 'Interaction not found',
  )
}

export function participationOf(has: Has, id: string, actor: string): string {
  return has('register/once-for-everybody') ? `${id} anybody` : `${id} ${actor}`
}

import type { Call } from './digitalchalk-seed.ts'
import type { HttpResponse } from './http.ts'
import { type Has, headerOf, type Refusal } from './protocol.ts'

export function unknownToken({ request, has }: Call): HttpResponse | undefined {
  const sent = headerOf(request, 'authorization')
  if (sent === undefined) return has('auth/token-needed') ? challenge('Who are you?', has) : undefined
  if (has('auth/unchecked')) return undefined
  const [scheme = '', token = '', ...rest] = sent.split(/ +/)
  const bearer = scheme.toLowerCase() === 'bearer'
  const known =
    ((has('auth/tokens-any-case') ? token.toLowerCase() : token) === 'digitalchalk-admin' && rest.length === 0) ||
    (has('auth/prefix-is-enough') && token.startsWith('digitalchalk-'))
  if ((bearer || has('auth/scheme-unchecked')) && known) return undefined
  if (!bearer && has('auth/other-schemes-ignored')) return undefined
  return challenge('This token is unknown', has)
}

function challenge(description: string, has: Has): HttpResponse {
  const status = has('auth/unknown-is-403') ? 403 : has('auth/unknown-is-400') ? 400 : 401
  const headers = has('auth/no-challenge')
    ? {}
    : { 'www-authenticate': has('auth/challenge-basic') ? 'Basic' : 'Bearer' }
  if (has('auth/error-in-other-format')) return json(status, { errors: [description] }, headers)
  return json(status, { error_description: description, error: 'invalid_token' }, headers)
}

/* POST */

export function refused({ status, message, headers = {} }: Refusal, has: Has): HttpResponse {
  if (has('errors/text-not-list')) return json(status, { errors: message }, headers)
  return json(status, { errors: [message] }, headers)
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}

export function typed(response: HttpResponse, has: Has): HttpResponse {
  const { 'content-type': type, ...others } = response.headers
  if (type !== 'application/json') return response
  const ok = response.status < 300
  if (ok && has('created/without-content-type')) return { ...response, headers: others }
  const wrong = (ok && has('created/as-html')) || (!ok && has('errors/as-html'))
  if (wrong) return { ...response, headers: { ...others, 'content-type': 'text/html' } }
  if (!ok && has('errors/as-problem'))
    return { ...response, headers: { ...others, 'content-type': 'application/problem+json' } }
  return response
}

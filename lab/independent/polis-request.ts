import type { HttpRequest } from './http.ts'
import { type Json, parseJson } from './json.ts'
import type { Interaction } from './polis-interaction.ts'
import { USERS } from './polis-seed.ts'
import type { PolisUser } from './polis-user.ts'
import { type Flawed, Refusal } from './refusal.ts'

const ONE_MEBIBYTE = 1024 * 1024

export function identify(flawed: Flawed, request: HttpRequest, operation: string): PolisUser {
  const anybody = USERS['polis-user-a'] as PolisUser
  const header = request.headers.authorization
  if (flawed(`auth/skipped-by-${operation}`)) return anybody
  const [, scheme, token] = /^(\S+) +(\S+)$/.exec(header ?? '') ?? []
  if (token === 'POLIS-USER-A' && flawed('auth/token-case-ignored')) return anybody
  const isBearer = flawed('auth/scheme-case-matters') ? scheme === 'Bearer' : scheme?.toLowerCase() === 'bearer'
  if (!isBearer && !flawed('auth/scheme-ignored')) return deny(flawed)
  if (token !== undefined && flawed('auth/any-token')) return anybody
  const user = Object.hasOwn(USERS, token ?? '') ? USERS[token ?? ''] : undefined
  return user ?? deny(flawed)
}

function deny(flawed: Flawed): never {
  throw new Refusal(
    flawed('auth/status-403') ? 403 : flawed('auth/status-400') ? 400 : 401,
    'a valid bearer token is needed',
  )
}

export function readBody(flawed: Flawed, request: HttpRequest, mediaTypes: readonly string[]): Json {
  const mediaType = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (request.headers['content-type']?.includes(';') === true && flawed('protocol/charset-refused'))
    throw new Refusal(415, 'send JSON')
  const isMissing = request.body.length === 0 || (mediaType === '' && flawed('protocol/missing-content-type-accepted'))
  if (!mediaTypes.includes(mediaType) && !isMissing && !flawed('protocol/content-type-ignored')) {
    throw new Refusal(flawed('protocol/415-as-400') ? 400 : 415, 'send JSON')
  }
  const limit = flawed('protocol/limit-of-100-kilobytes') ? 100_000 : ONE_MEBIBYTE
  if (request.body.length > limit && !flawed('protocol/no-size-limit'))
    throw new Refusal(413, 'send less than a mebibyte')
  try {
    return parseJson(request.body)
  } catch (error) {
    if (flawed('protocol/bad-json-crashes'))
      throw new TypeError("Cannot read properties of undefined (reading 'data')", { cause: error })
    throw new Refusal(400, 'the body is not JSON')
  }
}

/** Checks the entity tag that a change has to bring along. */
export function checkTag(flawed: Flawed, request: HttpRequest, row: Interaction, operation: 'patch' | 'delete'): void {
  const own = request.headers['etag']
  const given =
    (typeof own === 'string' ? own : undefined) ??
    (flawed('tag/if-match-ignored') ? undefined : request.headers['if-match'])
  if (given === undefined || given.trim() === '') {
    if (flawed(`${operation}/tag-optional`)) return
    throw new Refusal(
      flawed('tag/missing-is-428') ? 428 : flawed('tag/missing-is-412') ? 412 : 400,
      'the header etag is required',
    )
  }
  if (flawed(`${operation}/stale-tag-accepted`)) return
  if (flawed(`${operation}/if-match-unchecked`) && own === undefined) return
  const tags = given.split(',').map((tag) => bare(flawed, tag.trim()))
  if (tags.includes('*') && !flawed('tag/star-refused')) return
  const isCurrent = flawed('tag/only-length-compared')
    ? tags.some((tag) => tag.split('-')[0] === row.meta.etag.split('-')[0])
    : tags.includes(row.meta.etag) ||
      (flawed('tag/case-ignored') && tags.some((tag) => tag.toLowerCase() === row.meta.etag.toLowerCase()))
  if (!isCurrent)
    throw new Refusal(
      flawed('tag/mismatch-is-409') ? 409 : flawed('tag/mismatch-is-400') ? 400 : 412,
      'the interaction was changed meanwhile',
    )
}

function bare(flawed: Flawed, tag: string): string {
  const strong = flawed('tag/weak-refused') ? tag : tag.replace(/^W\//, '')
  return flawed('tag/quotes-refused') ? strong : strong.replace(/^"(.*)"$/, '$1')
}

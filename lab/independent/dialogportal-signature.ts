import type { HttpRequest } from './http.ts'
import type { Has } from './protocol.ts'
import { createHmac } from 'node:crypto'

/** Why a signature is not accepted. */
export interface SignatureProblem {
  readonly subCode: string
  readonly text: string
}

const SECRETS: ReadonlyMap<string, string> = new Map([['32767', 'RCL1EDAYOVHANLL3A51G']])
const HOUR_MS = 60 * 60 * 1000

/** Checks the Signature header in the order of its sub codes; nothing where it is right or was not sent. */
export function signatureProblem(request: HttpRequest, has: Has): SignatureProblem | undefined {
  const sent = request.rawHeaders.filter(
    (_, at) => at % 2 === 1 && request.rawHeaders[at - 1]?.toLowerCase() === 'signature',
  )
  const [first] = sent
  if (first === undefined) {
    return has('signature/needed') ? { subCode: '401.1', text: 'Signature header missing' } : undefined
  }
  if (has('signature/unchecked')) return undefined
  if (sent.length > 1 && !has('signature/several-accepted')) {
    return { subCode: has('signature/several-are-malformed') ? '401.3' : '401.2', text: 'Several signatures' }
  }
  const claim = objectIn(first)
  if (!claim) {
    if (has('signature/malformed-ignored')) return undefined
    return { subCode: has('signature/malformed-is-401.4') ? '401.4' : '401.3', text: 'Signature is no JSON object' }
  }
  return claimProblem(request, claim, has)
}

type Claim = Readonly<Record<string, unknown>>

function objectIn(text: string): Claim | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Claim) : undefined
  } catch {
    return undefined
  }
}

function claimProblem(request: HttpRequest, claim: Claim, has: Has): SignatureProblem | undefined {
  const key = claim['AppKey']
  const secret = SECRETS.get(String(key))
  if (!isAppKey(key, has) && !has('signature/key-unchecked'))
    return problem('401.4', 'AppKey is missing or invalid', has)
  return (
    (has('signature/unknown-key-first') && secret === undefined
      ? problem('401.7', 'AppKey is unknown', has)
      : undefined) ??
    issuedAtProblem(claim['IssuedAt'], has) ??
    (secret === undefined ? problem('401.7', 'AppKey is unknown', has) : tokenProblem(request, claim, secret, has))
  )
}

function problem(subCode: string, text: string, has: Has): SignatureProblem | undefined {
  return has(`signature/${subCode}-skipped`) ? undefined : { subCode, text }
}

function isAppKey(key: unknown, has: Has): boolean {
  if (Number.isInteger(key)) return Number(key) >= 0 && !has('signature/number-key-refused')
  return typeof key === 'string' && /^\d+$/.test(key) && !has('signature/text-key-refused')
}

function issuedAtProblem(issuedAt: unknown, has: Has): SignatureProblem | undefined {
  const invalid = problem('401.5', 'IssuedAt is missing or invalid', has)
  if (typeof issuedAt !== 'string') return invalid
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(issuedAt)
  if (!match) return invalid
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  const time = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  const same = time.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14) === issuedAt
  if (!same && !has('signature/impossible-time-accepted')) return invalid
  const age = Date.now() - time.getTime()
  const early = age < -HOUR_MS && !has('signature/future-accepted')
  const late =
    age > (has('signature/day-accepted') ? 24 * HOUR_MS : has('signature/half-an-hour') ? HOUR_MS / 2 : HOUR_MS)
  return early || late ? problem('401.6', 'IssuedAt is more than an hour off', has) : undefined
}

function tokenProblem(request: HttpRequest, claim: Claim, secret: string, has: Has): SignatureProblem | undefined {
  const token = claim['Token']
  if (typeof token !== 'string' || token === '') return problem('401.8', 'Token is missing', has)
  const text = `${String(claim['AppKey'])}${request.method}${urlOf(request, has)}${String(claim['IssuedAt'])}`
  const encoding = has('signature/hex-digest') ? 'hex' : has('signature/url-safe-digest') ? 'base64url' : 'base64'
  const algorithm = has('signature/sha-1') ? 'sha1' : 'sha256'
  const right = createHmac(algorithm, secret).update(text).digest(encoding)
  const same = has('signature/digest-any-case') ? right.toLowerCase() === token.toLowerCase() : right === token
  return same ? undefined : problem('401.9', 'Token is wrong', has)
}

function urlOf(request: HttpRequest, has: Has): string {
  const host = request.headers.host ?? ''
  if (has('signature/path-only')) return request.url
  if (has('signature/without-query')) return `http://${host}${request.path}`
  if (has('signature/decoded-path')) return `http://${host}${decodeURIComponent(request.url)}`
  return `${has('signature/https') ? 'https' : 'http'}://${host}${request.url}`
}

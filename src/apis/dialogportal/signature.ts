import { createHmac } from 'node:crypto'
import type { Authentication, Credential, RequestHead } from '../../mock/handlers/handler.ts'
import type { Operation } from '../../openapi/api.ts'
import type { Collection } from '../../store/collection.ts'
import type { State } from '../../store/state.ts'

/** What a token signs, in the vendor's own terms. */
export interface Signed {
  readonly appKey: string
  readonly method: string
  /** Complete, with scheme, host, path and query. */
  readonly url: string
  /** `yyyyMMddHHmmss` in UTC. */
  readonly issuedAt: string
}

/** Why a `Signature` does not hold, by sub code. */
const problems = {
  '401.2': 'The Signature header was sent more than once',
  '401.3': 'The Signature header must hold a JSON object',
  '401.4': 'AppKey is missing or is no number',
  '401.5': 'IssuedAt is missing or is no UTC time written as yyyyMMddHHmmss',
  '401.6': 'IssuedAt is more than 60 minutes away from the current time',
  '401.7': 'AppKey is not known',
  '401.8': 'Token is missing',
  '401.9': 'Token does not match the request',
  '401.10': 'The secret of the application has expired',
} as const

type SubCode = keyof typeof problems

const TOLERANCE_MS = 60 * 60 * 1000

/** `Token`: the base64 text of the HMAC-SHA256 over the parts, one after the other. */
export function tokenFor(signed: Signed, secret: string): string {
  return createHmac('sha256', secret)
    .update(signed.appKey + signed.method + signed.url + signed.issuedAt)
    .digest('base64')
}

/** No header is fine; one that is sent is verified in full, in the order of the sub codes. */
export function authenticate(_operation: Operation, request: RequestHead, state: State): Authentication {
  const texts = signaturesOf(request)
  if (texts.length === 0) return { kind: 'authenticated', credential: undefined }
  const verdict = verify(texts, request, state)
  if ('appKey' in verdict) return { kind: 'authenticated', credential: credentialOf(state, verdict.appKey) }
  const { subCode } = verdict
  return { kind: 'refusal', by: 'security', status: 401, message: problems[subCode], code: subCode }
}

/** Node joins equal headers into one value, so they are counted as they came: name, value, name, value, … */
function signaturesOf({ rawHeaders }: RequestHead): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'signature')
}

type Verdict = { readonly appKey: string } | { readonly subCode: SubCode }

function verify(texts: readonly string[], request: RequestHead, state: State): Verdict {
  const [text = ''] = texts
  if (texts.length > 1) return { subCode: '401.2' }
  const signature = parseObject(text)
  if (!signature) return { subCode: '401.3' }
  const appKey = parseAppKey(signature['AppKey'])
  if (appKey === undefined) return { subCode: '401.4' }
  const issuedAt = signature['IssuedAt']
  const issuedMs = parseIssuedAt(issuedAt)
  if (issuedMs === undefined) return { subCode: '401.5' }
  if (Math.abs(state.clock.now() - issuedMs) > TOLERANCE_MS) return { subCode: '401.6' }
  const app = appWith(state.collection('apps'), appKey)
  if (!app) return { subCode: '401.7' }
  const token = signature['Token']
  if (typeof token !== 'string' || token === '') return { subCode: '401.8' }
  const signed = { appKey, method: request.method, url: completeUrl(request), issuedAt: String(issuedAt) }
  if (token !== tokenFor(signed, app.secret)) return { subCode: '401.9' }
  return hasExpired(app, state.clock.now()) ? { subCode: '401.10' } : { appKey }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function parseAppKey(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : undefined
  return typeof value === 'string' && /^\d+$/.test(value) ? value : undefined
}

/** Milliseconds since the epoch, `undefined` for what is no `yyyyMMddHHmmss` or no date of the calendar. */
function parseIssuedAt(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{14}$/.test(value)) return undefined
  const iso = value.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6.000Z')
  const date = new Date(iso)
  // 30 February parses as a day of March.
  return Number.isNaN(date.getTime()) || date.toISOString() !== iso ? undefined : date.getTime()
}

function completeUrl({ headers, url }: RequestHead): string {
  return `http://${String(headers['host'] ?? '')}${url}`
}

interface App {
  readonly id: string
  readonly secret: string
  readonly secretExpiresAt?: string
}

function appWith(apps: Collection, appKey: string): App | undefined {
  // Rows were checked against `x-collections` when they came in.
  return apps.get(appKey) as unknown as App | undefined
}

function hasExpired({ secretExpiresAt }: App, nowMs: number): boolean {
  return secretExpiresAt !== undefined && Date.parse(secretExpiresAt) <= nowMs
}

function credentialOf(state: State, appKey: string): Credential | undefined {
  const [row] = state.collection('credentials').find({ where: { '/appKey': appKey }, limit: 1 })
  // Rows of `credentials` were checked to be credentials when they came in.
  return row as unknown as Credential | undefined
}

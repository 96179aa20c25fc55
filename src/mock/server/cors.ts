import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { UnderstudyError } from '../../errors.ts'
import { type AccessPolicy, originStanding } from './access.ts'

// Not @fastify/cors: its headers go into Fastify's reply, which our answers and the ones that a fault spoils pass by; it takes
// every OPTIONS with an Origin for a preflight or refuses it, knows no private network, and what a handler says in `Vary`
// takes the place of its own.

/** The origin that a request was granted, kept on Node's request, which every way of answering has at hand. */
interface CrossOriginRequest extends IncomingMessage {
  grantedOrigin?: string
}

type Headers = Readonly<Record<string, string>>

/** How long a browser need not ask again, in seconds: no longer than it takes to restart a mock with other options. */
const MAX_AGE_S = 60
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const token = /^[\w!#$%&'*+.^`|~-]{1,256}$/

/** Lets the page that a request comes from read its answer, if it is on this machine or was named by `--cors`. */
export function grantOrigin(raw: IncomingMessage, policy: AccessPolicy): boolean {
  const { origin, host } = raw.headers
  if (origin === undefined || originStanding(origin, host, policy) === 'foreign') return false
  ;(raw as CrossOriginRequest).grantedOrigin = origin
  return true
}

/** A browser asks before it sends what no form could; an OPTIONS that a spec declares comes without this header. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined
}

/**
 * The answer to a preflight of an origin that was granted: every method, also where the path has no such method, so that the
 * page gets to read the 404, 405 or 401 itself.
 */
export function preflightHeaders({ headers }: IncomingMessage): Headers {
  const method = headers['access-control-request-method'] ?? ''
  const asked = headers['access-control-request-headers'] ?? ''
  const names = asked.split(',').map((name) => name.trim())
  return {
    ...grantedTo(headers.origin ?? ''),
    vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    'access-control-allow-methods': [...new Set([...METHODS, ...(token.test(method) ? [method] : [])])].join(', '),
    'access-control-max-age': String(MAX_AGE_S),
    ...(asked !== '' && { 'access-control-allow-headers': names.filter((name) => token.test(name)).join(', ') }),
    ...(headers['access-control-request-private-network'] === 'true' && {
      'access-control-allow-private-network': 'true',
    }),
  }
}

/**
 * What an answer says to the page that asked, given its other headers by lower-case name. Who sends no `Origin` is told that it would
 * matter, so that no cache hands that answer to a page; what answers a plain OPTIONS is in no cache (RFC 9110, 9.3.7).
 */
export function corsHeaders(raw: IncomingMessage, headers: Readonly<Record<string, unknown>>): Headers | undefined {
  const vary = headers['vary']
  const varied = vary === undefined ? variesByOrigin : { vary: `${String(vary)}, Origin` }
  if (raw.headers.origin === undefined) return raw.method === 'OPTIONS' ? undefined : varied
  const { grantedOrigin } = raw as CrossOriginRequest
  if (grantedOrigin === undefined) return varied
  const exposed = new Set([...Object.keys(headers), 'date', 'content-length'])
  return { ...varied, ...grantedTo(grantedOrigin), 'access-control-expose-headers': [...exposed].join(', ') }
}

const variesByOrigin: Headers = { vary: 'Origin' }

/** For the answers that Fastify writes itself, such as pages. */
export function registerCors(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const headers = reply.getHeaders()
    if (!('access-control-allow-origin' in headers)) reply.headers(corsHeaders(request.raw, headers) ?? {})
    done(null, payload)
  })
}

/** Throws USAGE for what can be no `Origin`. `*` is none: it would let every page on the net steer the mock. */
export function checkOrigins(origins: readonly string[]): void {
  for (const origin of origins) {
    if (origin === 'null' || isOrigin(origin)) continue
    const what =
      origin === '*'
        ? 'would let every page steer the mock; name the origins'
        : `is no origin: ${JSON.stringify(origin)}`
    throw new UnderstudyError('USAGE', `${what}, such as https://app.example:8080`, '--cors')
  }
}

function isOrigin(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false
  return new URL(text).origin === text.toLowerCase().replace(/\/$/, '')
}

function grantedTo(origin: string): Headers {
  return { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' }
}

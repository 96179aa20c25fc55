import type { IncomingMessage } from 'node:http'

/** What the prefix `/~<id>` of a path said, kept on Node's request, the only object that lives from rewriting to routing. */
interface PrefixedRequest extends IncomingMessage {
  sessionFromPath?: string
  sentUrl?: string
}

export const SESSION_HEADER = 'x-mock-session'

/** Fastify's `rewriteUrl`: takes `/~<id>` off the path and remembers it, and makes the rest one that can be routed. */
export function routableUrl(raw: IncomingMessage): string {
  const url = raw.url ?? '/'
  const routable = escapeBroken(url.startsWith('/~') ? takeSessionPrefix(raw, url) : url)
  if (routable !== url) (raw as PrefixedRequest).sentUrl = url
  return routable
}

function takeSessionPrefix(raw: IncomingMessage, url: string): string {
  const [, id = '', rest = ''] = /^\/~([^/?]*)(.*)$/.exec(url) ?? []
  ;(raw as PrefixedRequest).sessionFromPath = decode(id)
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** A segment that cannot be decoded stands for itself: it names nothing, which is for the API to say. */
function escapeBroken(url: string): string {
  if (!url.includes('%')) return url
  const [path = '', ...query] = url.split('?')
  const segments = path.split('/').map((segment) => (isDecodable(segment) ? segment : segment.replaceAll('%', '%25')))
  return [segments.join('/'), ...query].join('?')
}

function isDecodable(segment: string): boolean {
  try {
    decodeURIComponent(segment)
    return true
  } catch {
    return false
  }
}

/** The session that a request asks for, `undefined` for the default one. */
export function sessionIdOf(raw: IncomingMessage): string | undefined {
  const header = raw.headers[SESSION_HEADER]
  return (raw as PrefixedRequest).sessionFromPath ?? (typeof header === 'string' ? header : header?.[0])
}

/** `/~<id>` as the client sent it, or `''`. */
export function sessionPrefixOf(raw: IncomingMessage): string {
  if ((raw as PrefixedRequest).sessionFromPath === undefined) return ''
  return /^\/~[^/?]*/.exec(sentUrlOf(raw))?.[0] ?? ''
}

/** Path and query as the client sent them. */
export function sentUrlOf(raw: IncomingMessage): string {
  return (raw as PrefixedRequest).sentUrl ?? raw.url ?? '/'
}

function decode(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}

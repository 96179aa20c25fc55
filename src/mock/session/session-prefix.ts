import type { IncomingMessage } from 'node:http'

/** What the prefix `/~<id>` of a path said, kept on Node's request, the only object that lives from rewriting to routing. */
interface PrefixedRequest extends IncomingMessage {
  sessionFromPath?: string
  sentUrl?: string
  /** Where the mock stands in somebody else's Fastify: `/mock`; missing where it has the server to itself. */
  mount?: string
}

export const SESSION_HEADER = 'x-mock-session'

/** Fastify's `rewriteUrl`: takes `/~<id>` off the path and remembers it, and makes the rest one that can be routed. */
export function routableUrl(raw: IncomingMessage): string {
  const url = raw.url ?? '/'
  const routable = escapeBroken(url.startsWith('/~') ? takeSessionPrefix(raw, url) : url)
  if (routable !== url) (raw as PrefixedRequest).sentUrl = url
  return routable
}

/** What `/~<id>` below a mount says is remembered; the URL behind it, for a router that knows paths below the mount only. */
export function leaveSessionPrefix(raw: IncomingMessage, mount: string): void {
  const url = raw.url ?? '/'
  ;(raw as PrefixedRequest).sentUrl = url
  raw.url = mount + takeSessionPrefix(raw, url.slice(mount.length))
}

/** Says where the mock stands that a request has come to. */
export function arriveAt(raw: IncomingMessage, mount: string): void {
  ;(raw as PrefixedRequest).mount = mount
}

/** Path and query below the mount and without a session's prefix, as they were routed. */
export function localUrlOf(raw: IncomingMessage): string {
  const { mount = '', url = '/' } = raw as PrefixedRequest
  if (mount === '') return url
  const local = url.slice(mount.length)
  return local.startsWith('/') ? local : `/${local}`
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

/** Where the mock stands in the app that it was asked through: `/mock`, or `''`. */
export function mountOf(raw: IncomingMessage): string {
  return (raw as PrefixedRequest).mount ?? ''
}

/** What stands before the paths of the APIs where the client is: the mount, and `/~<id>` as it was sent. Often `''`. */
export function clientPrefixOf(raw: IncomingMessage): string {
  const { mount = '', sessionFromPath } = raw as PrefixedRequest
  if (sessionFromPath === undefined) return mount
  return mount + (/^\/~[^/?]*/.exec(sentUrlOf(raw).slice(mount.length))?.[0] ?? '')
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

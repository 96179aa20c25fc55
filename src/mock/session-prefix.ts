import type { IncomingMessage } from 'node:http'

/** What the prefix `/~<id>` of a path said, kept on Node's request, the only object that lives from rewriting to routing. */
interface PrefixedRequest extends IncomingMessage {
  sessionFromPath?: string
  sentUrl?: string
}

export const SESSION_HEADER = 'x-mock-session'

/** Fastify's `rewriteUrl`: takes `/~<id>` off the path and remembers it. */
export function takeSessionPrefix(raw: IncomingMessage): string {
  const url = raw.url ?? '/'
  if (!url.startsWith('/~')) return url
  const request: PrefixedRequest = raw
  const [, id = '', rest = ''] = /^\/~([^/?]*)(.*)$/.exec(url) ?? []
  request.sessionFromPath = decode(id)
  request.sentUrl = url
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** The session that a request asks for, `undefined` for the default one. */
export function sessionIdOf(raw: IncomingMessage): string | undefined {
  const header = raw.headers[SESSION_HEADER]
  return (raw as PrefixedRequest).sessionFromPath ?? (typeof header === 'string' ? header : header?.[0])
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

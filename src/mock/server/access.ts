import type { IncomingHttpHeaders } from 'node:http'
import { isIP, isIPv6, Socket } from 'node:net'
import { UnderstudyError } from '../../errors.ts'
import type { Refusal } from '../handlers/handler.ts'

/** Whom a server on a developer's machine talks to. Names and origins in lower case, see `createAccessPolicy`. */
export interface AccessPolicy {
  /** Names beside `localhost`, `*.localhost` and IP addresses under which the server may be asked. */
  readonly hosts: ReadonlySet<string>
  /** Whether names without a dot pass: a server beyond loopback is reached by the name of its container. */
  readonly dotlessHosts: boolean
  /** Origins of pages elsewhere that may use the server, such as `https://app.example`, or `null`. */
  readonly origins: ReadonlySet<string>
  /** `Host` headers that were allowed before: nearly every request repeats the one of the request before it. */
  readonly knownHosts: Set<string>
}

export interface AccessOptions {
  /** The address that the server listens on. Default `127.0.0.1`. */
  readonly host?: string | undefined
  readonly allowHosts?: readonly string[] | undefined
  readonly origins?: readonly string[] | undefined
}

/** Where a request comes from, as its `Origin` tells. */
export type OriginStanding = 'none' | 'same' | 'loopback' | 'allowed' | 'foreign'

/** What of a request decides whether it is let in; Node's own fits. */
export interface AccessHead {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly socket?: unknown
}

export function createAccessPolicy({ host = '127.0.0.1', allowHosts = [], origins = [] }: AccessOptions): AccessPolicy {
  return {
    hosts: new Set([host, ...allowHosts].map(plainName)),
    dotlessHosts: !isLoopbackName(plainName(host)),
    origins: new Set(origins.map((origin) => origin.toLowerCase().replace(/\/$/, ''))),
    knownHosts: new Set(),
  }
}

/**
 * Whether the value of a `Host` header names this machine. A page whose name was rebound to 127.0.0.1 sends its own name
 * here, so that only names which nobody else can own pass; HTTP/1.0 sends none.
 */
export function isAllowedHost(header: string | undefined, policy: AccessPolicy): boolean {
  if (header === undefined || policy.knownHosts.has(header)) return true
  if (!isAllowedName(hostnameOf(header), policy)) return false
  if (policy.knownHosts.size < MAX_KNOWN_HOSTS) policy.knownHosts.add(header)
  return true
}

const MAX_KNOWN_HOSTS = 100

function isAllowedName(name: string | undefined, { hosts, dotlessHosts }: AccessPolicy): boolean {
  if (name === undefined) return false
  if (name === 'localhost' || isIP(name) !== 0 || name.endsWith('.localhost') || hosts.has(name)) return true
  return dotlessHosts && !name.includes('.')
}

/** Places an `Origin`: `same` is the name that the request was sent to, on whatever port. */
export function originStanding(
  origin: string | undefined,
  host: string | undefined,
  policy: AccessPolicy,
): OriginStanding {
  if (origin === undefined) return 'none'
  const name = originName(origin)
  if (name !== undefined && host !== undefined && name === hostnameOf(host)) return 'same'
  if (name !== undefined && isLoopbackName(name)) return 'loopback'
  return policy.origins.has(origin.toLowerCase()) ? 'allowed' : 'foreign'
}

/** Why a request is not let in: an unknown name, or a page of somebody else that steers or writes. `undefined`: it may pass. */
export function refuseAccess(head: AccessHead, policy: AccessPolicy): Refusal | undefined {
  const { headers, method = 'GET', url = '/' } = head
  if (countHosts(head.rawHeaders) > 1) return { kind: 'refusal', by: 'syntax', status: 400, message: TWO_HOSTS }
  const host = headers.host ?? authorityOf(headers)
  // What is injected in process came by no name at all.
  if (head.socket instanceof Socket) {
    if (!isAllowedHost(host, policy)) return forbidden(unknownHost(host ?? ''))
    const absolute = absoluteHost(url)
    if (!isAllowedHost(absolute, policy)) return forbidden(unknownHost(absolute ?? ''))
  }
  const { origin } = headers
  const site = headers['sec-fetch-site']
  if (origin === undefined && site !== 'cross-site') return undefined
  if (origin !== undefined && originStanding(origin, host, policy) !== 'foreign') return undefined
  if (isWrite(method) || (origin !== undefined && isControlPath(url))) return forbidden(foreignPage(origin))
  return undefined
}

/** Whether an address or a name is reached from this machine only. */
export function isLoopbackName(name: string): boolean {
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    (isIP(name) === 4 && name.startsWith('127.'))
  )
}

/** Throws USAGE for a name of `--allow-host` that no request could have: one with a scheme, a port or a path. */
export function checkHostnames(names: readonly string[] = []): void {
  for (const name of names) {
    if (/^\w[\w.-]{0,252}$/.test(name) || isIPv6(name)) continue
    const message = `is no name such as mock.example, without scheme, port and path: ${JSON.stringify(name)}`
    throw new UnderstudyError('USAGE', message, '--allow-host')
  }
}

const TWO_HOSTS = 'The request has more than one Host header.'

function forbidden(message: string): Refusal {
  return { kind: 'refusal', by: 'security', status: 403, message }
}

function unknownHost(host: string): string {
  const shown = JSON.stringify(host.slice(0, 260))
  const name = hostnameOf(host) ?? 'NAME'
  return `The host ${shown} is no name of this server. If it should be one, start it with --allow-host ${name} (allowHosts in the library).`
}

function foreignPage(origin: string | undefined): string {
  const page = origin === undefined ? 'a page of another site' : `the page ${JSON.stringify(origin.slice(0, 260))}`
  const flag = origin === undefined || originName(origin) === undefined ? 'ORIGIN' : origin.slice(0, 260)
  return `Not for ${page}: only pages on localhost may steer this server or write to it. If this one should, start it with --cors ${flag}.`
}

/** The name of a `Host` header in lower case, without its port, brackets and final dot; `undefined` where it is none. */
function hostnameOf(header: string): string | undefined {
  const [, address, name] = /^(?:\[([0-9a-f:.]+(?:%[\w.-]+)?)\]|([\w.-]+))(?::\d{0,5})?$/i.exec(header) ?? []
  if (address !== undefined) return isIPv6(address) ? address.toLowerCase() : undefined
  return name === undefined ? undefined : plainName(name)
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/^\[|\]$|\.$/g, '')
}

/** The name in an `Origin` of http or https; a serialized origin is scheme, host and port, and nothing else. */
function originName(origin: string): string | undefined {
  const [, authority] = /^https?:\/\/([^/?#@]+)$/i.exec(origin) ?? []
  return authority === undefined ? undefined : hostnameOf(authority)
}

/** HTTP/2 sends the host as a pseudo-header. */
function authorityOf(headers: IncomingHttpHeaders): string | undefined {
  const authority = headers[':authority']
  return typeof authority === 'string' ? authority : undefined
}

/** A request target in absolute form names its host itself (RFC 9112, 3.2.2). */
function absoluteHost(url: string): string | undefined {
  if (url.startsWith('/') || url === '*') return undefined
  return /^https?:\/\/([^/?#]*)/i.exec(url)?.[1]
}

function isWrite(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'
}

/** The router decodes what it matches, and takes a session's prefix off before. */
function isControlPath(url: string): boolean {
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/^\/~[^/?]*/, '')
  return /^\/__mock(?:[/?]|$)/.test(decoded(path))
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text.replaceAll(/%5f/gi, '_').replaceAll('%2F', '/')
  }
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (name.length === 4 && name.toLowerCase() === 'host') count++
  }
  return count
}

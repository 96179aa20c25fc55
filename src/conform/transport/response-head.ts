/** Status line and headers of an answer. */
export interface ResponseHead {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether the connection may be used again after the answer (RFC 9112, section 9.3). */
  readonly keepsAlive: boolean
  readonly framing: Framing
}

/** How the end of a body is found (RFC 9112, section 6.3). */
type Framing =
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' }
  /** An answer to HEAD, 1xx, 204 and 304 have no body, whatever their headers say. */
  | { readonly kind: 'none' }

/** What is wrong with the head of an answer. */
export interface BrokenHead {
  readonly problem: string
}

/** Of those the first counts, as Node's own client has it; others are joined. */
const ONCE: ReadonlySet<string> = new Set(
  (
    'age authorization content-length content-type etag expires from host if-modified-since if-unmodified-since ' +
    'last-modified location max-forwards proxy-authorization referer retry-after server user-agent'
  ).split(' '),
)

/** Reads the head of an answer to a request with this method. */
export function readHead(text: string, method: string): ResponseHead | BrokenHead {
  const [first = '', ...lines] = text.split(/\r?\n/)
  const line = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: .*)?$/.exec(first)
  if (!line)
    return {
      problem: `it does not start with a status line of HTTP/1.1 but with ${JSON.stringify(first.slice(0, 60))}`,
    }
  const headers: Record<string, string> = Object.create(null) as Record<string, string>
  let last: string | undefined
  for (const each of lines) {
    if (/^[ \t]/.test(each) && last !== undefined) {
      headers[last] += ` ${each.trim()}`
      continue
    }
    const colon = each.indexOf(':')
    const name = each.slice(0, colon).toLowerCase()
    if (colon < 1 || !/^[!#$%&'*+\-.^_`|~\w]+$/.test(name))
      return { problem: `it has a line in its head that is no header: ${JSON.stringify(each.slice(0, 60))}` }
    const value = each.slice(colon + 1).trim()
    const old = headers[name]
    if (name === 'content-length' && old !== undefined && old !== value)
      return { problem: 'it has two different Content-Lengths' }
    if (old === undefined) headers[name] = value
    else if (!ONCE.has(name)) headers[name] = `${old}, ${value}`
    last = name
  }
  const status = Number(line[2])
  const framing = framingOf(status, headers, method)
  if ('problem' in framing) return framing
  const connection = headers['connection']?.toLowerCase() ?? ''
  const keepsAlive = line[1] === '1' ? !connection.includes('close') : connection.includes('keep-alive')
  return { status, headers, framing, keepsAlive: keepsAlive && framing.kind !== 'until-close' && status !== 101 }
}

function framingOf(status: number, headers: Readonly<Record<string, string>>, method: string): Framing | BrokenHead {
  const length = headers['content-length']
  const coding = headers['transfer-encoding']
  if (length !== undefined && !/^\d{1,15}$/.test(length)) return { problem: 'its Content-Length is no number' }
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return { kind: 'none' }
  if (coding !== undefined) {
    if (length !== undefined) return { problem: 'it has both Content-Length and Transfer-Encoding' }
    return /(?:^|,)\s*chunked$/i.test(coding) ? { kind: 'chunked' } : { kind: 'until-close' }
  }
  return length === undefined ? { kind: 'until-close' } : { kind: 'length', bytes: Number(length) }
}

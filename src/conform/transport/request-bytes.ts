import type { OutgoingRequest } from './exchange.ts'

/** What a request consists of besides itself. */
export interface RequestFrame {
  /** The value of `host`. */
  readonly host: string
  /** The path of the base URL. */
  readonly prefix: string
}

const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE', 'TRACE'])

/**
 * The bytes of a request (RFC 9112, section 2.1): its headers in their order and case, `host` before and `content-length` behind
 * them unless it has its own. Throws for a header that would end before its end.
 */
export function requestBytes(request: OutgoingRequest, { host, prefix }: RequestFrame): Buffer {
  const { method, headers, body } = request
  let head = `${method} ${asTarget(prefix + request.path)} HTTP/1.1\r\n`
  let hasHost = false
  let hasLength = false
  let lines = ''
  for (const [name, value] of headers) {
    if (/[\r\n\0]/.test(name) || /[\r\n\0]/.test(value)) throw new TypeError(`the header ${name} has a line break`)
    lines += `${name}: ${asLatin1(value)}\r\n`
    const lower = name.toLowerCase()
    hasHost ||= lower === 'host'
    hasLength ||= lower === 'content-length' || lower === 'transfer-encoding'
  }
  if (!hasHost) head += `host: ${host}\r\n`
  head += lines
  const length = body === undefined ? 0 : Buffer.byteLength(body)
  if (!hasLength && (body !== undefined || !BODILESS.has(method))) head += `content-length: ${length}\r\n`
  head += '\r\n'
  const bytes = Buffer.allocUnsafe(head.length + length)
  bytes.write(head, 0, 'latin1')
  if (typeof body === 'string') bytes.write(body, head.length, 'utf8')
  else if (body !== undefined) bytes.set(body, head.length)
  return bytes
}

/** A blank or a letter beyond ASCII would end the path or be no HTTP (RFC 9112, section 3.2). */
function asTarget(path: string): string {
  // oxlint-disable-next-line no-control-regex
  return /[^!-~]/.test(path) ? path.replaceAll(/[^!-~]+/g, percentEncoded) : path
}

function percentEncoded(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

/** Headers go out as Latin-1; text beyond it goes out as its UTF-8 bytes. */
function asLatin1(value: string): string {
  // oxlint-disable-next-line no-control-regex
  return /^[\0-\xff]*$/.test(value) ? value : Buffer.from(value, 'utf8').toString('latin1')
}

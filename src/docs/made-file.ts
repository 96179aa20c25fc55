import { createHash } from 'node:crypto'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { BASE_URL } from './base-url.ts'
import type { SiteFile } from './site-file.ts'

export interface PageAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer | undefined
}

/** A file of the site whose text was made, cut where the base URL of its reader belongs. */
export interface MadeFile {
  readonly type: string
  readonly parts: readonly string[]
  readonly hash: string
  /** What was compressed last, by base URL and encoding. */
  readonly compressed: Map<string, Buffer>
}

export function makeFile({ type, text }: SiteFile): MadeFile {
  const made = text()
  return { type, parts: made.split(BASE_URL), hash: hashOf(made), compressed: new Map() }
}

export interface FileRequest {
  /** The host of a request was checked to be a plain one, so that it needs no escaping in any of the formats. */
  readonly base: string
  readonly ifNoneMatch: string | undefined
  readonly acceptEncoding: string | undefined
}

/** The file as this reader gets it: with the own base URL, compressed where that is understood, or 304. */
export function sendFile(file: MadeFile, { base, ifNoneMatch, acceptEncoding }: FileRequest): PageAnswer {
  const encoding = file.parts.join('').length < WORTH_COMPRESSING ? undefined : encodingFor(acceptEncoding)
  const etag = `"${hashOf(`${file.hash}${base}${encoding ?? ''}`)}"`
  const headers = { ...commonHeaders, etag, vary: 'host, accept-encoding' }
  if (ifNoneMatch?.split(/\s*,\s*/).some((tag) => tag.replace(/^W\//, '') === etag))
    return { status: 304, headers, body: undefined }
  const text = file.parts.join(base)
  if (encoding === undefined) return { status: 200, headers: { ...headers, 'content-type': file.type }, body: text }
  return {
    status: 200,
    headers: { ...headers, 'content-type': file.type, 'content-encoding': encoding },
    body: compressed(file, text, { base, encoding }),
  }
}

type Encoding = 'br' | 'gzip'

const WORTH_COMPRESSING = 1400
/** Readers come by few addresses: the loopback names, perhaps a session's path. */
const MAX_COMPRESSED = 8
/** The best levels cost seconds on a large page. */
const BROTLI_QUALITY = 4

function encodingFor(accepted = ''): Encoding | undefined {
  const names = accepted
    .toLowerCase()
    .split(',')
    .map((each) => each.trim())
    .filter((each) => !/;\s*q=0(\.0*)?$/.test(each))
    .map((each) => each.split(';', 1)[0])
  return (['br', 'gzip'] as const).find((encoding) => names.includes(encoding))
}

function compressed(
  file: MadeFile,
  text: string,
  { base, encoding }: { readonly base: string; readonly encoding: Encoding },
): Buffer {
  const key = `${encoding} ${base}`
  const known = file.compressed.get(key)
  if (known) return known
  const bytes =
    encoding === 'gzip'
      ? gzipSync(text)
      : brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } })
  if (file.compressed.size >= MAX_COMPRESSED) file.compressed.clear()
  file.compressed.set(key, bytes)
  return bytes
}

/** Nothing from elsewhere, nothing inline: whatever a spec smuggled into a page could neither run nor call out. */
export const commonHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}

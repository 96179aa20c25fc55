import type { HttpRequest, HttpResponse } from './http.ts'

/** Asks whether a mistake is switched on, by its name without the API's. */
export type Has = (name: string) => boolean

/** What a server says no with: the API turns it into its own error format. */
export interface Refusal {
  readonly status: number
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}

/** The methods of one path and what answers them. */
export type Methods = Readonly<Record<string, () => HttpResponse | Promise<HttpResponse>>>

export interface Routing {
  readonly request: HttpRequest
  /** What the path leads to; nothing where the API has no such path. */
  readonly methods: Methods | undefined
  readonly refuse: (refusal: Refusal) => HttpResponse
  readonly has: Has
}

const MEBIBYTE = 1024 * 1024

/** Answers by path and method: 404, 405 and OPTIONS are decided here, before anything else is looked at. */
export async function route({ request, methods, refuse, has }: Routing): Promise<HttpResponse> {
  try {
    return await dispatch({ request, methods, refuse, has })
  } catch (error) {
    if (!(error instanceof Crash)) throw error
    return crashed(error)
  }
}

async function dispatch({ request, methods, refuse, has }: Routing): Promise<HttpResponse> {
  if (!methods) return unknownPath(refuse, has)
  const method = request.method === 'HEAD' && 'GET' in methods ? 'GET' : request.method
  if (method === 'OPTIONS' && !has('protocol/options-not-answered')) return options(request, methods, refuse, has)
  const handler = methods[method]
  if (handler) return handler()
  if (has('protocol/405-is-404')) return unknownPath(refuse, has)
  if (has('protocol/any-method')) return Object.values(methods)[0]?.() ?? unknownPath(refuse, has)
  const headers = has('protocol/405-without-allow') ? {} : { allow: allowed(methods, has) }
  const status = has('protocol/405-is-400') ? 400 : has('protocol/405-is-501') ? 501 : 405
  if (has('protocol/405-plain-text')) {
    return { status, headers: { 'content-type': 'text/plain', ...headers }, body: 'Method Not Allowed' }
  }
  return refuse({ status, message: `${request.method} is not possible here`, headers })
}

function unknownPath(refuse: (refusal: Refusal) => HttpResponse, has: Has): HttpResponse {
  const status = has('protocol/404-is-200') ? 200 : has('protocol/404-is-400') ? 400 : 404
  if (has('protocol/404-html')) {
    return { status, headers: { 'content-type': 'text/html' }, body: '<h1>Not Found</h1>' }
  }
  if (has('protocol/404-empty')) return { status, headers: {}, body: '' }
  if (has('protocol/404-other-format')) {
    return { status, headers: { 'content-type': 'application/json' }, body: '{"detail":"Not Found"}' }
  }
  return refuse({ status, message: 'There is nothing at this address' })
}

function options(
  request: HttpRequest,
  methods: Methods,
  refuse: (refusal: Refusal) => HttpResponse,
  has: Has,
): HttpResponse {
  if (has('protocol/options-needs-credentials') && !request.headers.authorization) {
    return refuse({ status: 401, message: 'Who are you?' })
  }
  const headers = has('protocol/options-without-allow') ? {} : { allow: allowed(methods, has) }
  return { status: has('protocol/options-is-200') ? 200 : 204, headers, body: '' }
}

function allowed(methods: Methods, has: Has): string {
  const names = Object.keys(methods)
  const heads = names.includes('GET') ? ['HEAD'] : []
  if (has('protocol/allow-names-too-much')) return ['GET', 'PUT', 'DELETE', ...names].join(', ')
  if (has('protocol/allow-forgets-the-method')) return 'OPTIONS'
  return ['OPTIONS', ...heads, ...names].join(', ')
}

export type Read = { readonly value: unknown } | { readonly refusal: Refusal }

/** Reads a JSON body: 415 and 413 before its syntax. */
export function readJson(request: HttpRequest, has: Has): Read {
  return typeRefused(request, has) ?? sizeRefused(request, has) ?? parse(request, has)
}

function typeRefused(request: HttpRequest, has: Has): Read | undefined {
  const sent = request.headers['content-type']
  const [essence = ''] = (sent ?? '').split(';')
  const type = essence.trim().toLowerCase()
  const lenient =
    has('protocol/415-skipped') ||
    (has('protocol/415-skipped-for-text') && type.startsWith('text/')) ||
    (has('protocol/415-skipped-for-forms') && type === 'application/x-www-form-urlencoded') ||
    (has('protocol/415-skipped-for-suffixes') && /\bjson$/.test(type)) ||
    (has('protocol/415-skipped-without-type') && sent === undefined)
  const charset = has('protocol/415-for-charset') && /charset/i.test(sent ?? '')
  const accepted = type === 'application/json' && !charset
  if (accepted || lenient || request.body.length === 0) return undefined
  return {
    refusal: { status: has('protocol/415-is-400') ? 400 : 415, message: 'Only application/json is understood' },
  }
}

function sizeRefused(request: HttpRequest, has: Has): Read | undefined {
  if (has('protocol/413-skipped')) return undefined
  const limit = has('protocol/413-too-early')
    ? 64 * 1024
    : has('protocol/413-one-byte-early')
      ? MEBIBYTE - 1
      : has('protocol/413-late')
        ? 4 * MEBIBYTE
        : MEBIBYTE
  if (request.body.length <= limit) return undefined
  return { refusal: { status: has('protocol/413-is-400') ? 400 : 413, message: 'More than a mebibyte' } }
}

function parse(request: HttpRequest, has: Has): Read {
  try {
    return { value: JSON.parse(text(request.body, has)) as unknown }
  } catch (error) {
    if (has('protocol/malformed-crashes')) throw new Crash(error)
    return {
      refusal: {
        status: has('protocol/malformed-is-422') ? 422 : has('protocol/malformed-is-200') ? 200 : 400,
        message: has('protocol/malformed-leaks-a-stack') && error instanceof Error ? (error.stack ?? '') : 'Not JSON',
      },
    }
  }
}

function text(body: Buffer, has: Has): string {
  if (has('protocol/latin-1')) return body.toString('latin1')
  return mended(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body), has)
}

/** The pages' own slips, mended by a server that means too well. */
function mended(source: string, has: Has): string {
  if (has('protocol/trailing-comma-accepted')) return source.replaceAll(/,(\s*[}\]])/g, '$1')
  if (has('protocol/bare-words-accepted')) return source.replaceAll(/:\s*([A-Z_]{2,})\s*([,}])/g, ':"$1"$2')
  if (has('protocol/missing-commas-accepted')) return source.replaceAll(/"\s*\n\s*"/g, '","')
  if (has('protocol/comments-accepted')) return source.replaceAll(/\/\*.*?\*\/|^\s*\/\/.*$/gm, '')
  if (has('protocol/single-quotes-accepted')) return source.includes('"') ? source : source.replaceAll("'", '"')
  if (has('protocol/rest-after-json-accepted')) return firstObject(source)
  return source
}

/** The shortest beginning that is JSON, as a parser of streams reads it. */
function firstObject(source: string): string {
  for (let end = source.indexOf('}'); end !== -1; end = source.indexOf('}', end + 1)) {
    const beginning = source.slice(0, end + 1)
    if (isJson(beginning)) return beginning
  }
  return source
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** What a server forgot to catch. */
export class Crash extends Error {
  constructor(cause: unknown) {
    super('Crash', { cause })
  }
}

function crashed(crash: Crash): HttpResponse {
  const stack = crash.cause instanceof Error ? (crash.cause.stack ?? '') : String(crash.cause)
  return {
    status: 500,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ error: stack }),
  }
}

/** A JSON object; nothing for any other value. */
export function objectOf(value: unknown, has: Has): Readonly<Record<string, unknown>> | undefined {
  if (Array.isArray(value)) {
    const [first] = value as readonly unknown[]
    return has('protocol/array-of-one-accepted') ? objectOf(first, has) : undefined
  }
  if (value === null && has('protocol/null-body-crashes')) throw new Crash(new TypeError('null has no members'))
  if (typeof value !== 'object' || value === null) {
    return undefined
  }
  return value as Readonly<Record<string, unknown>>
}

/** A header as text; one that came several times is joined. */
export function headerOf(request: HttpRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

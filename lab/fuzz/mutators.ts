import type { Random } from './random.ts'
import { type RawRequest, withBody } from './raw-request.ts'
import { oddJson, oddTexts } from './odd-values.ts'

/** Spoils a request somehow; some of what comes out is still well. */
export type Mutator = (request: RawRequest, random: Random) => RawRequest

type Header = readonly [name: string, value: string]

const withHeaders = (request: RawRequest, headers: readonly Header[]): RawRequest => ({ ...request, headers })

const otherMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'FOO', 'get', '']
const oddPaths = [
  '%zz',
  '%00',
  '%2e%2e',
  '..',
  '.',
  '%252e',
  '%c3%28',
  ';a=b',
  '%20',
  '~',
  '@',
  ':',
  '{id}',
  '%5c',
  '*',
]
const oddTypes = [
  'application/json',
  'application/json; charset=utf-16',
  'text/plain',
  'application/merge-patch+json',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'constructor',
  'application/json, text/plain',
  '/',
  '',
]
const oddHeaders: readonly Header[] = [
  ['Expect', '100-continue'],
  ['Expect', '200-ok'],
  ['If-Match', '*'],
  ['If-Match', '"nothing"'],
  ['If-None-Match', '*'],
  ['Range', 'bytes=0-1'],
  ['Content-Encoding', 'gzip'],
  ['Accept', 'text/csv'],
  ['Accept', 'application/json;q=0'],
  ['Upgrade', 'websocket'],
  ['Prefer', 'code=404'],
  ['Prefer', 'dynamic=true, code=x'],
  ['Origin', 'http://localhost:3000'],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['Cookie', 'a=b; c'],
  ['Date', 'yesterday'],
  ['X-Mock-Session', 'nobody'],
]

/** By name, for the report of what a fuzzer found. */
export const mutators: Readonly<Record<string, Mutator>> = {
  'leaves out a header': (request, random) => {
    const gone = random.below(request.headers.length + 1)
    return withHeaders(
      request,
      request.headers.filter((_, index) => index !== gone),
    )
  },
  'repeats a header': (request, random) =>
    request.headers.length === 0 ? request : withHeaders(request, [...request.headers, random.pick(request.headers)]),
  'adds an odd header': (request, random) => withHeaders(request, [...request.headers, random.pick(oddHeaders)]),
  'changes the value of a header': (request, random) => {
    const at = random.below(request.headers.length + 1)
    const value = random.pick(oddTexts).replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '?')
    return withHeaders(
      request,
      request.headers.map((header, index): Header => (index === at ? [header[0], value] : header)),
    )
  },
  'writes a name of a header otherwise': (request, random) => {
    const at = random.below(request.headers.length + 1)
    const write = random.pick([
      (name: string) => name.toUpperCase(),
      (name: string) => `${name} `,
      (name: string) => `x${name}`,
      (name: string) => name.replace('-', '_'),
    ])
    return withHeaders(
      request,
      request.headers.map((header, index): Header => (index === at ? [write(header[0]), header[1]] : header)),
    )
  },
  'sends a long header': (request, random) =>
    withHeaders(request, [...request.headers, ['X-Long', 'x'.repeat(random.pick([1000, 8000, 20_000]))]]),
  'takes another method': (request, random) => ({ ...request, method: random.pick(otherMethods) }),
  'spoils a segment of the path': (request, random) => {
    const [path = '', ...query] = request.target.split('?')
    const segments = path.split('/')
    const at = random.below(segments.length)
    const odd = random.pick(oddPaths)
    const spoilt = segments.map((each, index) => (index === at ? random.pick([odd, each + odd, odd + each, '']) : each))
    return { ...request, target: [spoilt.join('/') || '/', ...query].join('?') }
  },
  'sends a long path': (request, random) => ({
    ...request,
    target: `${request.target}${'a'.repeat(random.pick([300, 5000, 12_000]))}`,
  }),
  'writes the path otherwise': (request, random) => ({
    ...request,
    target: random.pick([
      `/${request.target}`,
      `${request.target}/`,
      `http://localhost${request.target}`,
      request.target.toUpperCase(),
      `/~nobody${request.target}`,
      request.target.replace(/.$/, (last) => `%${(last.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`),
      `${request.target}#fragment`,
    ]),
  }),
  'adds to the query': (request, random) => {
    const value = encodeURIComponent(Buffer.from(random.pick(oddTexts)).toString())
    const name = random.pick([
      'limit',
      'skip',
      'offset',
      'sort',
      'a[b]',
      '__proto__',
      'constructor',
      '',
      'page',
      'fields',
    ])
    const mark = request.target.includes('?') ? '&' : '?'
    return { ...request, target: `${request.target}${mark}${name}=${random.pick([value, '1e1', '-1', '%', '+', ''])}` }
  },
  'repeats the query': (request) => {
    const [, query] = request.target.split('?')
    return query === undefined
      ? { ...request, target: `${request.target}?&&=&?` }
      : { ...request, target: `${request.target}&${query}` }
  },
  'cuts the body': (request, random) => ({
    ...request,
    body: request.body.subarray(0, random.below(request.body.length + 1)),
  }),
  'goes on after the body': (request, random) => ({
    ...request,
    body: Buffer.concat([
      request.body,
      Buffer.from(random.pick(['}', 'GET / HTTP/1.1\r\n', '\r\n\r\n', '\0\0\0', '{"a":1}'])),
    ]),
  }),
  'changes a byte of the body': (request, random) => {
    const body = Buffer.from(request.body)
    if (body.length > 0) body[random.below(body.length)] = random.below(256)
    return withBody(request, body)
  },
  'puts an odd value into the JSON': (request, random) => oddJson(request, random, 'value'),
  'puts an odd property into the JSON': (request, random) => oddJson(request, random, 'property'),
  'takes another media type': (request, random) => {
    const rest = request.headers.filter(([name]) => name.toLowerCase() !== 'content-type')
    return withHeaders(request, [...rest, ['Content-Type', random.pick(oddTypes)]])
  },
  'sends chunks': (request, random) => {
    const { body } = request
    const size = random.pick([body.length.toString(16), (body.length + 1).toString(16), 'zz', '-1', '0'])
    const chunked = Buffer.concat([Buffer.from(`${size}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')])
    return withHeaders({ ...request, body: chunked, length: undefined }, [
      ...request.headers,
      ['Transfer-Encoding', 'chunked'],
    ])
  },
  'lies about its length': (request, random) => ({
    ...request,
    length: random.pick([0, 1, request.body.length + 10, 99_999_999]),
  }),
  'speaks another version': (request, random) => ({
    ...request,
    version: random.pick(['HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'HTTP/0.9', 'HTTP', '']),
  }),
}

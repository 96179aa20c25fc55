import { gzipSync, deflateRawSync, brotliCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { createTransport, type Exchanged, type OutgoingRequest } from '../../../src/conform/transport/transport.ts'
import { rawServer } from './raw-server.ts'

const get: OutgoingRequest = { method: 'GET', path: '/', headers: [] }
const post: OutgoingRequest = { method: 'POST', path: '/', headers: [], body: '{}' }

/** What comes of one request to a server that says this and, if asked to, hangs up. */
async function outcomeOf(
  said: string | Buffer,
  { hangsUp = false, request = get, maxBytes = 1000 } = {},
): Promise<Exchanged['outcome']> {
  const server = await rawServer((_, socket) => {
    if (!hangsUp) return said
    socket.end(said)
    return undefined
  })
  const transport = createTransport({ baseUrl: server.url, timeoutMs: 500, maxBytes })
  const { outcome } = await transport.send(request)
  transport.close()
  await server.close()
  return outcome
}

const head = (...lines: string[]): string => ['HTTP/1.1 200 OK', ...lines, '', ''].join('\r\n')
const inGzip = (body: Buffer, coding: string): Buffer =>
  Buffer.concat([Buffer.from(head(`content-encoding: ${coding}`, `content-length: ${body.length}`)), body])

describe('an answer', () => {
  test.each<[string, string | Buffer, boolean, string]>([
    ['with a length', `${head('content-length: 4')}here`, false, 'here'],
    [
      'in chunks',
      `${head('transfer-encoding: chunked')}2;x=y\r\nhe\r\n2\r\nre\r\n0\r\ntrailer: x\r\n\r\n`,
      false,
      'here',
    ],
    ['up to the end of the connection', `${head('x: y')}here`, true, 'here'],
    [
      'after a preliminary one',
      `HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${head('content-length: 4')}here`,
      false,
      'here',
    ],
    ['with bare line feeds', 'HTTP/1.1 200 OK\ncontent-length: 4\n\nhere', false, 'here'],
    ['in gzip', inGzip(gzipSync('here'), 'gzip'), false, 'here'],
    ['in raw deflate', inGzip(deflateRawSync('here'), 'deflate'), false, 'here'],
    ['in br', inGzip(brotliCompressSync('here'), 'br'), false, 'here'],
    ['without a body', 'HTTP/1.1 204 No Content\r\n\r\n', false, ''],
  ])('%s is read', async (_, said, hangsUp, text) => {
    expect(await outcomeOf(said, { hangsUp })).toMatchObject({ kind: 'answer', text })
  })

  test('comes in any pieces', async () => {
    const said = `${head('transfer-encoding: chunked')}2\r\nhe\r\n2\r\nre\r\n0\r\n\r\n`
    const server = await rawServer((_, socket) => {
      const next = (at: number): void => {
        if (at < said.length) socket.write(said.slice(at, at + 1), () => next(at + 1))
      }
      next(0)
      return undefined
    })
    const transport = createTransport({ baseUrl: server.url })
    expect((await transport.send(get)).outcome).toMatchObject({ status: 200, text: 'here' })
    transport.close()
    await server.close()
  })

  test('has its headers by lower-case name, joined but for those that come once', async () => {
    const said = head(
      'Vary: a',
      'VARY: b',
      'Content-Type: text/plain',
      'content-type: text/html',
      'X:   y  ',
      'content-length: 0',
    )
    expect(await outcomeOf(said)).toMatchObject({
      headers: { vary: 'a, b', 'content-type': 'text/plain', x: 'y', 'content-length': '0' },
    })
  })

  test('to HEAD shows the body that it must not have', async () => {
    const request = { ...get, method: 'HEAD' }
    expect(await outcomeOf(head('content-length: 4'), { request })).toMatchObject({ kind: 'answer', text: '' })
    expect(await outcomeOf(`${head('content-length: 4')}here`, { request })).toMatchObject({ text: 'here' })
  })
})

describe('what is no answer is named for what it is', () => {
  test.each<[string, boolean, string, RegExp]>([
    [
      '220 smtp ready\r\n',
      false,
      'EFRAMING',
      /does not start with a status line of HTTP\/1.1 but with "220 smtp ready"/,
    ],
    [`\uFEFF${head('content-length: 0')}`, false, 'EFRAMING', /does not start with a status line/],
    [head('content-length: 4', 'content-length: 5'), false, 'EFRAMING', /two different Content-Lengths/],
    [head('content-length: four'), false, 'EFRAMING', /Content-Length is no number/],
    [
      head('content-length: 4', 'transfer-encoding: chunked'),
      false,
      'EFRAMING',
      /both Content-Length and Transfer-Encoding/,
    ],
    [head('no header at all'), false, 'EFRAMING', /a line in its head that is no header: "no header at all"/],
    [`${head('content-length: 2')}here`, false, 'EFRAMING', /goes on after the end that its Content-Length tells/],
    [`${head('transfer-encoding: chunked')}zz\r\n`, false, 'EFRAMING', /chunks have no valid lengths/],
    [`${head('transfer-encoding: chunked')}2\r\nhere\r\n`, false, 'EFRAMING', /chunks have no valid lengths/],
    [`${head('content-length: 9')}half`, true, 'EABORTED', /broke off after 4 of 9 bytes of its body/],
    ['HTTP/1.1 200 OK\r\ncontent-', true, 'EABORTED', /broke off in its head/],
    [`${head('transfer-encoding: chunked')}2\r\nhe\r\n`, true, 'EABORTED', /broke off after 2 bytes/],
    [`${head('content-encoding: gzip', 'content-length: 4')}here`, false, 'EENCODING', /the body is not gzip/],
    [head('content-length: 1001'), false, 'EMSGSIZE', /longer than 1000 bytes/],
    [`${head('x: y')}${'x'.repeat(1001)}`, false, 'EMSGSIZE', /longer than 1000 bytes/],
    ['', true, 'ECONNRESET', /closed without an answer/],
  ])('%j', async (said, hangsUp, code, message) => {
    expect(await outcomeOf(said, { hangsUp })).toEqual({
      kind: 'no-answer',
      code,
      message: expect.stringMatching(message),
    })
  })

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('an answer that unpacks from %s to more than is taken', async (coding, pack) => {
    const said = inGzip(pack(Buffer.alloc(50_000)), coding)
    expect(await outcomeOf(said)).toMatchObject({
      code: 'EMSGSIZE',
      message: expect.stringContaining(`unpacked from ${coding}`),
    })
  })
})

describe('a request', () => {
  test('goes out with its headers in their order and case, and a length where there is one', async () => {
    const server = await rawServer(() => head('content-length: 0'))
    const transport = createTransport({ baseUrl: `${server.url}/below/`, headers: { 'x-default': 'd', b: 'no' } })
    const headers = [
      ['B', '1'],
      ['a', '2'],
      ['B', '3'],
    ] as const
    await transport.send({ method: 'PUT', path: '/ä b?q=%20', headers, body: 'ö' })
    await transport.send({ method: 'GET', path: '/', headers: [] })
    transport.close()
    await server.close()
    const host = new URL(server.url).host
    expect(server.requests.map(({ text }) => text)).toEqual([
      `PUT /below/%C3%A4%20b?q=%20 HTTP/1.1\r\nhost: ${host}\r\nB: 1\r\na: 2\r\nB: 3\r\nx-default: d\r\ncontent-length: 2\r\n\r\n\u00c3\u00b6`,
      `GET /below/ HTTP/1.1\r\nhost: ${host}\r\nx-default: d\r\nb: no\r\n\r\n`,
    ])
  })

  test('keeps a wrong length of its own', async () => {
    const server = await rawServer(() => head('content-length: 0'))
    const transport = createTransport({ baseUrl: server.url })
    await transport.send({ method: 'POST', path: '/', headers: [['Content-Length', '1']], body: '{}' })
    transport.close()
    await server.close()
    expect(server.requests[0]?.text).toMatch(/^POST \/ HTTP\/1.1\r\nhost: \S+\r\nContent-Length: 1\r\n\r\n\{\}$/)
  })

  test('with a line break in a header is not sent', async () => {
    const transport = createTransport({ baseUrl: 'http://127.0.0.1:1' })
    await expect(transport.send({ ...get, headers: [['x', 'a\r\nb: c']] })).rejects.toThrow('line break')
    transport.close()
  })

  test.each<[string, OutgoingRequest, boolean]>([
    ['GET', get, true],
    ['HEAD', { ...get, method: 'HEAD' }, true],
    ['PUT', { ...post, method: 'PUT' }, true],
    ['DELETE', { ...get, method: 'DELETE' }, true],
    ['POST', post, false],
    ['PATCH', { ...post, method: 'PATCH' }, false],
  ])('%s on a connection that was closed in between is repeated: %j', async (_, request, isRepeated) => {
    const server = await rawServer((count, socket) => {
      if (count === 2) socket.destroy()
      return head('content-length: 0')
    })
    const transport = createTransport({ baseUrl: server.url, connections: 1 })
    await transport.send(get)
    const { outcome } = await transport.send(request)
    expect(outcome).toMatchObject(
      isRepeated ? { kind: 'answer', status: 200 } : { kind: 'no-answer', code: 'ECONNRESET' },
    )
    expect([transport.count, transport.repeated]).toEqual([2, isRepeated ? 1 : 0])
    expect(server.requests.map(({ connection }) => connection)).toEqual(isRepeated ? [0, 0, 1] : [0, 0])
    transport.close()
    await server.close()
  })

  test('on a new connection is never repeated', async () => {
    const server = await rawServer((_, socket) => void socket.destroy())
    const transport = createTransport({ baseUrl: server.url })
    expect((await transport.send(get)).outcome).toMatchObject({ kind: 'no-answer', code: 'ECONNRESET' })
    expect([server.requests.length, transport.repeated]).toEqual([1, 0])
    transport.close()
    await server.close()
  })

  test('that got the beginning of an answer is never repeated', async () => {
    const server = await rawServer((count, socket) => {
      if (count === 1) return head('content-length: 0')
      socket.end('HTTP/1.1 2')
      return undefined
    })
    const transport = createTransport({ baseUrl: server.url, connections: 1 })
    await transport.send(get)
    expect((await transport.send(get)).outcome).toMatchObject({ kind: 'no-answer', code: 'EABORTED' })
    expect(server.requests).toHaveLength(2)
    transport.close()
    await server.close()
  })

  test('uses no more connections than it may', async () => {
    const server = await rawServer(() => head('content-length: 0'))
    const transport = createTransport({ baseUrl: server.url, connections: 2 })
    await Promise.all(Array.from({ length: 20 }, () => transport.send(get)))
    expect(new Set(server.requests.map(({ connection }) => connection))).toEqual(new Set([0, 1]))
    transport.close()
    await server.close()
  })
})

describe('a server that limits the rate', () => {
  test.each([429, 503])('with %i and Retry-After is waited for, and the waits are counted', async (status) => {
    const server = await rawServer((count) =>
      count < 3 ? `HTTP/1.1 ${status} Wait\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n` : head('content-length: 0'),
    )
    const transport = createTransport({ baseUrl: server.url })
    expect((await transport.send(post)).outcome).toMatchObject({ status: 200 })
    expect([transport.count, transport.waits]).toEqual([3, 2])
    transport.close()
    await server.close()
  })

  test.each(['0', '3600'])(
    'for ever, or with Retry-After: %s, ends the run with a word of the rate',
    async (seconds) => {
      const server = await rawServer(
        () => `HTTP/1.1 429 Too Many\r\nretry-after: ${seconds}\r\ncontent-length: 0\r\n\r\n`,
      )
      const transport = createTransport({ baseUrl: server.url })
      await expect(transport.send(get)).rejects.toMatchObject({
        code: 'TARGET_UNREACHABLE',
        exitCode: 3,
        message: expect.stringContaining('limits the rate of requests: 429'),
      })
      transport.close()
      await server.close()
    },
  )

  test('without Retry-After is answered as it is', async () => {
    expect(await outcomeOf('HTTP/1.1 429 Too Many\r\ncontent-length: 0\r\n\r\n')).toMatchObject({ status: 429 })
  })
})

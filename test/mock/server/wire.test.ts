import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../../src/index.ts'
import { createProxy, type Proxy } from '../../../src/proxy/proxy.ts'
import { keeper, petsFolders } from '../../support/pets.ts'
import { rawExchange, statusesIn } from '../../support/raw-http.ts'

const { openapi, fixtures } = petsFolders()
let mock: Understudy
let proxy: Proxy

beforeAll(async () => {
  mock = await createUnderstudy({ openapi, fixtures })
  const [api] = mock.apis
  if (!api) throw new Error('no API')
  proxy = await createProxy({ api, upstream: mock.url })
})
afterAll(async () => {
  expect(mock.violations()).toEqual([])
  await proxy.close()
  await mock.close()
})
beforeEach(() => mock.reset())

const head = ['Host: localhost', ...Object.entries(keeper).map(([name, value]) => `${name}: ${value}`)]
const body = JSON.stringify({ name: 'Bo', kind: 'dog' })
const post = [
  'POST /pets HTTP/1.1',
  ...head,
  'Content-Type: application/json',
  `Content-Length: ${body.length}`,
  '',
  body,
].join('\r\n')
const get = ['GET /pets HTTP/1.1', ...head, '', ''].join('\r\n')
const all = (): boolean => false

describe.each([
  ['a mock', () => mock.url],
  ['a proxy', () => proxy.url],
])('%s', (_, url) => {
  const sent = (bytes: string) => rawExchange(url(), bytes, all)

  test.each([
    ['a body that is longer than announced', `${post}}}`],
    ['a long body of a request that calls itself HTTP/2.0', `${post.replace('HTTP/1.1', 'HTTP/2.0')}}`],
    ['bytes after a request without a body', `${get}{"name":"Bo"}`],
    ['half a request after a whole one', `${get}GET /pets HTTP/1.1\r\nHost localhost\r\n\r\n`],
    ['bytes after the last of two requests', `${get}${post}nonsense\r\n\r\n`],
    [
      'bytes after the last chunk',
      post.replace(
        /Content-Length.*/s,
        `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\nmore`,
      ),
    ],
  ])('sends the own answer of a request before it refuses %s', async (_name, bytes) => {
    const answer = await sent(bytes)
    const own = bytes.startsWith('POST') ? [201] : bytes.includes('POST') ? [200, 201] : [200]
    expect(statusesIn(answer)).toEqual([...own, 400])
    expect(answer).toMatch(/There are bytes after the request[^]*$/)
  })

  test('refuses a body whose chunks are none, and carries nothing out', async () => {
    const bytes = post.replace(/Content-Length.*/s, 'Transfer-Encoding: chunked\r\n\r\nzz\r\n')
    expect(statusesIn(await sent(bytes))).toEqual([400])
    expect((await mock.inject({ url: '/pets', headers: keeper })).json()).toMatchObject({ total: 3 })
  })

  test('writes the reason phrase of what it could not read', async () => {
    expect(await sent('hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(await sent(`GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/,
    )
  })

  test('answers all that a client sends ahead', async () => {
    const before = mock.requests().length
    const { hostname, port } = new URL(url())
    const socket = connect(Number(port), hostname)
    const answers = await new Promise<number>((resolve) => {
      let received = ''
      socket.on('data', (chunk: Buffer) => {
        received += chunk.toString()
        if (statusesIn(received).length === 200) resolve(200)
      })
      socket.write(get.repeat(200))
    })
    socket.destroy()
    expect(answers).toBe(200)
    expect(mock.requests().length - before).toBe(200)
  })
})

test.each([
  ['a body', post.slice(0, -5)],
  ['headers', get.slice(0, 30)],
])('a mock answers %s that does not arrive with 408', async (_, bytes) => {
  const impatient = await createUnderstudy({ openapi, fixtures, requestTimeoutMs: 50 })
  const answer = await rawExchange(impatient.url, bytes, all)
  expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
  expect(answer).toContain('"detail":"The request took too long to arrive."')
  await impatient.close()
})

test('a client that sends ahead and reads no answers costs a few answers, not one for each request', async () => {
  const crowd = await createUnderstudy({ openapi, fixtures, records: 2000, journalEntries: 10_000 })
  const { hostname, port } = new URL(crowd.url)
  const socket = connect(Number(port), hostname)
  socket.pause()
  const list = get.replace('/pets', '/pets?limit=100')
  await new Promise<void>((resolve) => socket.write(list.repeat(2000), () => resolve()))
  // Answers of 12 kB each: those that fit into the buffers of the connection are made, and then no more.
  const seen = async (): Promise<number> =>
    (await crowd.inject('/__mock/requests?limit=1')).json<{ total: number }>().total
  let settled = -1
  for (let now = await seen(); now !== settled; now = await seen()) {
    settled = now
    await new Promise((resolve) => setImmediate(resolve))
    await fetch(`${crowd.url}/__mock/health`)
  }
  expect(settled).toBeGreaterThan(0)
  expect(settled).toBeLessThan(1500)
  socket.destroy()
  await crowd.close()
})

test('a mock that is closed with grace lets what is under way finish', async () => {
  const graceful = await createUnderstudy({ openapi, fixtures })
  graceful.fault({ kind: 'delay', delayMs: 150 })
  const answer = fetch(`${graceful.url}/pets`, { headers: keeper })
  const hits = async (): Promise<unknown> =>
    (await graceful.inject('/__mock/faults')).json<{ faults: { hits?: number }[] }>().faults[0]?.hits
  while ((await hits()) === 0) await new Promise((resolve) => setImmediate(resolve))
  await graceful.close({ graceMs: 2000 })
  expect((await answer).status).toBe(200)
})

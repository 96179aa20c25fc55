import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { watchUnderstudy } from '../../../src/assembly/watch.ts'
import { createUnderstudy, type Understudy } from '../../../src/index.ts'
import { ownCertificate } from '../../../src/mock/server/certificate.ts'
import { createProxy, type Proxy } from '../../../src/proxy/proxy.ts'
import { folderWith, keeper, petsFolders } from '../../support/pets.ts'
import { connect, rawExchange, statusesIn } from '../../support/raw-http.ts'

const { openapi, fixtures } = petsFolders()
let mock: Understudy
let proxy: Proxy
let watched: Understudy
let secure: Understudy

beforeAll(async () => {
  mock = await createUnderstudy({ openapi, fixtures })
  const [api] = mock.apis
  if (!api) throw new Error('no API')
  proxy = await createProxy({ api, upstream: mock.url })
  watched = await watchUnderstudy({ openapi, fixtures }, () => undefined)
  secure = await createUnderstudy({ openapi, fixtures, https: await certificate() })
})
afterAll(async () => {
  expect(mock.violations()).toEqual([])
  await proxy.close()
  for (const each of [mock, watched, secure]) await each.close()
})
beforeEach(() => {
  for (const each of [mock, watched, secure]) each.reset()
})

function certificate() {
  return ownCertificate(join(folderWith({}), 'certificate'))
}

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
  ['a mock', () => mock],
  ['a proxy', () => ({ ...mock, url: proxy.url })],
  ['a mock that watches its files', () => watched],
  ['a mock that speaks HTTPS', () => secure],
])('%s', (_, server) => {
  const url = (): string => server().url
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
    expect((await server().inject({ url: '/pets', headers: keeper })).json()).toMatchObject({ total: 3 })
  })

  test('writes the reason phrase of what it could not read', async () => {
    expect(await sent('hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(await sent(`GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/,
    )
  })

  test('answers all that a client sends ahead', async () => {
    const before = server().requests().length
    const socket = connect(url())
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
    expect(server().requests().length - before).toBe(200)
  })
})

const impatience = { openapi, fixtures, requestTimeoutMs: 50 }
describe.each([
  ['a mock', () => createUnderstudy(impatience)],
  ['a mock that watches its files', () => watchUnderstudy(impatience, () => undefined)],
  ['a mock that speaks HTTPS', async () => createUnderstudy({ ...impatience, https: await certificate() })],
])('%s answers with 408', (_mock, start) => {
  test.each([
    ['a body', post.slice(0, -5)],
    ['headers', get.slice(0, 30)],
  ])('%s that does not arrive', async (_, bytes) => {
    const impatient = await start()
    const answer = await rawExchange(impatient.url, bytes, all)
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
    expect(answer).toContain('"detail":"The request took too long to arrive."')
    await impatient.close()
  })
})

test('a client that sends ahead and reads no answers costs a few answers, not one for each request', async () => {
  const crowd = await createUnderstudy({ openapi, fixtures, records: 2000, journalEntries: 10_000 })
  const socket = connect(crowd.url)
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

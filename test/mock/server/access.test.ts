import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../../src/index.ts'
import { createAccessPolicy, isAllowedHost, originStanding } from '../../../src/mock/server/access.ts'
import { createProxy, type Proxy } from '../../../src/proxy/proxy.ts'
import { petsFolders } from '../../support/pets.ts'
import { rawExchange, statusesIn } from '../../support/raw-http.ts'

const allowed = [
  'localhost',
  'localhost:80',
  'LOCALHOST:4010',
  'localhost.',
  'app.localhost:4010',
  'a.b.LocalHost',
  '127.0.0.1',
  '127.0.0.1:1',
  '127.0.0.1.',
  '192.168.1.20:65535',
  '[::1]',
  '[::1]:80',
  '[FE80::1]:80',
  '[::ffff:127.0.0.1]',
  'mock.example',
  'MOCK.example.:443',
]
const denied = [
  '',
  ' ',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  'evil.example',
  'evillocalhost',
  'notmock.example',
  'mock.example.evil.example',
  'localhost@evil.example',
  'localhost/evil.example',
  'localhost:80:80',
  'localhost:port',
  'localhost, localhost',
  '.localhost.evil',
  '::1',
  '[::1',
  '[localhost]',
  '[::1].evil.example',
  '999.0.0.1',
  'mock',
  '%6cocalhost',
  'ｌocalhost',
]
const policy = createAccessPolicy({ allowHosts: ['mock.example'], origins: ['https://app.example/', 'null'] })

describe('the host of a request', () => {
  test.each(allowed)('%j is let in', (host) => expect(isAllowedHost(host, policy)).toBe(true))
  test.each(denied)('%j is refused', (host) => expect(isAllowedHost(host, policy)).toBe(false))
  test('may be missing, as in HTTP/1.0', () => expect(isAllowedHost(undefined, policy)).toBe(true))

  test('may be a name without a dot where the server listens for other machines, as containers do', () => {
    const container = createAccessPolicy({ host: '0.0.0.0' })
    expect(['mock:4010', 'evil.example:4010'].map((host) => isAllowedHost(host, container))).toEqual([true, false])
  })

  test('may be the name that the server was told to listen on', () => {
    expect(isAllowedHost('Box.lan:4010', createAccessPolicy({ host: 'box.lan' }))).toBe(true)
  })
})

describe('the origin of a request', () => {
  test.each([
    [undefined, 'none'],
    ['http://192.168.1.20:3000', 'same'],
    ['http://localhost:5173', 'loopback'],
    ['https://app.localhost', 'loopback'],
    ['http://127.0.0.1:1', 'loopback'],
    ['http://[::1]:5173', 'loopback'],
    ['https://app.example', 'allowed'],
    ['null', 'allowed'],
    ['http://app.example', 'foreign'],
    ['http://192.168.1.21:3000', 'foreign'],
    ['http://localhost.evil.example', 'foreign'],
    ['http://localhost@evil.example', 'foreign'],
    ['http://localhost/evil', 'foreign'],
    ['http://127.0.0.1.evil.example', 'foreign'],
    ['http://localhost, http://evil.example', 'foreign'],
    ['file://', 'foreign'],
    ['chrome-extension://localhost', 'foreign'],
    ['', 'foreign'],
  ])('%j is %s', (origin, standing) => {
    expect(originStanding(origin, '192.168.1.20:4010', policy)).toBe(standing)
  })
})

const { openapi, fixtures } = petsFolders()
let mock: Understudy
let proxy: Proxy

beforeAll(async () => {
  mock = await createUnderstudy({ openapi, fixtures, allowHosts: ['mock.example'] })
  const [api] = mock.apis
  if (!api) throw new Error('no API')
  proxy = await createProxy({ api, upstream: mock.url, allowHosts: ['mock.example'] })
})
afterAll(async () => {
  await proxy.close()
  await mock.close()
})

const ask = async (url: string, line: string, ...headers: string[]): Promise<string> =>
  rawExchange(url, `${line}\r\n${headers.map((each) => `${each}\r\n`).join('')}\r\n`, (all) => /\r\n\r\n[^]/.test(all))
const servers = [
  ['a mock', () => mock.url],
  ['a proxy', () => proxy.url],
] as const

describe.each(servers)('%s', (_name, url) => {
  const status = async (line: string, ...headers: string[]): Promise<number | undefined> =>
    statusesIn(await ask(url(), line, 'Connection: close', ...headers))[0]

  test('answers the names that are its own', async () => {
    const get = (host: string) => status('GET /__mock/violations HTTP/1.1', `Host: ${host}`)
    expect(await Promise.all(allowed.map(get))).toEqual(allowed.map(() => 200))
  })

  test.each(['/__mock/violations', '/pets', '/docs', '/', '/nothing', '/~none/pets', '/%zz', '*'])(
    'refuses every other name on %s',
    async (path) => {
      const hosts = denied.filter((each) => /^[!-~]*$/.test(each))
      const get = (host: string) => status(`OPTIONS ${path} HTTP/1.1`, `Host: ${host}`)
      expect(await Promise.all(hosts.map(get))).toEqual(hosts.map(() => 403))
    },
  )

  test('names the flag, the kind of the refusal and the host', async () => {
    const answer = await ask(url(), 'GET /pets HTTP/1.1', 'Host: evil.example')
    expect(answer).toContain('x-mock-refused-by: security')
    expect(answer).toContain(
      'The host \\"evil.example\\" is no name of this server. If it should be one, start it with --allow-host evil.example',
    )
  })

  test('judges the host of a target in absolute form, too', async () => {
    const target = (host: string) => status(`GET http://${host}/__mock/violations HTTP/1.1`, 'Host: localhost')
    expect(await target('evil.example')).toBe(403)
    expect(await target('localhost')).toBe(200)
  })

  test('takes HTTP/1.0 without a host, and refuses two hosts', async () => {
    expect(await status('GET /__mock/violations HTTP/1.0')).toBe(200)
    expect(await status('GET /__mock/violations HTTP/1.1', 'Host: localhost', 'Host: localhost')).toBe(400)
  })

  const local = 'Host: localhost'
  test.each([
    ['GET /__mock/violations', 'http://localhost:5173', 200],
    ['GET /__mock/violations', 'https://evil.example', 403],
    ['GET /__mock/violations', 'null', 403],
    ['GET /%5F_mock/violations', 'null', 403],
    ['GET http://localhost/__mock/violations', 'null', 403],
    ['DELETE /__mock/requests', 'https://evil.example', 403],
    ['DELETE /__mock/requests', 'http://localhost:5173', 204],
    ['DELETE /pets/1', 'https://evil.example', 403],
    ['POST /pets', 'null', 403],
    ['OPTIONS /pets', 'https://evil.example', 204],
  ])('answers %s from a page at %s with %i', async (line, origin, expected) => {
    expect(await status(`${line} HTTP/1.1`, local, `Origin: ${origin}`)).toBe(expected)
  })

  test('refuses a write from another site that hides its origin', async () => {
    const from = (site: string) => status('DELETE /__mock/requests HTTP/1.1', local, `Sec-Fetch-Site: ${site}`)
    expect([await from('cross-site'), await from('same-origin'), await from('none')]).toEqual([403, 204, 204])
  })
})

test('a session is steered by no foreign page through its prefix', async () => {
  const { id } = (await (await fetch(`${mock.url}/__mock/sessions`, { method: 'POST' })).json()) as { id: string }
  const answer = await ask(mock.url, `GET /~${id}/__mock/state HTTP/1.1`, 'Host: localhost', 'Origin: null')
  expect(statusesIn(answer)).toEqual([403])
})

test.each(['http://mock.example', 'mock.example:80', '', 'a b', 'mock/path'])(
  'a start with the host name %j is refused',
  async (name) => {
    await expect(createUnderstudy({ listen: false, openapi, allowHosts: [name] })).rejects.toThrow(
      /^--allow-host: is no name such as mock\.example/,
    )
  },
)

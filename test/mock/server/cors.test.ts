import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../../src/index.ts'
import { runHere } from '../../support/cli.ts'
import { folderWith, keeper, pets, petsFolders, petsSpec } from '../../support/pets.ts'

const page = 'http://localhost:5173'
const optionsOfSpec = petsSpec.replace(
  '  /pets/{petId}:\n',
  `  /pets/{petId}:
    options:
      operationId: askPet
      responses: { '204': { description: What a pet can do., headers: { Allow: { schema: { type: string } } } } }
`,
)

let mock: Understudy
let strict: Understudy
beforeAll(async () => {
  mock = await createUnderstudy({ ...petsFolders(optionsOfSpec), listen: false, cors: ['https://app.example'] })
  strict = await createUnderstudy({ ...petsFolders(), listen: false, cors: false })
})
beforeEach(() => mock.reset())
afterAll(async () => {
  await mock.close()
  await strict.close()
})

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'

const ask = (url: string, method: string, headers: Record<string, string> = {}) =>
  mock.inject({
    method: 'OPTIONS',
    url,
    headers: { origin: page, 'access-control-request-method': method, ...headers },
  })

describe('a preflight', () => {
  test.each([
    ['/pets', 'POST'],
    [`/pets/${pets[0]?.id}`, 'PATCH'],
    [`/pets/${pets[0]?.id}`, 'DELETE'],
    ['/pets', 'PUT'],
    ['/nothing', 'GET'],
    ['/~t1/pets', 'POST'],
    ['/~nobody/pets', 'POST'],
    ['/__mock/sessions', 'POST'],
    ['/docs', 'GET'],
    ['/pets/%zz', 'GET'],
  ])('for %s %s is granted to a page on this machine', async (url, method) => {
    const answer = await ask(url, method, { 'access-control-request-headers': 'authorization, content-type' })
    expect(answer.statusCode).toBe(204)
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
      'access-control-allow-headers': 'authorization, content-type',
      vary: expect.stringMatching(/^Origin/),
    })
    expect(answer.headers).not.toHaveProperty('x-mock-refused-by')
  })

  test('strikes no fault and leaves no trace', async () => {
    const { end } = mock.fault({ kind: 'status', status: 503 })
    expect((await ask('/pets', 'POST')).statusCode).toBe(204)
    end()
    expect(mock.requests()).toEqual([])
  })

  test('lets a page of the internet into a private network only where the page was named', async () => {
    const wish = { 'access-control-request-private-network': 'true' }
    const named = await ask('/pets', 'POST', { ...wish, origin: 'https://app.example' })
    expect(named.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-private-network': 'true',
    })
    const hostile = await ask('/pets', 'POST', { ...wish, origin: 'https://evil.example' })
    expect(Object.keys(hostile.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    expect((await ask('/pets', 'POST')).headers).not.toHaveProperty('access-control-allow-private-network')
  })

  test('is not what an OPTIONS without an Origin is', async () => {
    const own = await mock.inject({ method: 'OPTIONS', url: `/pets/${pets[0]?.id}`, headers: keeper })
    expect(own.statusCode).toBe(204)
    expect(mock.requests()).toMatchObject([{ operationId: 'askPet' }])
    const plain = await mock.inject({ method: 'OPTIONS', url: '/pets' })
    expect(plain.headers).toMatchObject({ allow: 'GET, HEAD, POST, OPTIONS' })
    expect(plain.headers).not.toHaveProperty('vary')
  })
})

describe('an answer', () => {
  const send = (method: Method, url: string, headers: Record<string, string>, payload?: string) =>
    mock.inject({ method, url, headers: { origin: page, ...headers }, ...(payload !== undefined && { payload }) })
  const json = { ...keeper, 'content-type': 'application/json' }

  test.each<[number, Method, string, Record<string, string>, string?]>([
    [200, 'GET', '/pets', keeper],
    [201, 'POST', '/pets', json, '{"name":"Rex","kind":"dog"}'],
    [400, 'POST', '/pets', json, '{'],
    [401, 'GET', '/pets', {}],
    [404, 'GET', '/nothing', {}],
    [404, 'GET', '/~nobody/pets', keeper],
    [405, 'PUT', '/pets', json, '{}'],
    [413, 'POST', '/pets', json, 'x'.repeat(1024 * 1024 + 1)],
    [415, 'POST', '/pets', { ...keeper, 'content-type': 'text/plain' }, 'x'],
    [200, 'GET', '/docs', {}],
    [200, 'GET', '/__mock/health', {}],
    [204, 'OPTIONS', '/pets', {}],
  ])(
    'of %i to %s %s can be read by a page on this machine, with every header',
    async (status, method, url, ...rest) => {
      const { statusCode, headers } = await send(method, url, ...rest)
      expect(statusCode).toBe(status)
      expect(headers['access-control-allow-origin']).toBe(page)
      expect(String(headers['vary'])).toMatch(/\bOrigin$/)
      const exposed = String(headers['access-control-expose-headers']).split(', ')
      const own = Object.keys(headers).filter((name) => !/^access-control|^vary$|^connection$/.test(name))
      expect(exposed).toEqual(expect.arrayContaining(own))
    },
  )

  test('that a fault spoils can be read, too', async () => {
    const { end } = mock.fault({ kind: 'content-type' })
    const { headers } = await send('GET', '/pets', keeper)
    end()
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'access-control-allow-origin': page })
  })

  test.each(['https://evil.example', 'null', 'http://localhost.evil.example', 'http://127.0.0.1.evil.example'])(
    'cannot be read by a page at %s, which cannot write either',
    async (origin) => {
      const read = await send('GET', '/pets', { ...keeper, origin })
      expect(read.headers).not.toHaveProperty('access-control-allow-origin')
      expect(read.headers).toMatchObject({ vary: 'Origin' })
      const write = await send('POST', '/pets', { ...json, origin }, '{"name":"Rex","kind":"dog"}')
      expect(write.statusCode).toBe(403)
      expect((await send('GET', '/__mock/state', { origin })).statusCode).toBe(403)
    },
  )

  test.each(['/pets', '/nothing', '/docs', '/__mock/health'])(
    'at %s tells a cache that an Origin would matter, and nothing else to who sends none',
    async (url) => {
      const { headers } = await mock.inject({ url, headers: keeper })
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
      expect(String(headers['vary'])).toMatch(/\bOrigin$/)
      const plain = await strict.inject({ url, headers: keeper })
      expect(plain.headers['vary'] ?? '').not.toContain('Origin')
    },
  )
})

test('--no-cors lets no page read', async () => {
  const answer = await strict.inject({ url: '/pets', headers: { ...keeper, origin: page } })
  expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
  const headers = { origin: page, 'access-control-request-method': 'POST' }
  const preflight = await strict.inject({ method: 'OPTIONS', url: '/pets', headers })
  expect(preflight.headers).toMatchObject({ allow: 'GET, HEAD, POST, OPTIONS' })
  expect(preflight.headers).not.toHaveProperty('access-control-allow-origin')
})

test.each([
  ['*', '--cors: would let every page steer the mock; name the origins, such as https://app.example:8080'],
  ['app.example', '--cors: is no origin: "app.example", such as https://app.example:8080'],
  ['https://app.example/path', '--cors: is no origin: "https://app.example/path", such as https://app.example:8080'],
])('--cors %s is refused', async (origin, message) => {
  const openapi = folderWith({ 'pets.yaml': petsSpec })
  const { code, stderr } = await runHere('serve', '--port', '0', '--openapi', openapi, '--cors', origin)
  expect({ code, stderr }).toEqual({ code: 2, stderr: `understudy: ${message}\n` })
})

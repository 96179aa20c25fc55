import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createUnderstudy, type NewOverride, type Understudy } from '../../src/index.ts'
import { documentedPost, firstInteraction, ids } from '../apis/polis-client.ts'

const user = { authorization: 'Bearer polis-user-a' }
const json = { 'content-type': 'application/json' }
const documented = `/v2/interactions/${ids.first}`
const other = `/v2/interactions/${ids.second}`

let mock: Understudy

beforeAll(async () => {
  mock = await createUnderstudy({ apis: ['polis', 'digitalchalk'], listen: false })
})

beforeEach(() => mock.reset())

afterAll(() => {
  expect(mock.violations()).toEqual([])
  return mock.close()
})

const get = (url: string, headers: Record<string, string> = user) => mock.inject({ url, headers })
const post = (payload: object | string, headers: Record<string, string> = user) =>
  mock.inject({ method: 'POST', url: '/v2/interactions', headers: { ...headers, ...json }, payload })
const add = (payload: object) => mock.inject({ method: 'POST', url: '/__mock/overrides', headers: json, payload })
const statuses = async (...requests: (() => Promise<{ statusCode: number }>)[]): Promise<number[]> => {
  const answers = []
  for (const request of requests) answers.push((await request()).statusCode)
  return answers
}

const notThere = { operationId: 'getInteraction', status: 404 } as const

describe('an override', () => {
  test('replaces the answer of its operation until it is removed', async () => {
    const { statusCode, body } = await add(notThere)
    expect([statusCode, JSON.parse(body)]).toEqual([
      201,
      expect.objectContaining({ id: 'override-1', operationId: 'getInteraction', status: 404, hits: 0 }),
    ])
    expect(
      await statuses(
        () => get(documented),
        () => get(documented),
        () => post(documentedPost),
      ),
    ).toEqual([404, 404, 201])
    expect((await mock.inject('/__mock/overrides')).json()).toMatchObject({
      overrides: [{ id: 'override-1', hits: 2 }],
    })
    await mock.inject({ method: 'DELETE', url: '/__mock/overrides/override-1' })
    expect((await get(documented)).statusCode).toBe(200)
  })

  test('answers once, then the mock is back', async () => {
    await add({ ...notThere, times: 1 })
    expect(
      await statuses(
        () => get(documented),
        () => get(documented),
      ),
    ).toEqual([404, 200])
  })

  test('answers with the status, headers and body that it is given, and nothing happens in the mock', async () => {
    const body = { ...firstInteraction, customerId: ids.customer }
    await add({ operationId: 'createInteraction', status: 201, headers: { 'X-Trace': 'abc' }, body })
    const answer = await post({ whatever: true }, {})
    expect([answer.statusCode, answer.json(), answer.headers['x-trace']]).toEqual([201, body, 'abc'])
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    expect(answer.headers['location']).toMatch(/^\/v2\/interactions\//)
    expect(mock.state('polis', 'interactions')).toHaveLength(4)
  })

  test('answers with a documented example by its name', async () => {
    await add({ operationId: 'listInteractions', example: 'documented' })
    const answer = await get('/v2/interactions', {})
    expect([answer.statusCode, answer.json<{ items?: object }>()]).toEqual([200, expect.any(Object)])
    expect((await mock.inject('/__mock/overrides')).json()).toMatchObject({
      overrides: [{ example: 'documented', status: 200, body: answer.json<object>() }],
    })
  })

  test('of a refusal has the error body that the spec declares, and its challenge', async () => {
    await add({ operationId: 'getInteraction', status: 401 })
    const answer = await get(documented)
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Bearer/i)])
    expect(answer.headers['x-mock-refused-by']).toBeUndefined()
  })

  test('may break the spec when it says so', async () => {
    await add({ operationId: 'getInteraction', status: 418, body: 'short and stout', unchecked: true })
    const answer = await get(documented)
    expect([answer.statusCode, answer.body, answer.headers['content-type']]).toEqual([
      418,
      'short and stout',
      'text/plain; charset=utf-8',
    ])
    expect(mock.violations()).toEqual([])
  })
})

describe('the matcher', () => {
  const answers = async (match: object, request: InjectOptions): Promise<boolean> => {
    mock.reset()
    const operationId =
      request.method === 'POST'
        ? 'createInteraction'
        : request.url === '/v2/interactions?limit=1'
          ? 'listInteractions'
          : 'getInteraction'
    const { statusCode } = await add({ operationId, match, status: 500, body: {}, unchecked: true })
    expect(statusCode).toBe(201)
    return (await mock.inject(request)).statusCode === 500
  }
  const reading = { url: documented, headers: { ...user, 'x-test': 'a' } }
  const listing = { url: '/v2/interactions?limit=1', headers: user }
  const creating = {
    method: 'POST',
    url: '/v2/interactions',
    headers: { ...user, ...json },
    payload: documentedPost,
  } as const

  test.each<[string, object, InjectOptions, boolean]>([
    ['a path', { path: documented }, reading, true],
    ['another path', { path: other }, reading, false],
    ['a path parameter', { path: { id: ids.first } }, reading, true],
    ['another path parameter', { path: { id: ids.second } }, reading, false],
    ['a query parameter', { query: { limit: 1 } }, listing, true],
    ['another value of it', { query: { limit: 2 } }, listing, false],
    ['a query parameter that is not sent', { query: { skip: 1 } }, listing, false],
    ['a header in any case', { header: { 'X-Test': 'a' } }, reading, true],
    ['another value of it', { header: { 'x-test': 'b' } }, reading, false],
    ['part of a body', { body: { survey: { surveyId: ids.survey } } }, creating, true],
    ['another value in it', { body: { survey: { surveyId: ids.first } } }, creating, false],
    ['all of it', { path: '/v2/interactions', body: { unavailable: true } }, creating, true],
    ['all but one', { path: '/v2/interactions', body: { unavailable: false } }, creating, false],
  ])('%s', async (_, match, request, expected) => {
    expect(await answers(match, request)).toBe(expected)
  })

  test('lets the first override answer that fits', async () => {
    await add({ ...notThere, match: { path: other } })
    await add({ operationId: 'getInteraction', status: 500, body: {}, unchecked: true, times: 1 })
    await add({ operationId: 'getInteraction', status: 502, body: {}, unchecked: true })
    expect(
      await statuses(
        () => get(documented),
        () => get(documented),
        () => get(other),
      ),
    ).toEqual([500, 502, 404])
  })

  test('that a body does not fit leaves the request as it is: refused, or answered', async () => {
    await add({
      operationId: 'createInteraction',
      match: { body: { unavailable: 'never' } },
      status: 500,
      body: {},
      unchecked: true,
    })
    expect(
      await statuses(
        () => post(documentedPost),
        () => post(documentedPost, {}),
        () => post('{'),
      ),
    ).toEqual([201, 401, 400])
  })
})

describe('an override that does not fit', () => {
  test.each<[string, object, RegExp]>([
    ['names no operation', {}, /operationId/],
    ['names an unknown operation', { operationId: 'getPet' }, /there is no operation "getPet"/i],
    ['has a property that nobody knows', { ...notThere, delay: 1 }, /delay/],
    ['has a status that is none', { ...notThere, status: 99 }, /status must be >= 200/],
    [
      'has a status that is not declared',
      { ...notThere, status: 418 },
      /418 is not declared by getInteraction, which has 200, .*unchecked/,
    ],
    [
      'has a body that breaks the schema',
      { operationId: 'getInteraction', body: { id: 1 } },
      /response 200 of getInteraction: body .*\(\/.*unchecked/,
    ],
    [
      'has an unknown example',
      { operationId: 'getInteraction', example: 'none' },
      /no example "none" there; known: .*documented/,
    ],
    ['has a body and an example', { operationId: 'getInteraction', body: {}, example: 'documented' }, /not both/],
    ['has a header that would break HTTP', { ...notThere, headers: { 'x-a': 'a\r\nb' } }, /headers/],
    ['has a header that the host decides', { ...notThere, headers: { 'Content-Length': '1' } }, /content-length/],
    ['never answers', { ...notThere, times: 0 }, /times must be >= 1/],
  ])('%s', async (_, rule, message) => {
    const { statusCode, body } = await add(rule)
    expect([statusCode, (JSON.parse(body) as { detail: string }).detail]).toEqual([400, expect.stringMatching(message)])
    expect(() => mock.override(rule as NewOverride)).toThrow(message)
    expect((await mock.inject('/__mock/overrides')).json()).toEqual({ overrides: [] })
  })
})

describe('overrides and the rest of a session', () => {
  test('are its own, go with a snapshot and its file, and are dropped by a reset', async () => {
    const session = mock.createSession()
    session.override({ ...notThere, times: 2 })
    expect((await get(documented)).statusCode).toBe(200)
    expect((await session.inject({ url: documented, headers: user })).statusCode).toBe(404)
    session.snapshot('overridden')
    session.reset()
    expect((await session.inject({ url: documented, headers: user })).statusCode).toBe(200)
    const file = (await mock.inject('/__mock/snapshots/overridden')).json<object>()
    await mock.inject({ method: 'PUT', url: '/__mock/snapshots/brought', headers: json, payload: file })
    for (const name of ['overridden', 'brought']) {
      session.restore(name)
      expect((await session.inject({ url: documented, headers: user })).statusCode).toBe(404)
      expect((await session.inject({ url: documented, headers: user })).statusCode).toBe(200)
    }
    session.close()
  })

  test('of a snapshot file are checked against the spec, too', async () => {
    mock.override(notThere)
    mock.snapshot('checked')
    const file = (await mock.inject('/__mock/snapshots/checked')).json<{
      overrides: { overrides: { body: object }[] }
    }>()
    for (const override of file.overrides.overrides) override.body = { broken: true }
    const { statusCode, body } = await mock.inject({ method: 'PUT', url: '/__mock/snapshots/broken', payload: file })
    expect([statusCode, body]).toEqual([400, expect.stringMatching(/overrides\/0 the response 404 of getInteraction/)])
  })

  test('the journal says which one has answered, and keeps what was sent', async () => {
    await add({ operationId: 'createInteraction', status: 500, body: {}, unchecked: true })
    await post({ wrong: true })
    expect(mock.requests()).toMatchObject([
      { operationId: 'createInteraction', status: 500, override: 'override-1', body: { wrong: true } },
    ])
    expect(mock.refusals()).toEqual([])
    expect(mock.verify({ operationId: 'createInteraction', body: { wrong: true } }).count).toBe(1)
  })

  test('faults strike before and after them', async () => {
    await add(notThere)
    mock.fault({ kind: 'status', status: 503, count: 1 })
    mock.fault({ kind: 'content-type', count: 1 })
    const [before, after, plain] = [await get(documented), await get(documented), await get(documented)]
    expect([before.statusCode, after.statusCode, after.headers['content-type'], plain.statusCode]).toEqual([
      503,
      404,
      'text/html; charset=utf-8',
      404,
    ])
  })

  test('are ended by the library', async () => {
    const override = mock.override(notThere)
    override.end()
    expect((await get(documented)).statusCode).toBe(200)
  })
})

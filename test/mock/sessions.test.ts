import * as fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { documentedPost, ids } from '../apis/polis-client.ts'
import { petsFolders } from '../support/pets.ts'
import { play, type Step, stepsOf, told } from './walk.ts'

const user = { authorization: 'Bearer polis-user-a' }
const json = { 'content-type': 'application/json' }
const documented = `/v2/interactions/${ids.first}`
const options = { apis: ['polis', 'digitalchalk'], listen: false } as const

let mock: Understudy

beforeAll(async () => {
  mock = await createUnderstudy(options)
})

beforeEach(async () => {
  mock.reset()
  const { sessions } = (await mock.inject('/__mock/sessions')).json<{ sessions: { id: string }[] }>()
  for (const { id } of sessions)
    if (id !== 'default') await mock.inject({ method: 'DELETE', url: `/__mock/sessions/${id}` })
})

afterEach(() => {
  vi.useRealTimers()
  expect(mock.violations()).toEqual([])
})

afterAll(() => mock.close())

/** The documented interaction is gone from a session, the default one unless a prefix says which. */
const empty = (prefix = '') =>
  mock.inject({
    method: 'POST',
    url: `${prefix}/__mock/states`,
    headers: json,
    payload: { state: 'the customer has no interactions' },
  })
const create = (payload: object = {}) =>
  mock.inject({ method: 'POST', url: '/__mock/sessions', headers: json, payload })
const statusOf = async (url: string, session?: string): Promise<number> =>
  (await mock.inject({ url, headers: { ...user, ...(session !== undefined && { 'x-mock-session': session }) } }))
    .statusCode

describe('creating a session', () => {
  test('without a body gives a session at the seed, with an id and a base URL', async () => {
    const answer = await mock.inject({ method: 'POST', url: '/__mock/sessions' })
    const { id } = answer.json<{ id: string }>()
    expect([answer.statusCode, answer.json()]).toEqual([201, { id, baseUrl: `http://localhost:80/~${id}` }])
    expect(await statusOf(documented, id)).toBe(200)
  })

  test('takes an id, a seed and a time', async () => {
    await create({ id: 'mine', seed: 7, now: '2026-03-01T12:00:00Z' })
    const health = await mock.inject({ url: '/~mine/__mock/health' })
    expect(health.json()).toMatchObject({ seed: 7, now: '2026-03-01T12:00:00.000Z' })
    expect((await mock.inject('/__mock/health')).json()).toMatchObject({ seed: 1, now: '2026-01-01T00:00:00.000Z' })
  })

  test('forks another session, which goes its own way afterwards', async () => {
    await create({ id: 'parent' })
    await empty('/~parent')
    await create({ id: 'child', from: 'session:parent' })
    expect(await statusOf(documented, 'child')).toBe(404)
    await mock.inject({ method: 'POST', url: '/~parent/__mock/reset' })
    expect([await statusOf(documented, 'parent'), await statusOf(documented, 'child')]).toEqual([200, 404])
  })

  test('forks everything: faults, clock and the ids that come next', () => {
    mock.clock.advance(5000)
    mock.fault({ kind: 'status', status: 500 })
    const fork = mock.createSession({ from: mock })
    const next = (session: Pick<Understudy, 'fault'>): string => session.fault({ kind: 'drop' }).id
    expect([fork.clock.now(), next(fork), next(mock)]).toEqual(['2026-01-01T00:00:05.000Z', 'fault-2', 'fault-2'])
    fork.close()
  })

  test('resets a fork to the moment of the fork, not to the seed', async () => {
    await empty()
    await create({ id: 'fork', from: 'session:default' })
    await mock.inject({
      method: 'POST',
      url: '/~fork/v2/interactions',
      headers: { ...user, ...json },
      payload: documentedPost,
    })
    await mock.inject({ method: 'POST', url: '/~fork/__mock/reset' })
    const { polis } = (await mock.inject('/~fork/__mock/state')).json<{
      polis: { interactions: { customerId: string }[] }
    }>()
    expect(polis.interactions.filter(({ customerId }) => customerId === ids.customer)).toEqual([])
  })

  test('starts from a snapshot', async () => {
    await empty()
    await mock.inject({ method: 'POST', url: '/__mock/snapshots/emptier' })
    mock.reset()
    await create({ id: 'later', from: 'snapshot:emptier' })
    expect([await statusOf(documented), await statusOf(documented, 'later')]).toEqual([200, 404])
  })

  test.each([
    [{ from: 'session:nobody' }, 400, 'There is no session nobody to start from.'],
    [{ from: 'snapshot:none' }, 400, 'There is no snapshot none to start from.'],
    [{ id: 'default' }, 409, 'There is a session "default" already.'],
    [{ id: 'a/b' }, 400, 'The request breaks the specification: body /id must match pattern "^[A-Za-z0-9_.-]{1,64}$".'],
    [
      { now: '2026-06-30T23:59:60Z' },
      400,
      'A clock knows no such time; leap seconds are not among those that it can show.',
    ],
    [{ colour: 'red' }, 400, 'The request breaks the specification: body /colour must NOT have additional properties.'],
  ])('refuses %j', async (payload, status, detail) => {
    const answer = await create(payload)
    expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([status, detail])
  })

  test('stops at the limit, and goes on when a session ends', async () => {
    const small = await createUnderstudy({ apis: ['polis'], listen: false, maxSessions: 2 })
    const one = small.createSession()
    expect(() => small.createSession()).toThrow('there are 2 sessions already')
    const refused = await small.inject({ method: 'POST', url: '/__mock/sessions' })
    expect([refused.statusCode, refused.json<{ detail: string }>().detail]).toEqual([
      409,
      'There are 2 sessions already; end some first.',
    ])
    one.close()
    expect((await small.inject({ method: 'POST', url: '/__mock/sessions' })).statusCode).toBe(201)
    await small.close()
  })
})

describe('choosing a session', () => {
  test('by header or by path prefix is the same world', async () => {
    await create({ id: 'one' })
    await empty('/~one')
    expect([
      await statusOf(documented, 'one'),
      await statusOf(`/~one${documented}`),
      await statusOf(documented),
    ]).toEqual([404, 404, 200])
  })

  test('by a percent-encoded prefix works, too', async () => {
    await create({ id: 'a_b' })
    expect(await statusOf(`/~a%5Fb${documented}`)).toBe(200)
  })

  test('keeps Location inside the prefix, and leaves it alone with the header', async () => {
    await create({ id: 'one' })
    const post = { method: 'POST', headers: { ...user, ...json }, payload: documentedPost } as const
    const prefixed = await mock.inject({ ...post, url: '/~one/v2/interactions' })
    expect(prefixed.headers['location']).toMatch(/^\/~one\/v2\/interactions\/[0-9a-f-]{36}$/)
    expect(await statusOf(String(prefixed.headers['location']))).toBe(200)
    const named = await mock.inject({
      ...post,
      url: '/v2/interactions',
      headers: { ...post.headers, 'x-mock-session': 'one' },
    })
    expect(named.headers['location']).toMatch(/^\/v2\/interactions\/[0-9a-f-]{36}$/)
  })

  test.each([
    ['a header', documented, { 'x-mock-session': 'nobody' }],
    ['an empty header', documented, { 'x-mock-session': '' }],
    ['a prefix', `/~nobody${documented}`, {}],
    ['a prefix on an unknown path', '/~nobody/v2/none', {}],
    ['the control plane', '/~nobody/__mock/state', {}],
  ])('refuses an unknown session as routing: %s', async (_, url, headers) => {
    const answer = await mock.inject({ url, headers: { ...user, ...headers } })
    expect([answer.statusCode, answer.headers['x-mock-refused-by']]).toEqual([404, 'routing'])
    expect(answer.body).toContain('create it with POST /__mock/sessions')
  })

  test('refuses an unknown session even for OPTIONS, HEAD and a wrong method', async () => {
    for (const method of ['OPTIONS', 'HEAD', 'PUT'] as const) {
      const answer = await mock.inject({ method, url: documented, headers: { ...user, 'x-mock-session': 'nobody' } })
      expect([method, answer.statusCode]).toEqual([method, 404])
    }
  })

  test('is invisible to the journal, and notes nothing where the session is unknown', async () => {
    await create({ id: 'one' })
    await statusOf(documented, 'one')
    await statusOf(documented, 'nobody')
    const journal = (await mock.inject({ url: '/~one/__mock/requests' })).json<{
      requests: { path: string; headers: object }[]
    }>()
    expect(journal.requests).toHaveLength(1)
    expect(journal.requests[0]).toMatchObject({ path: documented })
    expect(journal.requests[0]?.headers).not.toHaveProperty('x-mock-session')
    expect(mock.requests()).toEqual([])
  })

  test('answers the same with the header as without', async () => {
    await create({ id: 'one' })
    const request = {
      method: 'POST',
      url: '/v2/interactions',
      headers: { ...user, ...json },
      payload: documentedPost,
    } as const
    const plain = told(await mock.inject(request))
    const named = told(await mock.inject({ ...request, headers: { ...request.headers, 'x-mock-session': 'one' } }))
    expect(named).toEqual(plain)
  })
})

describe('ending a session', () => {
  test('is final, and the default session stays', async () => {
    await create({ id: 'one' })
    expect((await mock.inject({ method: 'DELETE', url: '/__mock/sessions/one' })).statusCode).toBe(204)
    expect((await mock.inject({ method: 'DELETE', url: '/__mock/sessions/one' })).statusCode).toBe(404)
    expect(await statusOf(documented, 'one')).toBe(404)
    expect((await mock.inject({ method: 'DELETE', url: '/__mock/sessions/default' })).statusCode).toBe(409)
  })

  test('comes by itself when nobody uses it, and a use keeps it', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const brief = await createUnderstudy({ apis: ['polis'], listen: false, sessionMinutes: 10 })
    const [used, idle] = [brief.createSession(), brief.createSession()]
    vi.setSystemTime(Date.now() + 9 * 60_000)
    await used.inject(documented)
    vi.setSystemTime(Date.now() + 9 * 60_000)
    expect((await used.inject({ url: documented, headers: user })).statusCode).toBe(200)
    expect((await idle.inject({ url: documented, headers: user })).statusCode).toBe(404)
    const { sessions } = (await brief.inject('/__mock/sessions')).json<{ sessions: { id: string }[] }>()
    expect(sessions.map(({ id }) => id)).toEqual(['default', used.id])
    await brief.close()
  })
})

test('lists sessions by page', async () => {
  for (const id of ['a', 'b', 'c']) await create({ id })
  const page = await mock.inject('/__mock/sessions?skip=1&limit=2')
  expect(page.json()).toEqual({ sessions: [{ id: 'a' }, { id: 'b' }], total: 4 })
})

test('gives each of many interleaved sessions the answers that it would have had alone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(2), fc.boolean(), stepsOf('key')), { maxLength: 40 }), async (plan) => {
      const keyed = (step: Step, session: number): Step => ({
        ...step,
        request: { ...step.request, url: String(step.request.url).replace('/key', `/key${session}`) },
      })
      const together = await createUnderstudy(options)
      const sessions = [0, 1, 2].map((n) => together.createSession({ id: `s${n}`, seed: n + 1 }))
      const answers: unknown[][] = [[], [], []]
      for (const [which, byPrefix, step] of plan) {
        const { request } = keyed(step, which)
        const answer = byPrefix
          ? await together.inject({ ...request, url: `/~s${which}${String(request.url)}` })
          : await (sessions[which] as (typeof sessions)[number]).inject(request)
        const { status, headers, body } = told(answer)
        const location = String(headers['location'] ?? '').replace(`/~s${which}`, '')
        answers[which]?.push({ status, headers: { ...headers, location }, body })
      }
      await together.close()
      for (const which of [0, 1, 2]) {
        const alone = await createUnderstudy({ ...options, seed: which + 1 })
        const own = plan.filter(([each]) => each === which).map(([, , step]) => keyed(step, which))
        const expected = (await play(alone, own)).map((each) => ({
          ...each,
          headers: { ...each.headers, location: String(each.headers['location'] ?? '') },
        }))
        expect(answers[which]).toEqual(expected)
        await alone.close()
      }
    }),
    { numRuns: 30 },
  )
}, 120_000)

describe('a sixth API', () => {
  test('has sessions without a line of code', async () => {
    const shelter = await createUnderstudy({ ...petsFolders(), listen: false })
    const session = shelter.createSession()
    const keeper = { authorization: 'Bearer keeper' }
    const made = await session.inject({
      method: 'POST',
      url: '/pets',
      headers: { ...keeper, ...json },
      payload: { name: 'Bo', kind: 'dog' },
    })
    expect(made.statusCode).toBe(201)
    expect([session.state('pets', 'pets').length, shelter.state('pets', 'pets').length]).toEqual([4, 3])
    await shelter.close()
  })
})

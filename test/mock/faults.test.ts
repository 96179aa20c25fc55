import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createUnderstudy, type NewFault, type Understudy } from '../../src/index.ts'
import { documentedPost, ids } from '../apis/polis-client.ts'
import { petsFolders } from '../support/pets.ts'

const user = { authorization: 'Bearer polis-user-a' }
const json = { 'content-type': 'application/json' }
const documented = `/v2/interactions/${ids.first}`

let mock: Understudy

beforeAll(async () => {
  mock = await createUnderstudy({ apis: ['polis', 'digitalchalk'] })
})

beforeEach(() => mock.reset())

afterAll(() => mock.close())

/** What came of a request on the wire: the answer as far as it came, or that the connection broke. */
interface Outcome {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
  readonly broken: boolean
  readonly ms: number
}

function send(
  method: 'GET' | 'POST',
  path: string,
  headers: Record<string, string> = {},
  base = mock.url,
): Promise<Outcome> {
  const begun = performance.now()
  return new Promise((resolve) => {
    let status: number | undefined
    let got: Record<string, unknown> = {}
    let body = ''
    const done = (broken: boolean): void =>
      resolve({ status, headers: got, body, broken, ms: performance.now() - begun })
    const outgoing = httpRequest(
      base + path,
      { method, headers: { ...user, ...(method === 'POST' && json), ...headers } },
      (response) => {
        status = response.statusCode
        got = response.headers
        response.on('data', (chunk: Buffer) => (body += chunk.toString()))
        response.on('end', () => done(false))
        response.on('error', () => done(true))
      },
    )
    outgoing.on('error', () => done(true))
    outgoing.end(method === 'POST' ? documentedPost : undefined)
  })
}

const hits = async (): Promise<number | undefined> =>
  (await mock.inject('/__mock/faults')).json<{ faults: { hits: number }[] }>().faults[0]?.hits
const rows = (): number => mock.state('polis', 'interactions').length
const add = (payload: object) => mock.inject({ method: 'POST', url: '/__mock/faults', headers: json, payload })

describe('every kind, before and after the state changes', () => {
  test.each<[NewFault, Partial<Outcome>, number]>([
    [{ kind: 'status' }, { status: 503, broken: false }, 0],
    [{ kind: 'status', phase: 'after', status: 500 }, { status: 500, broken: false }, 1],
    [{ kind: 'drop' }, { status: undefined, broken: true }, 0],
    [{ kind: 'drop', phase: 'after' }, { status: undefined, broken: true }, 1],
    [{ kind: 'delay', delayMs: 80 }, { status: 201, broken: false }, 1],
    [{ kind: 'delay', delayMs: 80, phase: 'after' }, { status: 201, broken: false }, 1],
    [{ kind: 'truncate' }, { status: 201, broken: true }, 1],
    [{ kind: 'truncate', phase: 'before' }, { status: 503, broken: true }, 0],
    [{ kind: 'drip', delayMs: 80 }, { status: 201, broken: false }, 1],
    [{ kind: 'drip', delayMs: 80, phase: 'before', status: 500 }, { status: 500, broken: false }, 0],
    [{ kind: 'content-type' }, { status: 201, broken: false }, 1],
    [{ kind: 'content-type', phase: 'before' }, { status: 503, broken: false }, 0],
  ])('%j', async (rule, expected, made) => {
    const before = rows()
    mock.fault(rule)
    const outcome = await send('POST', '/v2/interactions')
    expect(outcome).toMatchObject(expected)
    expect(rows() - before).toBe(made)
    expect(mock.violations()).toEqual([])
    if ('delayMs' in rule) expect(outcome.ms).toBeGreaterThan(60)
    if (rule.kind === 'content-type') expect(outcome.headers['content-type']).toBe('text/html; charset=utf-8')
    else if (!outcome.broken) expect(() => void JSON.parse(outcome.body)).not.toThrow()
    if (rule.kind === 'truncate')
      expect(outcome.body.length).toBe(Math.floor(Number(outcome.headers['content-length']) / 2))
  })

  test('a status comes in the API’s own error format and says that it is a fault', async () => {
    mock.fault({ kind: 'status', status: 503 })
    const polis = await mock.inject({ url: documented, headers: user })
    expect(polis.json()).toMatchObject({
      statusCode: 503,
      error: 'Service Unavailable',
      message: 'This answer was asked for by fault-1.',
    })
    expect(polis.headers['x-mock-refused-by']).toBe('fault')
    const chalk = await mock.inject({ method: 'POST', url: '/dc/api/v5/registrations', headers: json, payload: {} })
    expect(chalk.json()).toEqual({ errors: ['This answer was asked for by fault-1.'] })
  })

  test('every status that an operation declares stays inside its own spec', async () => {
    const all = await createUnderstudy({ listen: false })
    for (const { operations } of all.apis) {
      for (const { id, method, path, responses } of operations) {
        for (const status of Object.keys(responses)
          .map(Number)
          .filter((each) => each >= 400)) {
          const session = all.createSession()
          session.fault({ kind: 'status', status, operationId: id })
          const answer = await session.inject({ method: method as 'GET', url: path.replaceAll(/\{\w+\}/g, '1') })
          expect([id, answer.statusCode, session.violations()]).toEqual([id, status, []])
          session.close()
        }
      }
    }
    await all.close()
  })

  test('a status after the change also replaces what was refused', async () => {
    mock.fault({ kind: 'status', status: 500, phase: 'after' })
    expect((await mock.inject({ url: documented })).statusCode).toBe(500)
  })

  test('a client that gives up during the wait has changed nothing, and the journal knows', async () => {
    const before = rows()
    mock.fault({ kind: 'delay', delayMs: 60_000 })
    const client = new AbortController()
    const gone = fetch(`${mock.url}/v2/interactions`, {
      method: 'POST',
      headers: { ...user, ...json },
      body: documentedPost,
      signal: client.signal,
    }).catch(() => 'gone')
    await expect.poll(hits, { timeout: 10_000 }).toBe(1)
    client.abort()
    expect(await gone).toBe('gone')
    await expect.poll(() => mock.requests(), { timeout: 10_000 }).toHaveLength(1)
    expect(mock.requests()[0]).toMatchObject({ operationId: 'createInteraction', status: 0, fault: 'fault-1' })
    expect(rows()).toBe(before)
  })

  test('a mock can be closed while a fault keeps somebody waiting', async () => {
    const other = await createUnderstudy({ apis: ['polis'] })
    other.fault({ kind: 'delay', delayMs: 600_000 })
    const waiting = send('GET', documented, {}, other.url)
    await expect
      .poll(async () => (await other.inject('/__mock/faults')).json<{ faults: { hits: number }[] }>().faults[0]?.hits, {
        timeout: 10_000,
      })
      .toBe(1)
    await other.close()
    expect((await waiting).broken).toBe(true)
  })
})

describe('which requests a fault hits', () => {
  const statuses = async (
    count: number,
    request: { url: string; headers?: Record<string, string> } = { url: documented },
  ): Promise<number[]> => {
    const answers: number[] = []
    for (let n = 0; n < count; n++)
      answers.push((await mock.inject({ ...request, headers: { ...user, ...request.headers } })).statusCode)
    return answers
  }

  test('only those of its operation or its API', async () => {
    mock.fault({ kind: 'status', operationId: 'createInteraction' })
    mock.fault({ kind: 'status', api: 'digitalchalk' })
    expect(await statuses(1)).toEqual([200])
    expect(await statuses(1, { url: '/dc/api/v5/registrations/0' })).toEqual([503])
  })

  test('so many as its count', async () => {
    mock.fault({ kind: 'status', count: 2 })
    expect(await statuses(4)).toEqual([503, 503, 200, 200])
  })

  test('those with its header, by name or by value', async () => {
    mock.fault({ kind: 'status', status: 500, header: 'X-Tenant: a:b' })
    mock.fault({ kind: 'status', status: 502, header: 'x-flaky' })
    expect(await statuses(1)).toEqual([200])
    expect(await statuses(1, { url: documented, headers: { 'x-tenant': 'a:b' } })).toEqual([500])
    expect(await statuses(1, { url: documented, headers: { 'x-tenant': 'a:c' } })).toEqual([200])
    expect(await statuses(1, { url: documented, headers: { 'x-flaky': '1' } })).toEqual([502])
  })

  test('about its rate of them, the same ones for the same seed', async () => {
    mock.fault({ kind: 'status', rate: 0.3 })
    const first = await statuses(200)
    const hits = first.filter((status) => status === 503).length
    expect(hits).toBeGreaterThan(40)
    expect(hits).toBeLessThan(80)
    mock.reset()
    mock.fault({ kind: 'status', rate: 0.3 })
    expect(await statuses(200)).toEqual(first)
  })

  test('none once it has expired by the session’s clock', async () => {
    const { expiresAt } = mock.fault({ kind: 'status', expiresInMs: 1000 })
    expect(expiresAt).toBe('2026-01-01T00:00:01.000Z')
    expect(await statuses(1)).toEqual([503])
    mock.clock.advance(1000)
    expect(await statuses(1)).toEqual([200])
  })

  test('none of another session', async () => {
    const session = mock.createSession()
    session.fault({ kind: 'status' })
    expect(await statuses(1)).toEqual([200])
    expect((await session.inject({ url: documented, headers: user })).statusCode).toBe(503)
    session.close()
  })

  test('none that goes to the control plane', async () => {
    mock.fault({ kind: 'drop' })
    for (const { path } of [{ path: 'health' }, { path: 'state' }, { path: 'faults' }, { path: 'openapi.json' }]) {
      expect((await mock.inject(`/__mock/${path}`)).statusCode).toBe(200)
    }
  })

  test('the first that matches wins', async () => {
    mock.fault({ kind: 'status', status: 500, count: 1 })
    mock.fault({ kind: 'status', status: 502 })
    expect(await statuses(2)).toEqual([500, 502])
  })
})

describe('steering faults', () => {
  test('makes, lists, counts and ends them', async () => {
    const made = await add({ kind: 'status', status: 429, operationId: 'getInteraction' })
    expect([made.statusCode, made.json()]).toEqual([
      201,
      { id: 'fault-1', kind: 'status', status: 429, operationId: 'getInteraction', hits: 0 },
    ])
    await mock.inject({ url: documented, headers: user })
    const listed = (await mock.inject('/__mock/faults')).json<{
      faults: { id: string; hits: number }[]
      presets: string[]
    }>()
    expect(listed.faults).toEqual([expect.objectContaining({ id: 'fault-1', hits: 1 })])
    expect((await mock.inject({ method: 'DELETE', url: '/__mock/faults/fault-1' })).statusCode).toBe(204)
    expect((await mock.inject({ method: 'DELETE', url: '/__mock/faults/fault-1' })).statusCode).toBe(404)
    await add({ kind: 'drop' })
    await mock.inject({ method: 'DELETE', url: '/__mock/faults' })
    expect((await mock.inject('/__mock/faults')).json<{ faults: [] }>().faults).toEqual([])
  })

  test.each(['outage', 'overloaded', 'rate-limited', 'slow', 'flaky', 'lost-answer', 'half-answer'])(
    'knows the bad day %s by name',
    async (preset) => {
      const made = await add({ preset, operationId: 'getInteraction' })
      expect(made.statusCode).toBe(201)
      expect(made.json()).toMatchObject({ operationId: 'getInteraction', hits: 0 })
    },
  )

  test.each([
    [{}, 'must have required property'],
    [{ kind: 'fire' }, 'must be equal to one of the allowed values'],
    [{ kind: 'status', status: 200 }, 'must be >= 400'],
    [{ kind: 'status', rate: 0 }, 'must be > 0'],
    [{ kind: 'status', often: 1 }, 'additional properties'],
    [{ kind: 'status', operationId: 'nothing' }, 'There is no operationId "nothing".'],
    [{ kind: 'status', api: 'regit' }, 'There is no api "regit".'],
    [{ preset: 'monday' }, 'must be equal to one of the allowed values'],
  ])('refuses %j', async (payload, message) => {
    const answer = await add(payload)
    expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
      400,
      expect.stringContaining(message),
    ])
  })

  test('ends one from the library', async () => {
    const fault = mock.fault({ preset: 'outage' })
    expect((await mock.inject({ url: documented, headers: user })).statusCode).toBe(503)
    fault.end()
    expect((await mock.inject({ url: documented, headers: user })).statusCode).toBe(200)
    expect(() => mock.fault({ kind: 'drop', api: 'regit' })).toThrow('a fault for an api that is not served: regit')
  })
})

test('a foreign API answers a fault in the format that it declares', async () => {
  const shelter = await createUnderstudy({ ...petsFolders(), listen: false })
  shelter.fault({ kind: 'status', status: 404 })
  const answer = await shelter.inject({ url: '/pets/1', headers: { authorization: 'Bearer keeper' } })
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([404, 'application/problem+json'])
  expect(shelter.violations()).toEqual([])
  await shelter.close()
})

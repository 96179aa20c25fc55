import * as fc from 'fast-check'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { documentedPost, ids } from '../apis/polis-client.ts'
import { play, stepsOf } from './walk.ts'

const options = { apis: ['polis', 'digitalchalk'], listen: false } as const
const user = { authorization: 'Bearer polis-user-a' }
const json = { 'content-type': 'application/json' }

let mock: Understudy
/** Another mock, as it would run in another process. */
let other: Understudy

beforeAll(async () => {
  mock = await createUnderstudy(options)
  other = await createUnderstudy(options)
})

beforeEach(() => mock.reset())

afterAll(() => Promise.all([mock.close(), other.close()]))

/** Shows everything that can be shown of a session, and makes it use ids, chance, clock, faults and entity tags. */
const show: readonly Parameters<Understudy['inject']>[0][] = [
  '/__mock/state',
  '/__mock/clock',
  '/__mock/faults',
  '/__mock/health',
  { method: 'POST', url: '/v2/interactions', headers: { ...user, ...json }, payload: documentedPost },
  {
    method: 'POST',
    url: '/dc/api/v5/registrations',
    headers: json,
    payload: { userId: '6629aeada89133acedfad6d7d110123d', offeringId: '89cd2eada89133acedfad6d766a2d931' },
  },
  { url: `/v2/interactions/${ids.first}`, headers: user },
  { url: `/v2/interactions/${ids.second}`, headers: user },
  '/__mock/faults',
  '/__mock/state',
]

async function shown(session: Pick<Understudy, 'inject'>): Promise<unknown[]> {
  const answers: unknown[] = []
  for (const request of show) {
    const { statusCode, headers, body } = await session.inject(request)
    answers.push([statusCode, headers['etag'], headers['location'], headers['date'], body])
  }
  return answers
}

describe('a snapshot', () => {
  test('is everything: whatever was done before, the walk after restoring it is the walk after taking it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(stepsOf('inner'), { maxLength: 25 }),
        fc.array(stepsOf('inner'), { maxLength: 10 }),
        fc.nat(9),
        async (before, between, seed) => {
          const session = mock.createSession({ seed })
          await play(session, before)
          const moment = session.snapshot()
          const expected = await shown(session)
          await play(session, between)
          session.restore(moment)
          expect(await shown(session)).toEqual(expected)
          session.close()
        },
      ),
      { numRuns: 60 },
    )
  }, 60_000)

  test('is everything as a file, too: another mock that reads it goes on in the same way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepsOf('inner'), { maxLength: 25 }), fc.nat(9), async (before, seed) => {
        const session = mock.createSession({ seed })
        await play(session, before)
        await session.inject({ method: 'POST', url: '/__mock/snapshots/travels' })
        const file = (await mock.inject('/__mock/snapshots/travels')).json<object>()
        const expected = await shown(session)
        session.close()
        const goesOn = other.createSession()
        expect(
          (await other.inject({ method: 'PUT', url: '/__mock/snapshots/arrived', headers: json, payload: file }))
            .statusCode,
        ).toBe(204)
        expect((await goesOn.inject({ method: 'POST', url: '/__mock/snapshots/arrived/restore' })).statusCode).toBe(204)
        expect(await shown(goesOn)).toEqual(expected)
        goesOn.close()
      }),
      { numRuns: 25 },
    )
  }, 60_000)

  test('counts the ids that were given out, even where their rows are gone', async () => {
    const create = async (session: Pick<Understudy, 'inject'>): Promise<string> =>
      (
        await session.inject({
          method: 'POST',
          url: '/v2/interactions',
          headers: { ...user, ...json },
          payload: documentedPost,
        })
      ).json<{ id: string }>().id
    const [session, goesOn] = [mock.createSession(), other.createSession()]
    const first = await create(session)
    await session.inject({
      method: 'PUT',
      url: '/__mock/state',
      headers: json,
      payload: { polis: { interactions: [] } },
    })
    await session.inject({ method: 'POST', url: '/__mock/snapshots/counts' })
    const file = (await mock.inject('/__mock/snapshots/counts')).body
    await other.inject({ method: 'PUT', url: '/__mock/snapshots/counts', headers: json, payload: file })
    await goesOn.inject({ method: 'POST', url: '/__mock/snapshots/counts/restore' })
    const next = await create(goesOn)
    expect(next).not.toBe(first)
    expect(await create(session)).toBe(next)
  })

  test('is named, listed, overwritten and forgotten', async () => {
    const take = () => mock.inject({ method: 'POST', url: '/__mock/snapshots/one' })
    expect([(await take()).statusCode, (await take()).json()]).toEqual([201, { name: 'one' }])
    expect((await mock.inject('/__mock/snapshots')).json<{ snapshots: string[] }>().snapshots).toContain('one')
    expect((await mock.inject({ method: 'DELETE', url: '/__mock/snapshots/one' })).statusCode).toBe(204)
    expect((await mock.inject({ method: 'DELETE', url: '/__mock/snapshots/one' })).statusCode).toBe(404)
    expect((await mock.inject({ method: 'POST', url: '/__mock/snapshots/one/restore' })).statusCode).toBe(404)
  })

  test('is restored into any session, and leaves the others alone', async () => {
    mock.setState('the customer has no interactions')
    mock.snapshot('empty')
    mock.reset()
    const [one, other] = [mock.createSession(), mock.createSession()]
    one.restore('empty')
    const count = (session: Pick<Understudy, 'state'>): number =>
      session.state('polis', 'interactions').filter(({ customerId }) => customerId === ids.customer).length
    expect([count(one), count(other), count(mock)]).toEqual([0, 2, 2])
  })

  test('says in the library, too, when there is none of a name', () => {
    expect(() => mock.restore('nowhere')).toThrow('there is no snapshot "nowhere"')
  })
})

describe('a snapshot that does not fit', () => {
  const good = async (): Promise<
    { rows: { polis: { interactions: { data: object }[] } } } & Record<string, unknown>
  > => {
    mock.snapshot('good')
    return (await mock.inject('/__mock/snapshots/good')).json()
  }

  test.each([
    [
      'a row',
      (file: Awaited<ReturnType<typeof good>>) =>
        void Object.assign(file.rows.polis.interactions[1]?.data ?? {}, { timestamp: 'yesterday' }),
      '/rows/polis/interactions/1/data/timestamp must match pattern',
    ],
    [
      'an API',
      (file: object) => Object.assign(file, { rows: { regit: {} } }),
      '/rows/regit names an API that is not served.',
    ],
    [
      'a collection',
      (file: object) => Object.assign(file, { rows: { polis: { plants: [] } } }),
      '/rows/polis/plants names a collection that polis does not have.',
    ],
    [
      'ids of an API',
      (file: object) => Object.assign(file, { ids: { regit: {} } }),
      '/ids/regit names an API that is not served.',
    ],
    [
      'a fault',
      (file: object) =>
        Object.assign(file, {
          faults: { next: 2, faults: [{ id: 'fault-1', kind: 'drop', hits: 0, operationId: 'nothing' }] },
        }),
      '/faults/faults/0/operationId names nothing that is served.',
    ],
    [
      'a clock',
      (file: object) => Object.assign(file, { clock: { mode: 'frozen' } }),
      'body /clock/nowMs must have required property',
    ],
  ])('is refused whole, with the pointer: %s', async (_, applyFault, message) => {
    const file = await good()
    applyFault(file)
    const before = (await mock.inject('/__mock/state')).body
    const answer = await mock.inject({ method: 'PUT', url: '/__mock/snapshots/bad', headers: json, payload: file })
    expect(answer.statusCode).toBe(400)
    expect(answer.json<{ detail: string }>().detail).toContain(message)
    expect((await mock.inject('/__mock/snapshots')).json<{ snapshots: string[] }>().snapshots).not.toContain('bad')
    expect((await mock.inject('/__mock/state')).body).toBe(before)
  })
})

describe('a snapshot file', () => {
  const file = (): string => join(mkdtempSync(join(tmpdir(), 'understudy-snapshot-')), 'world.json')

  test('is written on close, and the next mock goes on from it', async () => {
    const path = file()
    const first = await createUnderstudy({ ...options, snapshotFile: path, seed: 3 })
    await play(first, [
      { request: { method: 'POST', url: '/v2/interactions', headers: { ...user, ...json }, payload: documentedPost } },
    ])
    first.clock.advance(1234)
    first.fault({ kind: 'status', status: 500, operationId: 'patchInteraction' })
    const state = (await first.inject('/__mock/state')).body
    expect(existsSync(path)).toBe(false)
    await first.close()
    const second = await createUnderstudy({ ...options, snapshotFile: path })
    expect((await second.inject('/__mock/state')).body).toBe(state)
    expect((await second.inject('/__mock/health')).json()).toMatchObject({ seed: 3, now: '2026-01-01T00:00:01.234Z' })
    expect((await second.inject('/__mock/faults')).json<{ faults: object[] }>().faults).toHaveLength(1)
    second.reset()
    expect(second.state('polis', 'interactions')).toHaveLength(4)
    await second.close()
  })

  test('that does not fit ends the start with file and pointer', async () => {
    const path = file()
    const first = await createUnderstudy({ ...options, snapshotFile: path })
    await first.close()
    const content = JSON.parse(readFileSync(path, 'utf8')) as { rows: { polis: { interactions: { id: string }[] } } }
    Object.assign(content.rows.polis.interactions[0] ?? {}, { id: 7 })
    writeFileSync(path, JSON.stringify(content))
    const error = await createUnderstudy({ ...options, snapshotFile: path }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'SNAPSHOT_INVALID',
      exitCode: 2,
      where: `${path}#/rows/polis/interactions/0/id`,
    })
  })

  test.each([
    ['no JSON', '{', ''],
    ['another format', '{"format":"other"}', '#'],
  ])('that is %s ends the start', async (_, text, where) => {
    const path = file()
    writeFileSync(path, text)
    const error = await createUnderstudy({ ...options, snapshotFile: path }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'SNAPSHOT_INVALID', exitCode: 2 })
    expect(String(error)).toContain(path + where)
  })
})

test('answers a walk of two mocks with one seed and one clock byte for byte alike', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepsOf('walk'), { maxLength: 40 }), fc.nat(1000), async (steps, seed) => {
      const sessions = [mock.createSession({ seed }), other.createSession({ seed })] as const
      expect(await play(sessions[0], steps)).toEqual(await play(sessions[1], steps))
      for (const session of sessions) session.close()
    }),
    { numRuns: 40 },
  )
}, 60_000)

test('gives other ids for another seed', async () => {
  const made = async (seed: number): Promise<string> => {
    const session = mock.createSession({ seed })
    return (
      await session.inject({
        method: 'POST',
        url: '/v2/interactions',
        headers: { ...user, ...json },
        payload: documentedPost,
      })
    ).json<{ id: string }>().id
  }
  expect(await made(1)).toBe(await made(1))
  expect(await made(1)).not.toBe(await made(2))
})

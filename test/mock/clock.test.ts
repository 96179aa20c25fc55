import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { documentedPost } from '../apis/polis-client.ts'

const json = { 'content-type': 'application/json' }

let mock: Understudy

beforeAll(async () => {
  mock = await createUnderstudy({ apis: ['polis'], listen: false })
})

beforeEach(() => mock.reset())

afterAll(() => mock.close())

const put = (payload: object, mocked = mock) =>
  mocked.inject({ method: 'PUT', url: '/__mock/clock', headers: json, payload })
const create = async () => {
  const answer = await mock.inject({
    method: 'POST',
    url: '/v2/interactions',
    headers: { authorization: 'Bearer polis-user-a', ...json },
    payload: documentedPost,
  })
  return { ...answer.json<{ id: string; meta: { created: string; etag: string } }>(), date: answer.headers['date'] }
}

describe('the clock of a session', () => {
  test('stands at the same time in every library mock', async () => {
    expect((await mock.inject('/__mock/clock')).json()).toEqual({ now: '2026-01-01T00:00:00.000Z', mode: 'frozen' })
  })

  test('decides times, entity tags and the header Date', async () => {
    const before = await create()
    expect((await put({ advanceMs: 60_000 })).json()).toEqual({ now: '2026-01-01T00:01:00.000Z', mode: 'frozen' })
    const after = await create()
    expect([before.meta.created, after.meta.created]).toEqual(['2026-01-01T00:00:00.000Z', '2026-01-01T00:01:00.000Z'])
    expect([before.date, after.date]).toEqual(['Thu, 01 Jan 2026 00:00:00 GMT', 'Thu, 01 Jan 2026 00:01:00 GMT'])
    expect(after.meta.etag).not.toBe(before.meta.etag)
  })

  test('is set, runs, and is moved on while it runs', async () => {
    expect((await put({ now: '2027-05-05T05:05:05+02:00' })).json()).toEqual({
      now: '2027-05-05T03:05:05.000Z',
      mode: 'frozen',
    })
    const real = (await put({ mode: 'real' })).json<{ now: string; mode: string }>()
    expect([real.mode, Math.abs(Date.parse(real.now) - Date.now()) < 5000]).toEqual(['real', true])
    const later = (await put({ advanceMs: 3_600_000 })).json<{ now: string; mode: string }>()
    expect([later.mode, Math.abs(Date.parse(later.now) - Date.now() - 3_600_000) < 5000]).toEqual(['real', true])
  })

  test.each([
    [{}, 'must NOT have fewer than 1 properties'],
    [{ now: '2026-01-01T00:00:00Z', advanceMs: 1 }, 'must NOT have more than 1 properties'],
    [{ now: 'noon' }, 'must match format "date-time"'],
    [{ now: '2026-06-30T23:59:60Z' }, 'leap seconds are not among those'],
    [{ advanceMs: -1 }, 'must be >= 0'],
    [{ mode: 'frozen' }, 'must be equal to constant'],
    [{ minutes: 5 }, 'must NOT have additional properties'],
  ])('refuses %j', async (payload, message) => {
    const answer = await put(payload)
    expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
      400,
      expect.stringContaining(message),
    ])
    expect(mock.clock.now()).toBe('2026-01-01T00:00:00.000Z')
  })

  test('does not go beyond the years that RFC 3339 can write', async () => {
    await put({ now: '9999-12-31T23:00:00Z' })
    expect((await put({ advanceMs: 3_600_000 })).statusCode).toBe(400)
    expect(mock.clock.now()).toBe('9999-12-31T23:00:00.000Z')
    expect(() => mock.clock.advance(3_600_000)).toThrow('years 0000 to 9999 only')
  })

  test('is the library’s to steer, too', () => {
    mock.clock.set('2026-02-03T04:05:06Z')
    mock.clock.advance(1000)
    expect(mock.clock.now()).toBe('2026-02-03T04:05:07.000Z')
    mock.clock.set(new Date(0))
    expect(mock.clock.now()).toBe('1970-01-01T00:00:00.000Z')
    expect(() => mock.clock.set('noon')).toThrow('A clock knows no such time')
    mock.clock.run()
    expect(Math.abs(Date.parse(mock.clock.now()) - Date.now())).toBeLessThan(5000)
  })
})

test('takes a start time, and refuses one that is none', async () => {
  const early = await createUnderstudy({ apis: ['polis'], listen: false, now: '2020-02-29T00:00:00Z' })
  expect(early.clock.now()).toBe('2020-02-29T00:00:00.000Z')
  await early.close()
  await expect(createUnderstudy({ apis: ['polis'], listen: false, now: 'noon' })).rejects.toThrow('--now')
})

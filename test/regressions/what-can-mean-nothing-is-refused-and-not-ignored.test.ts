import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'

let mock: Understudy

beforeAll(async () => {
  mock = await createUnderstudy({ apis: ['digitalchalk'], listen: false })
})

afterAll(() => mock.close())

const registration = { userId: '6629aeada89133acedfad6d7d110123d', offeringId: '89cd2eada89133acedfad6d766a2d931' }

test.each(['gzip', 'br', 'identity, gzip'])(
  'a body in the coding %s is refused: it can only be guessed at',
  async (coding) => {
    mock.reset()
    const answer = await mock.inject({
      method: 'POST',
      url: '/dc/api/v5/registrations',
      headers: { 'content-type': 'application/json', 'content-encoding': coding },
      payload: gzipSync(JSON.stringify(registration)),
    })
    expect(answer.statusCode).toBe(415)
    expect(answer.json()).toEqual({ errors: [`The body must come without a Content-Encoding, not in ${coding}.`] })
    expect(answer.headers).toMatchObject({ 'x-mock-refused-by': 'media-type', 'accept-encoding': 'identity' })
    expect(mock.violations()).toEqual([])
  },
)

test.each(['', 'identity', 'Identity'])('the coding %j is none', async (coding) => {
  mock.reset()
  const headers = { 'content-encoding': coding }
  const answer = await mock.inject({ method: 'POST', url: '/dc/api/v5/registrations', headers, payload: registration })
  expect(answer.statusCode).toBe(201)
})

test.each([
  ['requests?operationID=getRegistration', /operationID.*is unknown; known: operationId, api, status/],
  ['requests?operationId=getRegistrations', /There is no operationId "getRegistrations"/],
  ['requests?api=polis', /There is no api "polis"/],
  ['requests?refusedBy=rules', /refusedBy/],
  ['coverage?API=digitalchalk', /API.*is unknown; known: api/],
  ['sessions?offset=1', /offset.*is unknown; known: limit, skip/],
])('the filter of GET /__mock/%s would filter nothing', async (url, message) => {
  const answer = await mock.inject({ method: 'GET', url: `/__mock/${url}` })
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ title: 'Bad Request', detail: expect.stringMatching(message) })
})

test.each([
  [{ atLeast: 3, atMost: 1 }, 400],
  [{ atLeast: 1, atMost: 1 }, 200],
  [{ atLeast: 3 }, 200],
  [{ atMost: 0 }, 200],
] as const)('a count of %j is answered with %d', async (count, status) => {
  const payload = { operationId: 'getRegistration', count }
  const answer = await mock.inject({ method: 'POST', url: '/__mock/requests/verify', payload })
  expect(answer.statusCode).toBe(status)
})

import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { createUnderstudy } from '../../src/index.ts'
import { compileApi } from '../../src/openapi/compile.ts'
import { readSpec } from '../../src/openapi/document.ts'
import { setBackAfterEachTest } from './set-back.ts'

const COLLECTION = '/dc/api/v5/registrations'
const USER = '6629aeada89133acedfad6d7d110123d'
const OTHER_USER = '6629aeada89133acedfad6d7d1101240'
const UNKNOWN_ID = '00000000000000000000000000000000'
const OPEN = offering('d931')
const CLOSED = offering('d932')
const COMPLETED = offering('d933')
const RETAKABLE = offering('d934')
const WITHHELD = offering('d935')
const REGISTRATION = '65ade781cc98d136543678191005431a'

const notAvailable = { errors: ['This offering is not available for registration for the given user'] }

const mock = await createUnderstudy({ apis: ['digitalchalk'], listen: false })

setBackAfterEachTest(mock)

function offering(ending: string): string {
  return `89cd2eada89133acedfad6d766a2${ending}`
}

function post(payload: unknown, headers: Record<string, string> = {}) {
  const sent = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return mock.inject({
    method: 'POST',
    url: COLLECTION,
    headers: { 'content-type': 'application/json', ...headers },
    payload: sent,
  })
}

function get(url: string, headers: Record<string, string> = {}) {
  return mock.inject({ method: 'GET', url, headers })
}

function register(userId: string, offeringId: string) {
  return post({ userId, offeringId })
}

describe('registering a user for an offering', () => {
  test('the documented request gets a 201 with a Location and no body (digitalchalk 1, 2, 3, 4, 5)', async () => {
    const response = await mock.inject({
      method: 'POST',
      url: COLLECTION,
      headers: { host: 'api.digitalchalk.com', 'content-type': 'application/json', accept: 'application/json' },
      payload:
        '{\n\t"userId" : "6629aeada89133acedfad6d7d110123d",\n\t"offeringId": "89cd2eada89133acedfad6d766a2d931"\n}',
    })
    expect(response.statusCode).toBe(201)
    expect(response.headers['content-type']).toBe('application/json')
    expect(response.headers['content-length']).toBe('0')
    expect(response.headers['location']).toMatch(/^\/dc\/api\/v5\/registrations\/[0-9a-f]{32}$/)
    expect(response.body).toBe('')
  })

  test('the spec names the documented host, method and path (digitalchalk 1)', () => {
    const file = fileURLToPath(new URL('../../openapi/digitalchalk.yaml', import.meta.url))
    const api = compileApi(readSpec(file, 'digitalchalk.yaml'))
    expect(api.document['servers']).toMatchObject([{ url: 'https://api.digitalchalk.com' }, {}])
    expect(api.operations.map(({ id, method, path }) => [id, method, path])).toEqual([
      ['createRegistration', 'POST', COLLECTION],
      ['getRegistration', 'GET', `${COLLECTION}/{id}`],
    ])
  })

  test('the Location can be read: an active registration with unset members left out (digitalchalk 6, g)', async () => {
    const { headers } = await register(USER, OPEN)
    const location = String(headers['location'])
    const response = await get(location)
    expect(response.statusCode).toBe(200)
    expect(response.json()).toEqual({
      id: location.split('/').at(-1),
      userId: USER,
      offeringId: OPEN,
      title: 'Chalk safety',
      status: 'active',
      createdDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    })
  })

  test('a reset world gives the same id again, and each registration one of its own (digitalchalk 5)', async () => {
    const first = await register(USER, OPEN)
    const second = await register(OTHER_USER, OPEN)
    expect(second.headers['location']).not.toBe(first.headers['location'])
    mock.reset()
    const again = await register(USER, OPEN)
    expect(again.headers['location']).toBe(first.headers['location'])
  })

  test('further properties of a registration are ignored (digitalchalk 4, h)', async () => {
    const { statusCode, headers } = await post({
      userId: USER,
      offeringId: OPEN,
      id: 'x',
      status: 'passed',
      grade: 100,
    })
    expect(statusCode).toBe(201)
    const created = (await get(String(headers['location']))).json<Record<string, unknown>>()
    expect(created).toMatchObject({ status: 'active' })
    expect(created).not.toHaveProperty('grade')
    expect(created['id']).not.toBe('x')
  })

  test.each(['application/json', 'text/html', '*/*', 'image/png;q=0.1'])(
    'Accept: %s is ignored (digitalchalk 2, f)',
    async (accept) => {
      expect((await post({ userId: USER, offeringId: OPEN }, { accept })).statusCode).toBe(201)
    },
  )

  test('a media type with a charset, in any case, is JSON (digitalchalk 2)', async () => {
    const contentType = 'Application/JSON; charset=UTF-8'
    expect((await post({ userId: USER, offeringId: OPEN }, { 'content-type': contentType })).statusCode).toBe(201)
  })
})

describe('what makes an offering unavailable', () => {
  test('the documented failure: an offering that has not opened yet (digitalchalk 10, 11, 12, 13, 15)', async () => {
    mock.setState('the offering is not open for registration', { offeringId: OPEN })
    const response = await register(USER, OPEN)
    expect(response.statusCode).toBe(400)
    expect(response.headers['content-type']).toMatch(/^application\/json/)
    expect(response.json()).toEqual(notAvailable)
    expect(response.headers['content-length']).toBe(String(Buffer.byteLength(response.body)))
    expect(response.headers['x-mock-refused-by']).toBe('rule')
    expect(response.headers['x-mock-pointer']).toMatch(/\/responses\/400$/)
  })

  test.each([
    ['the user has completed it and it disallows retakes (digitalchalk 9, d)', COMPLETED],
    ['it is not open (digitalchalk 10, d)', CLOSED],
    ['it is not offered to the user (digitalchalk 7, d)', WITHHELD],
  ])('%s', async (_reason, offeringId) => {
    const response = await register(USER, offeringId)
    expect([response.statusCode, response.json()]).toEqual([400, notAvailable])
  })

  test('the user is already registered in it (digitalchalk 8, d, j)', async () => {
    expect((await register(USER, OPEN)).statusCode).toBe(201)
    const response = await register(USER, OPEN)
    expect([response.statusCode, response.json()]).toEqual([400, notAvailable])
  })

  test('a registration of somebody else does not count (digitalchalk 8)', async () => {
    await register(OTHER_USER, OPEN)
    expect((await register(USER, OPEN)).statusCode).toBe(201)
  })

  test('an offering for chosen users is available to these (digitalchalk 7)', async () => {
    expect((await register(OTHER_USER, WITHHELD)).statusCode).toBe(201)
  })

  test('a completed offering that allows retakes can be taken again, but only once at a time (digitalchalk 17, j)', async () => {
    expect((await register(USER, RETAKABLE)).statusCode).toBe(201)
    const response = await register(USER, RETAKABLE)
    expect([response.statusCode, response.json()]).toEqual([400, notAvailable])
  })

  test.each([
    ['active', false, 400],
    ['active', true, 400],
    ['passed', false, 400],
    ['passed', true, 201],
    ['failed', false, 400],
    ['failed', true, 201],
    ['ejected', false, 201],
    ['ejected', true, 201],
  ])(
    'after a registration that is %s, with retakes allowed: %s, the answer is %i (digitalchalk 8, 9, 17, j)',
    async (status, retakesAllowed, expected) => {
      const state = (await get('/__mock/state')).json<{ digitalchalk: Record<string, Record<string, unknown>[]> }>()
      const earlier = {
        id: 'a'.repeat(32),
        userId: USER,
        offeringId: 'b'.repeat(32),
        title: 'Tested',
        createdDate: '2012-03-01T06:03:10Z',
      }
      state.digitalchalk['offerings']?.push({ id: earlier.offeringId, title: 'Tested', open: true, retakesAllowed })
      state.digitalchalk['registrations']?.push({ ...earlier, status })
      const put = await mock.inject({ method: 'PUT', url: '/__mock/state', payload: state })
      expect(put.statusCode).toBeLessThan(300)
      expect((await register(USER, earlier.offeringId)).statusCode).toBe(expected)
    },
  )

  test.each([
    ['the offering is open to the user', { userId: USER, offeringId: OPEN }, 201],
    ['the offering is not open for registration', { offeringId: OPEN }, 400],
    ['the user is already registered in the offering', { userId: USER, offeringId: OPEN }, 400],
    ['the user has completed the offering and may not retake it', { userId: USER, offeringId: OPEN }, 400],
    ['the user has completed the offering and may retake it', { userId: USER, offeringId: OPEN }, 201],
    ['the user was ejected from the offering', { userId: USER, offeringId: OPEN }, 201],
    ['the offering is not offered to the user', { offeringId: OPEN }, 400],
    ['there is no user with the userId', { userId: USER }, 400],
    ['there is no offering with the offeringId', { offeringId: OPEN }, 400],
  ])('where %s (%o), registering gives %i', async (state, params, expected) => {
    mock.setState(state, params)
    expect((await register(USER, OPEN)).statusCode).toBe(expected)
  })

  test('of 20 equal requests at once exactly one registers (digitalchalk k)', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => register(USER, OPEN)))
    const statuses = answers.map(({ statusCode }) => statusCode)
    expect(statuses.filter((status) => status === 201)).toHaveLength(1)
    expect(statuses.filter((status) => status === 400)).toHaveLength(19)
    const state = (await get('/__mock/state')).json<{
      digitalchalk: { registrations: { userId: string; offeringId: string }[] }
    }>()
    const made = state.digitalchalk.registrations.filter((row) => row.userId === USER && row.offeringId === OPEN)
    expect(made).toHaveLength(1)
  })
})

describe('the order of the checks', () => {
  const unknownUser = { userId: 'userId does not refer to an existing user' }
  const unknownOffering = { offeringId: 'offeringId does not refer to an existing offering' }

  test.each([
    ['an unknown user comes before an open offering', UNKNOWN_ID, OPEN, unknownUser],
    ['an unknown user comes before a closed offering', UNKNOWN_ID, CLOSED, unknownUser],
    ['an unknown user comes before a withheld offering', UNKNOWN_ID, WITHHELD, unknownUser],
    ['an unknown offering comes before its availability', USER, UNKNOWN_ID, unknownOffering],
    ['both are reported', UNKNOWN_ID, UNKNOWN_ID, { ...unknownUser, ...unknownOffering }],
    ['the case of a user id counts', USER.toUpperCase(), OPEN, unknownUser],
    ['the case of an offering id counts', USER, OPEN.toUpperCase(), unknownOffering],
    ['ids of any other form are unknown', 'constructor', '__proto__', { ...unknownUser, ...unknownOffering }],
  ])('%s (digitalchalk 7, b, c, l)', async (_rule, userId, offeringId, fieldErrors) => {
    const response = await register(userId, offeringId)
    expect(response.statusCode).toBe(400)
    expect(response.json()).toEqual({ errors: Object.values(fieldErrors), fieldErrors })
    expect(response.headers['x-mock-refused-by']).toBe('rule')
  })

  test('a refused request changes nothing (digitalchalk 7)', async () => {
    const before = (await get('/__mock/state')).body
    await register(UNKNOWN_ID, OPEN)
    await register(USER, CLOSED)
    await post('{')
    expect((await get('/__mock/state')).body).toBe(before)
  })
})

describe('requests that are not valid', () => {
  test.each([
    ['nothing', {}, { userId: 'userId is required', offeringId: 'offeringId is required' }],
    ['no user', { offeringId: OPEN }, { userId: 'userId is required' }],
    ['no offering', { userId: USER }, { offeringId: 'offeringId is required' }],
    ['an empty user', { userId: '', offeringId: OPEN }, { userId: 'userId must not be empty' }],
    ['an empty offering', { userId: USER, offeringId: '' }, { offeringId: 'offeringId must not be empty' }],
    ['a number', { userId: 6629, offeringId: OPEN }, { userId: 'userId must be a string' }],
    ['null', { userId: USER, offeringId: null }, { offeringId: 'offeringId must be a string' }],
    ['a list', { userId: [USER], offeringId: OPEN }, { userId: 'userId must be a string' }],
    [
      'two faults',
      { userId: true, offeringId: '' },
      { userId: 'userId must be a string', offeringId: 'offeringId must not be empty' },
    ],
  ])('%s as an id (digitalchalk 13, b, c)', async (_fault, body, fieldErrors) => {
    const response = await post(body)
    expect(response.statusCode).toBe(400)
    expect(response.json()).toEqual({ errors: Object.values(fieldErrors), fieldErrors })
    expect(response.headers['x-mock-refused-by']).toBe('validation')
    expect(response.headers['x-mock-pointer']).toMatch(/^\/components\/schemas\/RegistrationRequest/)
  })

  test.each(['[]', 'null', '"text"', '17', 'true'])('a body that is %s, no object (digitalchalk e)', async (body) => {
    const response = await post(body)
    expect(response.statusCode).toBe(400)
    expect(response.json()).toEqual({ errors: [expect.any(String)] })
    expect(response.headers['x-mock-refused-by']).toBe('validation')
  })

  test.each([
    ['the stray backslash of the page', `{\n\t"userId" : "${USER}",\n\\"offeringId": "${OPEN}"\n}`],
    ['a body cut short', `{ "userId": "${USER}"`],
    ['a trailing comma', `{ "userId": "${USER}", "offeringId": "${OPEN}", }`],
    ['an empty body', ''],
  ])('%s is no JSON (digitalchalk 16, e)', async (_fault, body) => {
    const response = await post(body)
    expect(response.statusCode).toBe(400)
    expect(response.json()).toEqual({ errors: [expect.any(String)] })
    expect(response.headers['x-mock-refused-by']).toBe('syntax')
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', undefined])(
    'a body of the type %s gets a 415 (digitalchalk 14, e)',
    async (contentType) => {
      const payload = JSON.stringify({ userId: USER, offeringId: OPEN })
      const headers = contentType === undefined ? {} : { 'content-type': contentType }
      const response = await mock.inject({ method: 'POST', url: COLLECTION, headers, payload })
      expect(response.statusCode).toBe(415)
      expect(response.json()).toEqual({ errors: [expect.any(String)] })
      expect(response.headers['x-mock-refused-by']).toBe('media-type')
    },
  )

  test('a body above 1 MiB gets a 413 (digitalchalk 1b)', async () => {
    const response = await post({ userId: USER, offeringId: OPEN, note: 'x'.repeat(1024 * 1024) })
    expect(response.statusCode).toBe(413)
    expect(response.json()).toEqual({ errors: [expect.any(String)] })
    expect(response.headers['x-mock-refused-by']).toBe('size')
  })
})

describe('reading a registration', () => {
  test('a seeded one (digitalchalk 6, g)', async () => {
    const response = await get(`${COLLECTION}/${REGISTRATION}`)
    expect(response.statusCode).toBe(200)
    expect(response.json()).toEqual({
      id: REGISTRATION,
      userId: OTHER_USER,
      offeringId: CLOSED,
      title: 'Chalk safety, winter term',
      status: 'active',
      createdDate: '2012-03-01T06:03:10Z',
    })
  })

  test('HEAD answers like GET without the body (digitalchalk 1b)', async () => {
    const response = await mock.inject({ method: 'HEAD', url: `${COLLECTION}/${REGISTRATION}` })
    expect([response.statusCode, response.body]).toEqual([200, ''])
  })

  test.each([UNKNOWN_ID, REGISTRATION.toUpperCase(), 'constructor', '%zz'])(
    'an unknown one, %s (digitalchalk g, l)',
    async (id) => {
      const response = await get(`${COLLECTION}/${id}`)
      expect(response.statusCode).toBe(404)
      expect(response.json()).toEqual({ errors: [expect.any(String)] })
    },
  )

  test('provider states put one there and take it away', async () => {
    mock.setState('the registration exists', { registrationId: 'c'.repeat(32) })
    expect((await get(`${COLLECTION}/${'c'.repeat(32)}`)).statusCode).toBe(200)
    mock.setState('there is no registration with the registrationId', { registrationId: 'c'.repeat(32) })
    expect((await get(`${COLLECTION}/${'c'.repeat(32)}`)).statusCode).toBe(404)
  })
})

describe('credentials', () => {
  test.each([
    ['none', {}],
    ['the seeded token', { authorization: 'Bearer digitalchalk-admin' }],
    ['the seeded token, scheme in lower case', { authorization: 'bearer digitalchalk-admin' }],
  ])('%s (digitalchalk 2, a)', async (_what, headers) => {
    expect((await post({ userId: USER, offeringId: OPEN }, headers)).statusCode).toBe(201)
    expect((await get(`${COLLECTION}/${REGISTRATION}`, headers)).statusCode).toBe(200)
  })

  test.each(['Bearer unknown', 'Bearer digitalchalk-revoked', 'Bearer', 'Bearer DIGITALCHALK-ADMIN', 'Basic YTpi'])(
    '%s gets a 401 (digitalchalk a)',
    async (authorization) => {
      for (const response of [
        await post({ userId: USER, offeringId: OPEN }, { authorization }),
        await get(`${COLLECTION}/${UNKNOWN_ID}`, { authorization }),
      ]) {
        expect(response.statusCode).toBe(401)
        expect(response.headers['www-authenticate']).toBe('Bearer')
        expect(response.json()).toEqual({ error: 'invalid_token', error_description: expect.any(String) })
        expect(response.headers['x-mock-refused-by']).toBe('security')
      }
    },
  )

  test('the control plane lists the token that works and no other (digitalchalk a)', async () => {
    const { body } = await get('/__mock/credentials')
    expect(body).toContain('digitalchalk-admin')
    expect(body).not.toContain('digitalchalk-revoked')
  })
})

describe('paths and methods', () => {
  test.each([
    ['GET', COLLECTION, 'POST'],
    ['PUT', COLLECTION, 'POST'],
    ['DELETE', COLLECTION, 'POST'],
    ['PUT', `${COLLECTION}/${REGISTRATION}`, 'GET'],
    ['DELETE', `${COLLECTION}/${REGISTRATION}`, 'GET'],
  ] as const)('%s %s is a 405 (digitalchalk g, 1b)', async (method, url, allowed) => {
    const response = await mock.inject({ method, url })
    expect(response.statusCode).toBe(405)
    expect(String(response.headers['allow']).split(/, */)).toContain(allowed)
    expect(response.json()).toEqual({ errors: [expect.any(String)] })
    expect(response.headers['x-mock-refused-by']).toBe('routing')
  })

  test.each(['/dc/api/v5', '/dc/api/v5/users', '/dc/api/v5/Registrations', `${COLLECTION}/${REGISTRATION}/grade`])(
    '%s is an unknown path of the family (digitalchalk 1b)',
    async (url) => {
      const response = await get(url)
      expect(response.statusCode).toBe(404)
      expect(response.json()).toEqual({ errors: [expect.any(String)] })
      expect(response.headers['x-mock-refused-by']).toBe('routing')
    },
  )

  test('the newer alias without /dc is not served (digitalchalk i)', async () => {
    const response = await mock.inject({
      method: 'POST',
      url: '/api/v5/registrations',
      payload: { userId: USER, offeringId: OPEN },
    })
    expect(response.statusCode).toBe(404)
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/)
  })

  test('OPTIONS tells the methods without credentials (digitalchalk 1b)', async () => {
    const response = await mock.inject({
      method: 'OPTIONS',
      url: COLLECTION,
      headers: { authorization: 'Bearer unknown' },
    })
    expect(response.statusCode).toBe(204)
    expect(String(response.headers['allow'])).toContain('POST')
  })
})

import { describe, expect, test } from 'vitest'
import {
  bearer,
  club,
  failure,
  festival,
  multipart,
  multipartType,
  registerPath,
  startRegit,
  unregisterPath,
  uploadPath,
} from './regit-client.ts'
import { setBackAfterEachTest } from './set-back.ts'

const { mock, send, register } = await startRegit()

setBackAfterEachTest(mock)

const json = { 'content-type': 'application/json' }
const body = { interactionId: festival }
const upload = `${uploadPath}?interactionId=${club}`
const jsonPaths = [registerPath, unregisterPath] as const
const requests = {
  [registerPath]: { headers: json, payload: JSON.stringify(body) },
  [unregisterPath]: { headers: json, payload: JSON.stringify(body) },
  [upload]: { headers: { 'content-type': multipartType }, payload: multipart([{ name: 'a.jpg' }]) },
}

describe('a request without a valid token', () => {
  const headers: readonly Readonly<Record<string, string>>[] = [
    {},
    { authorization: 'Bearer nobody' },
    { authorization: 'Bearer ' },
    { authorization: 'Basic cmVnaXQtdXNlci1hOng=' },
    { authorization: 'regit-user-a' },
    { authorization: 'Bearer regit-user-a, Bearer regit-user-b' },
  ]
  const cases = Object.keys(requests).flatMap((path) => headers.map((header) => [path, header] as const))

  test.each(cases)('to %s with %j is refused (regit a)', async (path, header) => {
    const request = requests[path as keyof typeof requests]
    const answer = await send(path, { ...request, headers: { ...request.headers, ...header } })
    expect(answer).toMatchObject({
      status: 401,
      body: failure('Authorization has been denied for this request.', 'unauthorized'),
      headers: { 'www-authenticate': 'Bearer', 'x-mock-refused-by': 'security' },
    })
  })

  test('is refused before its body is looked at (regit a, s)', async () => {
    expect((await send(registerPath, { headers: { 'content-type': 'text/plain' }, payload: '{' })).status).toBe(401)
  })

  test('has a scheme in any case (regit a)', async () => {
    const headers = { ...json, authorization: 'bearer regit-user-a' }
    expect((await send(registerPath, { headers, payload: JSON.stringify(body) })).status).toBe(200)
  })
})

describe('a body', () => {
  test.each(['', '{', '{"interactionId":}', `{"interactionId":"${festival}",}`, 'interactionId=x', 'NaN'])(
    'that is not JSON is refused: %j (regit d, e)',
    async (payload) => {
      for (const path of jsonPaths) {
        expect(await send(path, { headers: { ...json, ...bearer('user-a') }, payload })).toMatchObject({
          status: 400,
          body: failure('Invalid parameters'),
          headers: { 'x-mock-refused-by': 'syntax' },
        })
      }
    },
  )

  test.each(['[]', 'null', '"text"', '5', 'true'])('that is no object is refused: %s (regit d)', async (payload) => {
    for (const path of jsonPaths) {
      expect(await send(path, { headers: { ...json, ...bearer('user-a') }, payload })).toMatchObject({
        status: 400,
        body: failure('Invalid parameters'),
        headers: { 'x-mock-refused-by': 'validation' },
      })
    }
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', multipartType])(
    'of the type %s is refused (regit 5, c)',
    async (type) => {
      for (const path of jsonPaths) {
        const headers = { ...bearer('user-a'), 'content-type': type }
        expect(await send(path, { headers, payload: JSON.stringify(body) })).toMatchObject({
          status: 415,
          body: failure('Unsupported media type'),
          headers: { 'x-mock-refused-by': 'media-type' },
        })
      }
    },
  )

  test('without a type is refused (regit 5)', async () => {
    const payload = Buffer.from(JSON.stringify(body))
    expect((await send(registerPath, { headers: bearer('user-a'), payload })).status).toBe(415)
  })

  test('of JSON with a charset is accepted (regit 5)', async () => {
    const headers = { ...bearer('user-a'), 'content-type': 'Application/JSON; charset=utf-8' }
    expect((await send(registerPath, { headers, payload: JSON.stringify(body) })).status).toBe(200)
  })

  test.each(jsonPaths)('of more than 1 MiB is refused by %s (regit c)', async (path) => {
    const payload = JSON.stringify({ ...body, padding: 'x'.repeat(1024 * 1024) })
    expect(await send(path, { headers: { ...json, ...bearer('user-a') }, payload })).toMatchObject({
      status: 413,
      body: failure('Request body too large'),
      headers: { 'x-mock-refused-by': 'size' },
    })
  })

  test.each(['{"__proto__":{"interactionId":"x"}}', '{"constructor":{"prototype":{}}}', '['.repeat(9999)])(
    'that attacks the parser is refused: %.40s (regit e)',
    async (payload) => {
      const answer = await send(registerPath, { headers: { ...json, ...bearer('user-a') }, payload })
      expect(answer).toMatchObject({ status: 400, body: failure('Invalid parameters') })
    },
  )

  test('may have members that nobody knows (regit 5, 42)', async () => {
    expect((await register({ ...body, extra: { deep: [1] } })).status).toBe(200)
  })
})

describe('a path', () => {
  test.each(['', '/Api'].flatMap((base) => [registerPath, uploadPath, unregisterPath].map((path) => base + path)))(
    '%s knows POST only (regit s)',
    async (path) => {
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD']) {
        const answer = await send(path, { method, headers: bearer('user-a') })
        expect(answer.status).toBe(405)
        expect(answer.headers['x-mock-refused-by']).toBe('routing')
        expect(String(answer.headers['allow']).split(', ').toSorted()).toEqual(['OPTIONS', 'POST'])
        if (method !== 'HEAD') expect(answer.body).toEqual(failure('Method not allowed'))
      }
    },
  )

  test('answers OPTIONS without credentials (regit s)', async () => {
    const answer = await send(registerPath, { method: 'OPTIONS' })
    expect(answer.status).toBe(204)
    expect(String(answer.headers['allow']).split(', ').toSorted()).toEqual(['OPTIONS', 'POST'])
  })

  test.each([
    '/Interaction',
    '/Interaction/Nothing',
    '/Interaction/register',
    '/Interaction/Register/',
    '/Interaction/Register/x',
    '/Api/Interaction',
    '/Api/Interaction/Nothing',
    '/Api/Interaction/upload',
  ])('%s does not exist, and Regit says so (regit b, s)', async (path) => {
    expect(
      await send(path, { headers: { ...json, ...bearer('user-a') }, payload: JSON.stringify(body) }),
    ).toMatchObject({
      status: 404,
      body: failure('Not found'),
      headers: { 'x-mock-refused-by': 'routing' },
    })
  })

  test.each(['/interaction/Register', '/api/Interaction/Register', '/Interactions', '/Api', '/'])(
    '%s belongs to no API (regit b, s)',
    async (path) => {
      const answer = await send(path, { headers: bearer('user-a') })
      expect(answer.status).toBe(404)
      expect(String(answer.headers['content-type'])).toContain('application/problem+json')
    },
  )
})

test('an error is said with success, message and, where there is one, a code (regit c)', async () => {
  const answers = await Promise.all([
    register({}),
    register({ interactionId: festival, delegationId: 'x' }),
    register({ interactionId: 'x' }),
    register({ interactionId: club }),
  ])
  expect(answers.map(({ status, body: { success, error } }) => [status, success, error])).toEqual([
    [400, false, undefined],
    [404, false, undefined],
    [404, false, undefined],
    [400, false, 'interaction.field.missing'],
  ])
  for (const { headers } of answers) expect(headers['content-type']).toBe('application/json; charset=utf-8')
})

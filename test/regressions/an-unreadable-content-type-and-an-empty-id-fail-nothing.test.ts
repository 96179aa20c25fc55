import { afterAll, beforeAll, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'

const documented = '/v2/interactions/7da76f74-7951-423a-be41-85a2551d16e7'
const etag = '47a-h6vIm4ttg8qp/cFMmsY+JtWtBsc'

let mock: Understudy

beforeAll(async () => {
  mock = await createUnderstudy({ apis: ['polis'], listen: false })
})

afterAll(() => mock.close())

test.each(['application/json,text/plain', 'x', 'a/b/c', '; x', ''])(
  'a DELETE, which has no body, succeeds with the content type %j (polis 34)',
  async (contentType) => {
    mock.reset()
    const headers = { authorization: 'Bearer polis-user-a', etag, 'content-type': contentType }
    const answer = await mock.inject({ method: 'DELETE', url: documented, headers })
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual({})
  },
)

test.each(['', '; x'])('a PATCH without a body and with the content type %j lacks its body', async (contentType) => {
  mock.reset()
  const headers = { authorization: 'Bearer polis-user-a', etag, 'content-type': contentType }
  const answer = await mock.inject({ method: 'PATCH', url: documented, headers })
  expect(answer.statusCode).toBe(400)
})

test.each(['GET', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS', 'PUT'] as const)(
  '%s on a path that ends before its id finds nothing, whoever asks',
  async (method) => {
    const answer = await mock.inject({ method, url: '/v2/interactions/' })
    expect(answer.statusCode).toBe(404)
    if (method !== 'HEAD') expect(answer.json()).toMatchObject({ statusCode: 404, error: 'Not Found' })
  },
)

import { expect, test } from 'vitest'
import { endsAfterEach, inPath, inQuery, json, send, sends, serve } from '../../support/small-api.ts'

endsAfterEach()

const text = { type: 'string' }
const anything = { 200: json({ type: 'object' }) }
const posting = (content: object, responses: object = anything) => ({
  '/things': { post: { operationId: 'post', requestBody: { required: true, content }, responses } },
})

test('a refusal names every constraint that the request breaks, with what was expected', async () => {
  const schema = {
    type: 'object',
    required: ['name'],
    properties: { name: text, kind: { enum: ['cat', 'dog'] }, age: { type: 'integer', maximum: 30 } },
  }
  const mock = await serve({
    '/things': {
      post: {
        operationId: 'post',
        parameters: [inQuery('limit', { type: 'integer' })],
        requestBody: sends(schema),
        responses: anything,
      },
    },
  })
  const { status, body, headers } = await send(mock, 'POST', '/things?limit=ten', { payload: { kind: 'cow', age: 31 } })
  expect({ status, type: headers['content-type'] }).toEqual({ status: 400, type: 'application/problem+json' })
  expect(body).toMatchObject({
    title: 'Bad Request',
    status: 400,
    errors: expect.arrayContaining([
      { in: 'query', name: 'limit', message: 'query limit must be integer', expected: 'integer' },
      { in: 'body', pointer: '/kind', message: expect.stringContaining('"cat", "dog"'), expected: ['cat', 'dog'] },
      { in: 'body', pointer: '/age', message: 'body /age must be <= 30', expected: 30 },
      { in: 'body', pointer: '/name', message: expect.stringContaining('required'), expected: 'name' },
    ]),
  })
})

test('a refusal is in the error schema of the document: its example, a value of its enum, the reason as its message', async () => {
  const error = {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message', 'docs'],
        properties: {
          code: { enum: ['internal', 'not_found', 'invalid_request'] },
          message: text,
          docs: { type: 'string', example: 'https://example.com/errors' },
          errors: { type: 'array', items: { type: 'object', properties: { field: text, message: text } } },
        },
      },
    },
  }
  const mock = await serve(
    posting(
      { 'application/json': { schema: { type: 'object', required: ['a', 'b'] } } },
      { ...anything, 400: json(error) },
    ),
  )
  expect((await send(mock, 'POST', '/things', { payload: {} })).body).toEqual({
    error: {
      code: 'invalid_request',
      message: expect.stringMatching(/required property 'a'.*required property 'b'/),
      docs: 'https://example.com/errors',
      errors: [
        { field: '/a', message: expect.stringContaining("'a'") },
        { field: '/b', message: expect.stringContaining("'b'") },
      ],
    },
  })
})

test('an error body lists each reason, and a preferred status has such a body too', async () => {
  const error = {
    type: 'object',
    required: ['code', 'details'],
    properties: {
      code: text,
      details: { type: 'array', items: { type: 'object', properties: { path: text, reason: text } } },
    },
  }
  const mock = await serve(
    posting(
      { 'application/json': { schema: { required: ['a'] } } },
      { ...anything, 400: json(error), 404: json(error) },
    ),
  )
  expect((await send(mock, 'POST', '/things', { payload: {} })).body).toEqual({
    code: 'BAD_REQUEST',
    details: [{ path: '/a', reason: expect.stringContaining("must have required property 'a'") }],
  })
  const preferred = await send(mock, 'POST', '/things', { payload: {}, headers: { prefer: 'code=404' } })
  expect(preferred.body).toEqual({ code: 'NOT_FOUND', details: [{ path: '', reason: expect.stringContaining('404') }] })
})

test('where the error format of the document says less, a header has the reason', async () => {
  const terse = { type: 'object', properties: { ok: { const: false } }, additionalProperties: false }
  const mock = await serve(
    posting({ 'application/json': { schema: { type: 'array' } } }, { ...anything, 400: json(terse) }),
  )
  const { body, headers } = await send(mock, 'POST', '/things', { payload: {} })
  expect(body).toEqual({ ok: false })
  expect(headers['x-mock-reason']).toBe('The request breaks the specification: body must be array.')
})

test('a request need not have what only the server sets, an answer has nothing that is only sent', async () => {
  const user = {
    type: 'object',
    required: ['id', 'name', 'password'],
    properties: { id: { type: 'integer', readOnly: true }, name: text, password: { type: 'string', writeOnly: true } },
  }
  const mock = await serve({
    '/users': { post: { operationId: 'create', requestBody: sends(user), responses: { 201: json(user) } } },
    '/users/{id}': {
      parameters: [inPath('id', { type: 'integer' })],
      get: { operationId: 'read', responses: { 200: json(user) } },
    },
  })
  const { status, body } = await send(mock, 'POST', '/users', { payload: { name: 'Ada', password: 'secret' } })
  expect({ status, body }).toEqual({ status: 201, body: { id: expect.any(Number), name: 'Ada' } })
  expect((await send(mock, 'POST', '/users', { payload: { name: 'Ada' } })).status).toBe(400)
})

test('a path value that its schema forbids is not found, or refused as the document declares it', async () => {
  const get = (operationId: string, responses: object) => ({
    parameters: [inPath('id', { type: 'integer', maximum: 9 })],
    get: { operationId, responses: { ...anything, ...responses } },
  })
  const mock = await serve({
    '/a/{id}': get('a', {}),
    '/b/{id}': get('b', { 400: json({ type: 'object', properties: { message: text } }) }),
  })
  expect((await send(mock, 'GET', '/a/x')).status).toBe(404)
  expect((await send(mock, 'GET', '/a/10')).status).toBe(404)
  expect(await send(mock, 'GET', '/b/10')).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('path id must be <= 9') },
  })
  expect((await send(mock, 'GET', '/b/9')).status).toBe(200)
})

test('fields of a form come as their schema wants them: numbers, lists, objects in brackets or as JSON', async () => {
  const schema = {
    type: 'object',
    required: ['amount', 'tags', 'meta', 'items'],
    properties: {
      amount: { type: 'integer' },
      tags: { type: 'array', items: text },
      meta: { type: 'object', required: ['a'], properties: { a: { type: 'boolean' } } },
      items: {
        type: 'array',
        items: { type: 'object', required: ['price'], properties: { price: { type: 'integer' } } },
      },
      ids: { type: 'array', items: { type: 'integer' } },
    },
  }
  const content = { 'application/x-www-form-urlencoded': { schema, encoding: { ids: { explode: false } } } }
  const mock = await serve(posting(content))
  const post = async (payload: string) =>
    (await send(mock, 'POST', '/things', { payload, headers: { 'content-type': 'application/x-www-form-urlencoded' } }))
      .status
  expect(await post('amount=3&tags=one&meta[a]=true&items[0][price]=5&ids=1,2')).toBe(200)
  expect(await post('amount=3&tags=one&tags=two&meta=%7B%22a%22%3Atrue%7D&items=%5B%7B%22price%22%3A5%7D%5D')).toBe(200)
  expect(await post('amount=3&tags=one&meta[a]=maybe&items[0][price]=5')).toBe(400)
  expect(await post('amount=3.5&tags=one&meta[a]=true&items[0][price]=5')).toBe(400)
})

test('parts of a form are judged by type and encoding: lists, JSON, files', async () => {
  const schema = {
    type: 'object',
    required: ['photo', 'sizes', 'address'],
    properties: {
      photo: { type: 'string', format: 'binary' },
      sizes: { type: 'array', items: { type: 'integer' } },
      address: { type: 'object', required: ['city'], properties: { city: text } },
    },
  }
  const mock = await serve(
    posting({ 'multipart/form-data': { schema, encoding: { photo: { contentType: 'image/png, image/jpeg' } } } }),
  )
  const part = (name: string, value: string, more = '') =>
    `--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
  const photo = (type: string) => part('photo', 'x', `; filename="a.png"\r\nContent-Type: ${type}`)
  const post = (...parts: string[]) =>
    send(mock, 'POST', '/things', {
      payload: `${parts.join('')}--b--\r\n`,
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    })
  const sizes = part('sizes', '1') + part('sizes', '2')
  const address = part('address', '{"city":"Oslo"}')
  expect((await post(photo('image/png'), sizes, address)).status).toBe(200)
  expect((await post(sizes, address)).text).toContain("required property 'photo'")
  expect((await post(photo('image/png'), part('sizes', 'big'), address)).text).toContain(
    'body /sizes/0 must be integer',
  )
  expect((await post(photo('image/png'), sizes, part('address', '{}'))).text).toContain("required property 'city'")
  expect((await post(photo('text/html'), sizes, address)).text).toContain(
    'must be image/png or image/jpeg, not text/html',
  )
  // What a browser sends for `new Blob([json], { type: 'application/json' })`.
  const blob = (value: string) => part('address', value, '; filename="blob"\r\nContent-Type: application/json')
  expect((await post(photo('image/png'), sizes, blob('{"city":"Bergen"}'))).status).toBe(200)
  expect((await post(photo('image/png'), sizes, blob('{"city":4}'))).text).toContain(
    'body /address/city must be string',
  )
  expect(JSON.stringify(mock.requests())).not.toContain('Bergen')
})

test('XML is read and written by the xml objects of the schema', async () => {
  const pet = {
    type: 'object',
    required: ['id', 'tags'],
    xml: { name: 'pet' },
    properties: {
      id: { type: 'integer', xml: { attribute: true } },
      name: text,
      tags: { type: 'array', items: { type: 'string', xml: { name: 'tag' } }, xml: { wrapped: true } },
    },
  }
  const xml = { 'application/xml': { schema: pet } }
  const mock = await serve({
    '/pets': {
      post: {
        operationId: 'create',
        requestBody: { required: true, content: xml },
        responses: { 201: { description: 'It.', content: xml } },
      },
    },
    '/pets/{id}': {
      parameters: [inPath('id', { type: 'integer' })],
      get: { operationId: 'read', responses: { 200: { description: 'It.', content: xml } } },
    },
  })
  const headers = { 'content-type': 'application/xml' }
  const body = '<pet id="77"><name>Rex &amp; Co</name><tags><tag>a</tag><tag>b</tag></tags></pet>'
  expect(await send(mock, 'POST', '/pets', { payload: body, headers })).toMatchObject({
    status: 201,
    text: expect.stringContaining(body),
  })
  expect((await send(mock, 'GET', '/pets/77')).text).toBe(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`)
  expect((await send(mock, 'POST', '/pets', { payload: '<pet id="x"><tags/></pet>', headers })).text).toContain(
    'body /id must be integer',
  )
  expect((await send(mock, 'POST', '/pets', { payload: '<pet><tags></pet>', headers })).text).toContain(
    'not well-formed XML',
  )
  expect((await send(mock, 'POST', '/pets', { payload: '<!DOCTYPE pet><pet id="1"/>', headers })).text).toContain(
    'DOCTYPE',
  )
})

test('a whole number beyond 2^53 is noted when it loses digits', async () => {
  const mock = await serve(posting({ 'application/json': { schema: { type: 'object' } } }))
  const headers = { 'content-type': 'application/json' }
  await send(mock, 'POST', '/things', { payload: '{"id":9007199254740992,"text":"9007199254740993"}', headers })
  expect(mock.apis[0]?.notes).toEqual([])
  await send(mock, 'POST', '/things', { payload: '{"id":9007199254740993}', headers })
  expect(mock.apis[0]?.notes).toMatchObject([{ what: expect.stringContaining('2^53') }])
})

test('403 is said where the document knows no 401', async () => {
  const parts = {
    components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'x-key' } } },
    security: [{ key: [] }],
  }
  const mock = await serve(
    { '/a': { get: { operationId: 'a', responses: { ...anything, 403: { description: 'No.' } } } } },
    parts,
  )
  expect(await send(mock, 'GET', '/a')).toMatchObject({ status: 403, headers: { 'x-mock-refused-by': 'security' } })
  expect((await send(mock, 'GET', '/a', { headers: { 'x-key': 'k' } })).status).toBe(200)
})

test('Basic takes any user, and its challenge has the realm that it has to have', async () => {
  const mock = await serve(
    { '/me': { get: { operationId: 'me', security: [{ basic: [] }], responses: { 200: json({ type: 'object' }) } } } },
    { components: { securitySchemes: { basic: { type: 'http', scheme: 'Basic' } } } },
  )
  const answer = (authorization?: string): ReturnType<typeof send> =>
    send(mock, 'GET', '/me', { headers: authorization === undefined ? {} : { authorization } })
  const none = await answer()
  expect([none.status, none.headers['www-authenticate']]).toEqual([401, 'Basic realm="Small"'])
  expect(JSON.stringify(none.body)).toContain('needs a user and a password (Basic) in the header Authorization')
  expect((await answer('Bearer token')).status).toBe(401)
  expect((await answer(`Basic ${Buffer.from('ann:secret').toString('base64')}`)).status).toBe(200)
})

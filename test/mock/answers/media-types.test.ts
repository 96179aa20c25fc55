import { describe, expect, test } from 'vitest'
import { createUnderstudy } from '../../../src/index.ts'
import { endsAfterEach, inPath, json, send, sends, serve } from '../../support/small-api.ts'

endsAfterEach()

const text = { type: 'string' }
const row = { type: 'object', required: ['id', 'name'], properties: { id: { type: 'integer' }, name: text } }
const list = { type: 'array', items: row }
const get = (responses: object) => ({ get: { operationId: 'get', responses } })
const content = (types: object) => ({ description: 'As asked.', content: types })

describe('Accept chooses', () => {
  const paths = {
    '/rows': get({
      200: content({
        'application/json': { schema: list, example: [{ id: 1, name: 'a,b' }] },
        'text/csv': { schema: text },
        'application/xml': { schema: list },
      }),
      406: json({ type: 'object', properties: { message: text } }),
    }),
    '/rows/{id}': {
      parameters: [inPath('id', { type: 'integer' })],
      get: { operationId: 'read', responses: { 200: json(row) } },
    },
  }
  test.each([
    [undefined, 'application/json; charset=utf-8', '[{"id":1,"name":"a,b"}]'],
    ['text/csv', 'text/csv; charset=utf-8', 'id,name\r\n1,"a,b"\r\n'],
    ['text/csv;q=0.5, application/json', 'application/json; charset=utf-8', '[{"id":1,"name":"a,b"}]'],
    ['text/*', 'text/csv; charset=utf-8', 'id,name\r\n1,"a,b"\r\n'],
    ['application/xml', 'application/xml', expect.stringContaining('<id>1</id><name>a,b</name>')],
  ])('%s', async (accept, type, body) => {
    const mock = await serve(paths)
    const answer = await send(mock, 'GET', '/rows', { headers: accept === undefined ? {} : { accept } })
    expect(answer).toMatchObject({ status: 200, text: body, headers: { 'content-type': type, vary: 'accept, Origin' } })
  })

  test('nothing that is declared, and 406 is', async () => {
    const mock = await serve(paths)
    expect(await send(mock, 'GET', '/rows', { headers: { accept: 'image/png' } })).toMatchObject({
      status: 406,
      headers: { 'x-mock-refused-by': 'media-type' },
      body: { message: expect.stringContaining('text/csv') },
    })
  })

  test('nothing that is declared, and 406 is not: then what is there comes', async () => {
    const mock = await serve({ '/rows/{id}': paths['/rows/{id}'] })
    expect((await send(mock, 'GET', '/rows/1', { headers: { accept: 'image/png' } })).status).toBe(200)
  })
})

describe('a document that says little', () => {
  test.each([
    [
      'only a redirect leads somewhere',
      { 302: { description: 'There.' } },
      { status: 302, text: '', location: expect.any(String) },
    ],
    [
      'only default means 200',
      { default: json({ type: 'object', required: ['a'], properties: { a: { const: 1 } } }) },
      { status: 200, text: '{"a":1}' },
    ],
    ['a class of statuses means its first', { '2XX': json({ const: 5 }) }, { status: 200, text: '5' }],
    ['only an error means 200 without a body', { 404: { description: 'No.' } }, { status: 200, text: '' }],
    [
      'a PDF without a schema is one',
      { 200: content({ 'application/pdf': {} }) },
      { status: 200, text: expect.stringMatching(/^%PDF/) },
    ],
    [
      'a range of types is answered by one of them',
      { 200: content({ '*/*': { schema: { type: 'object' } } }) },
      { status: 200, text: '{}' },
    ],
  ])(
    '%s',
    async (_, responses, { status, text: body, ...headers }: { status: number; text: unknown; location?: unknown }) => {
      const mock = await serve({ '/it': get(responses) })
      const answer = await send(mock, 'GET', '/it')
      expect(answer).toMatchObject({ status, text: body, headers })
      expect(String(answer.headers['content-type'])).not.toContain('*')
    },
  )
})

test('headers that a response has to have, or shows, are sent', async () => {
  const headers = {
    'X-Rate-Limit': { required: true, schema: { type: 'integer', minimum: 5 } },
    'X-Region': { schema: text, example: 'eu' },
    'X-Maybe': { schema: text },
  }
  const mock = await serve({ '/it': get({ 200: { ...json({ type: 'object' }), headers } }) })
  const sent = (await send(mock, 'GET', '/it')).headers
  expect(Number(sent['x-rate-limit'])).toBeGreaterThanOrEqual(5)
  expect(sent).toMatchObject({ 'x-region': 'eu' })
  expect(sent).not.toHaveProperty('x-maybe')
})

test('a picture is one, byte for byte', async () => {
  const mock = await serve({
    '/it': get({ 200: content({ 'image/png': { schema: { type: 'string', format: 'binary' } } }) }),
  })
  const answer = await mock.inject('/it')
  expect(answer.headers['content-type']).toBe('image/png')
  expect([...answer.rawPayload.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47])
  expect(answer.headers['content-length']).toBe(String(answer.rawPayload.length))
})

describe('Prefer', () => {
  const paths = {
    '/rows/{id}': {
      parameters: [inPath('id', { type: 'integer' })],
      get: {
        operationId: 'read',
        responses: {
          200: json(row, {
            examples: { cat: { value: { id: 1, name: 'Mia' } }, dog: { value: { id: 2, name: 'Rex' } } },
          }),
          404: json({
            type: 'object',
            required: ['why'],
            properties: { why: { type: 'string', example: 'It is gone.' } },
          }),
          '5XX': { description: 'Broken.' },
        },
      },
      delete: {
        operationId: 'remove',
        requestBody: sends({ type: 'object' }),
        responses: { 204: { description: 'Gone.' } },
      },
    },
  }
  test.each([
    ['code=404', 404, { why: 'It is gone.' }],
    ['code=503', 503, undefined],
    ['example=dog', 200, { id: 2, name: 'Rex' }],
    ['code=200, example="dog"', 200, { id: 2, name: 'Rex' }],
    ['dynamic=true', 200, { id: expect.any(Number), name: expect.any(String) }],
  ])('%s gets that answer, whatever the state is', async (prefer, status, body) => {
    const mock = await serve(paths)
    const answer = await send(mock, 'GET', '/rows/4711', { headers: { prefer } })
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body })
    expect(answer.headers['preference-applied']).toBe(prefer.replaceAll('"', ''))
  })

  test.each([
    ['code=418', 'code=418 is not declared; declared: 200, 404, 5XX'],
    ['code=99', 'is not a status from 200 to 599'],
    ['example=cow', 'example=cow is not declared; declared: cat (200), dog (200)'],
  ])('%s is refused with what there is', async (prefer, reason) => {
    const mock = await serve(paths)
    const answer = await send(mock, 'GET', '/rows/1', { headers: { prefer } })
    expect(answer).toMatchObject({
      status: 400,
      headers: { 'x-mock-refused-by': 'validation' },
      text: expect.stringContaining(reason),
    })
    expect(answer.headers).not.toHaveProperty('preference-applied')
  })

  test('of anything else is not for us', async () => {
    const mock = await serve(paths)
    const answer = await send(mock, 'GET', '/rows/1', { headers: { prefer: 'respond-async, return=minimal' } })
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: { id: 1, name: 'Mia' } })
  })
})

test('every base path of the servers is served, and a path beside it is told where it is', async () => {
  const servers = [{ url: 'https://example.com/api/v3' }, { url: '/old' }]
  const mock = await serve({ '/pet': get({ 200: json({ const: 1 }) }) }, { servers })
  expect((await send(mock, 'GET', '/api/v3/pet')).status).toBe(200)
  expect((await send(mock, 'GET', '/old/pet')).status).toBe(200)
  expect(await send(mock, 'GET', '/pet')).toMatchObject({
    status: 404,
    text: expect.stringContaining('served below /api/v3 and /old'),
  })
})

test('Prefer chooses an answer of our own APIs, too', async () => {
  const mock = await createUnderstudy({ apis: ['polis'], listen: false })
  const answer = await send(mock, 'GET', '/v2/interactions', { headers: { prefer: 'code=401' } })
  expect(answer).toMatchObject({ status: 401, headers: { 'preference-applied': 'code=401' } })
  expect(mock.violations()).toEqual([])
  await mock.close()
})

test('a stream is sent item by item', async () => {
  const itemSchema = {
    type: 'object',
    required: ['data'],
    properties: { event: { const: 'tick' }, data: { type: 'string', example: 'now' } },
  }
  const mock = await serve(
    {
      '/events': get({ 200: content({ 'text/event-stream': { itemSchema } }) }),
      '/lines': get({
        200: content({
          'application/jsonl': { itemSchema: { type: 'object', required: ['n'], properties: { n: { const: 1 } } } },
        }),
      }),
    },
    { openapi: '3.2.0' },
  )
  expect((await send(mock, 'GET', '/events')).text).toBe('event: tick\ndata: now\n\n'.repeat(3))
  expect((await send(mock, 'GET', '/lines')).text).toBe('{"n":1}\n'.repeat(3))
})

test.each([
  ['an example', { type: 'string', example: 'hello' }],
  ['a default', { type: 'string', default: 'hello' }],
  ['the only value', { type: 'string', enum: ['hello'] }],
])('plain text is what its schema has as %s', async (_name, schema) => {
  const mock = await serve({
    '/motto': { get: { responses: { 200: { description: 'As asked.', content: { 'text/plain': { schema } } } } } },
  })
  expect((await send(mock, 'GET', '/motto')).text).toBe('hello')
})

import { describe, expect, test } from 'vitest'
import { apiOf, notesOf, served } from './serve-text.ts'

const ok = "{ '200': { description: ok } }"

describe('a document of 2.0', () => {
  test('loads with its version as a number, and is served below its base path', async () => {
    const text = `{ swagger: 2.0, info: { title: t, version: '1' }, basePath: /v2, paths: { /a: { get: { operationId: a, responses: ${ok} } } } }`
    await served(text, async (mock) => {
      expect((await mock.inject({ method: 'GET', url: '/v2/a' })).statusCode).toBe(200)
      expect((await mock.inject({ method: 'GET', url: '/a' })).statusCode).toBe(404)
    })
  })

  const swagger = (paths: string, rest = ''): string => `
swagger: '2.0'
info: { title: t, version: '1' }
consumes: [application/json]
produces: [application/json]
paths: ${paths}
${rest}`

  test('has a file of a form as a part of multipart', () => {
    const api = apiOf(
      swagger(`{ /a: { post: { operationId: a, parameters: [{ name: f, in: formData, type: file, required: true }], responses: ${ok} } } }`),
    )
    const body = api.operations[0]?.requestBody
    expect(Object.keys(body?.content ?? {})).toEqual(['multipart/form-data'])
    expect(body?.content['multipart/form-data']?.schema).toEqual({
      type: 'object',
      properties: { f: { type: 'string', format: 'binary' } },
      required: ['f'],
    })
  })

  test.each([
    ['at its path', `{ /a: { parameters: [{ name: b, in: body, required: true, schema: { type: integer } }], post: { operationId: a, responses: ${ok} } } }`, '', '/paths/~1a/parameters/0/schema/type'],
    ['shared', `{ /a: { post: { operationId: a, parameters: [{ $ref: '#/parameters/B' }], responses: ${ok} } } }`, 'parameters: { B: { name: b, in: body, required: true, schema: { type: integer } } }', '/parameters/B/schema/type'],
  ])('has a body %s as its request body, and names its place', async (_name, paths, rest, pointer) => {
    await served(swagger(paths, rest), async (mock) => {
      const none = await mock.inject({ method: 'POST', url: '/a' })
      const wrong = await mock.inject({ method: 'POST', url: '/a', payload: { a: 1 } })
      expect([none.statusCode, wrong.statusCode, wrong.headers['x-mock-pointer']]).toEqual([400, 400, pointer])
    })
  })

  test.each([
    ['multi', 'l=1&l=2'],
    ['pipes', 'l=1|2'],
    ['csv', 'l=1,2'],
    ['ssv', 'l=1%202'],
    ['tsv', 'l=1%092'],
  ])('reads a list in the collection format %s', async (format, query) => {
    const text = swagger(
      `{ /a: { get: { operationId: a, parameters: [{ name: l, in: query, type: array, items: { type: integer }, minItems: 2, collectionFormat: ${format} }], responses: ${ok} } } }`,
    )
    await served(text, async (mock) => {
      expect((await mock.inject({ method: 'GET', url: `/a?${query}` })).statusCode).toBe(200)
      expect((await mock.inject({ method: 'GET', url: '/a?l=1' })).statusCode).toBe(400)
    })
  })

  test('answers with the example of a response', async () => {
    const text = swagger(
      "{ /a: { get: { operationId: a, responses: { '200': { description: ok, schema: { type: object }, examples: { application/json: { a: 1 } } } } } } }",
    )
    await served(text, async (mock) => {
      expect((await mock.inject({ method: 'GET', url: '/a' })).json()).toEqual({ a: 1 })
    })
  })

  test('has a discriminator by name, null where x-nullable says so, and bounds at the keyword of its writer', () => {
    const api = apiOf(
      swagger(
        `{ /a: { post: { operationId: a, parameters: [{ name: b, in: body, schema: { $ref: '#/definitions/A' } }], responses: ${ok} } } }`,
        'definitions: { A: { type: object, discriminator: kind, properties: { kind: { type: string, x-nullable: true }, n: { type: number, minimum: 0, exclusiveMinimum: true } } } }',
      ),
    )
    const media = api.operations[0]?.requestBody?.content['application/json']
    expect(media?.validate({ kind: null, n: 1 })).toEqual([])
    const [error] = media?.validate({ n: 0 }) ?? []
    expect(api.placeOf(error?.pointer ?? '').pointer).toBe('/definitions/A/properties/n/exclusiveMinimum')
  })
})

describe('nullable', () => {
  const withSchema = (version: string, schema: string): string => `
openapi: ${version}
info: { title: t, version: '1' }
paths: { /a: { post: { operationId: a, requestBody: { content: { application/json: { schema: ${schema} } } }, responses: ${ok} } } }
components: { schemas: { Text: { type: string } } }`

  test.each([
    ['a type', '{ type: string, nullable: true }'],
    ['$ref', "{ $ref: '#/components/schemas/Text', nullable: true }"],
    ['allOf', "{ allOf: [{ $ref: '#/components/schemas/Text' }], nullable: true }"],
    ['enum', '{ type: string, enum: [a], nullable: true }'],
  ])('beside %s lets null be valid in 3.0, and nothing else', (_name, schema) => {
    const validate = apiOf(withSchema('3.0.3', schema)).operations[0]?.requestBody?.content['application/json']?.validate
    expect([validate?.(null).length, validate?.('a').length]).toEqual([0, 0])
    expect(validate?.(1)).not.toEqual([])
  })

  test('is set aside in 3.1 with a note', () => {
    const api = apiOf(withSchema('3.1.0', '{ type: string, nullable: true }'))
    expect(notesOf(api)[0]).toMatch(/^\/paths\/~1a\/post.*\/schema\/nullable: nullable is not a keyword/)
    expect(api.operations[0]?.requestBody?.content['application/json']?.validate(null)).not.toEqual([])
  })

  test('in an example value stays as it is, with $id and example', () => {
    const api = apiOf(`
openapi: 3.0.3
info: { title: t, version: '1' }
paths: { /a: { get: { operationId: a, responses: { '200': { description: ok, content: { application/json: { schema: { type: object }, example: { nullable: true, $id: x, example: 1 } } } } } } } }`)
    const media = api.operations[0]?.responses['200']?.content['application/json']
    expect(media?.examples['example']?.value).toEqual({ nullable: true, $id: 'x', example: 1 })
    expect(media?.validate({})).toEqual([])
  })

  test('is a property like any other, as example, properties and $ref are', () => {
    const validate = apiOf(
      withSchema(
        '3.0.3',
        '{ type: object, required: [nullable], properties: { nullable: { type: integer }, example: { type: integer }, properties: { type: integer }, $ref: { type: integer } } }',
      ),
    ).operations[0]?.requestBody?.content['application/json']?.validate
    expect(validate?.({ nullable: 1, example: 1, properties: 1, $ref: 1 })).toEqual([])
    for (const name of ['example', 'properties', '$ref']) expect(validate?.({ nullable: 1, [name]: 'x' })).toHaveLength(1)
  })
})

test('3.2 has query, further methods, a whole query, items of a stream, and values of examples', async () => {
  const api = apiOf(`
openapi: 3.2.0
$self: https://example.com/api
info: { title: t, version: '1' }
paths:
  /a:
    query: { operationId: ask, responses: ${ok} }
    additionalOperations: { COPY: { operationId: copy, responses: ${ok} } }
    get:
      operationId: read
      parameters: [{ in: querystring, name: all, content: { application/x-www-form-urlencoded: { schema: { type: object, required: [q], properties: { q: { type: integer } } } } } }]
      responses:
        '200':
          description: ok
          content:
            application/jsonl: { itemSchema: { type: object }, examples: { one: { dataValue: [{ a: 1 }] } } }`)
  expect(api.operations.map(({ id, method }) => [id, method])).toEqual([
    ['read', 'GET'],
    ['ask', 'QUERY'],
    ['copy', 'COPY'],
  ])
  const media = api.operations[0]?.responses['200']?.content['application/jsonl']
  expect(media?.schema).toMatchObject({ type: 'array', items: { type: 'object' } })
  expect(media?.examples['one']?.value).toEqual([{ a: 1 }])
})

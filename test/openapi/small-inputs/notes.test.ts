import { describe, expect, test } from 'vitest'
import { apiOf, notesOf, served } from './serve-text.ts'

const ok = "{ '200': { description: ok } }"
const openapi = (paths: string, rest = ''): string => `
openapi: 3.0.3
info: { title: t, version: '1' }
paths: ${paths}
${rest}`

describe('operations', () => {
  test('without an id are named by method and path alone', () => {
    const ids = (paths: string): string[] => apiOf(openapi(paths)).operations.map(({ id }) => id)
    const one = `/a/b: { get: { responses: ${ok} } }`
    const other = `/a-b: { get: { responses: ${ok} } }`
    expect(ids(`{ ${one}, ${other} }`)).toEqual(['getAB', 'getA-b'])
    expect(ids(`{ ${other}, ${one} }`)).toEqual(['getA-b', 'getAB'])
  })

  test('of one id are told apart by a number, with a note', () => {
    const api = apiOf(openapi(`{ /a: { get: { operationId: x, responses: ${ok} } }, /b: { get: { operationId: x, responses: ${ok} } } }`))
    expect(api.operations.map(({ id }) => id)).toEqual(['x', 'x-2'])
    expect(notesOf(api)).toEqual(['/paths/~1b/get: repeats the operationId x'])
  })

  test.each([
    ['none at all', '{ operationId: a }', 200],
    ['a refusal only', "{ operationId: a, responses: { '404': { description: no } } }", 200],
    ['a redirection only', "{ operationId: a, responses: { '302': { description: there } } }", 302],
    ['default only', '{ operationId: a, responses: { default: { description: ok } } }', 200],
    ['a class only', '{ operationId: a, responses: { 2XX: { description: ok }, x-more: 1 } }', 200],
  ])('with responses of %s are answered, and that is no violation', async (_name, operation, status) => {
    await served(openapi(`{ /a: { get: ${operation} } }`), async (mock) => {
      const answer = await mock.inject({ method: 'GET', url: '/a' })
      expect([answer.statusCode, answer.body, mock.violations()]).toEqual([status, '', []])
      if (status === 302) expect(answer.headers['location']).toBeDefined()
    })
  })

  test('may be missing: webhooks only', () => {
    const api = apiOf(`
openapi: 3.1.0
info: { title: t, version: '1' }
webhooks: { done: { post: { responses: ${ok} } } }`)
    expect([api.operations, notesOf(api)]).toEqual([[], [': has no paths']])
  })

  test('of paths that look alike are merged, each with its own names', async () => {
    const text = openapi(`
  /a/{x}: { parameters: [{ name: x, in: path, required: true, schema: { type: string } }], get: { operationId: read, responses: ${ok} }, head: { operationId: look, responses: ${ok} } }
  /a/{y}: { parameters: [{ name: y, in: path, required: true, schema: { type: string } }], delete: { operationId: drop, responses: ${ok} } }`)
    await served(text, async (mock) => {
      expect((await mock.inject({ method: 'GET', url: '/a/1' })).statusCode).toBe(200)
      expect((await mock.inject({ method: 'DELETE', url: '/a/1' })).statusCode).toBe(200)
      expect((await mock.inject({ method: 'OPTIONS', url: '/a/1' })).headers['allow']).toBe('GET, HEAD, DELETE, OPTIONS')
    })
  })

  test('are told apart by the query of their path, and lose its fragment', async () => {
    const text = openapi(`
  /q: { get: { operationId: plain, responses: ${ok} } }
  /q?beta=true: { get: { operationId: beta, responses: { '202': { description: ok } } } }
  /f#one: { get: { operationId: one, responses: ${ok} } }
  /f#two: { get: { operationId: two, responses: ${ok} } }`)
    await served(text, async (mock) => {
      const status = async (url: string): Promise<number> => (await mock.inject({ method: 'GET', url })).statusCode
      expect([await status('/q'), await status('/q?beta=true'), await status('/f')]).toEqual([200, 202, 200])
      expect(mock.apis.flatMap(notesOf)).toEqual(['/paths/~1f#two/get: is the same request as one'])
    })
  })

  test.each([
    ['/a/{x-y}', '/a/1'],
    ['/a/{id}.json', '/a/1.json'],
    ['/a/{one}-{two}', '/a/1-2'],
    ['/a:b', '/a:b'],
    ['/a/{id}:cancel', '/a/1:cancel'],
    ['/a*b', '/a*b'],
    ['/{id}/{id}', '/1/2'],
    ['a', '/a'],
  ])('at the odd path %s are served', async (path, url) => {
    await served(openapi(`{ '${path}': { get: { operationId: a, responses: ${ok} } } }`), async (mock) => {
      expect((await mock.inject({ method: 'GET', url })).statusCode).toBe(200)
    })
  })
})

describe('references', () => {
  test('lead through several files and back', () => {
    const api = apiOf(openapi("{ /a: { $ref: './paths/a.yaml' } }", 'components: { schemas: { A: { type: integer } } }'), {
      'paths/a.yaml': `{ get: { operationId: a, responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '../schemas.yaml#/List' } } } } } } }`,
      'schemas.yaml': "{ List: { type: array, items: { $ref: 'api.yaml#/components/schemas/A' } } }",
    })
    const validate = api.operations[0]?.responses['200']?.content['application/json']?.validate
    expect([notesOf(api), validate?.([1])]).toEqual([[], []])
    const [error] = validate?.({}) ?? []
    expect(api.placeOf(error?.pointer ?? '').file).toMatch(/schemas\.yaml$/)
    expect(api.placeOf(error?.pointer ?? '').pointer).toBe('/List/type')
  })

  test.each([
    ['https://example.com/a.yaml', 'is on the network, which is only read with --allow-remote'],
    ['../outside.yaml', 'leaves the folder of the document, beyond which nothing is read'],
    ['#/components/schemas/Nothing', 'points at nothing'],
  ])('to %s are noted with their place, and the rest is served', (ref, problem) => {
    const api = apiOf(
      openapi(
        `{ /a: { get: { operationId: a, responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '${ref}' } } } } } } } }`,
      ),
    )
    expect(notesOf(api)).toContain(
      `/paths/~1a/get/responses/200/content/application~1json/schema: $ref "${ref}" ${problem}`,
    )
    expect(api.operations[0]?.responses['200']?.content['application/json']?.validate(1)).toEqual([])
  })
})

test('references that lead to one another only are noted where they begin', () => {
  const api = apiOf(
    openapi(
      '{}',
      "components: { schemas: { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } } }",
    ),
  )
  expect(notesOf(api)[0]).toBe(
    '/components/schemas/A: $ref "#/components/schemas/B" leads to nothing but further references',
  )
})

describe('schemas', () => {
  const bodyOf = (schema: string) => {
    const api = apiOf(openapi(`{ /a: { post: { operationId: a, requestBody: { content: { application/json: { schema: ${schema} } } }, responses: ${ok} } } }`))
    const media = api.operations[0]?.requestBody?.content['application/json']
    return { notes: api.notes, validate: (value: unknown) => media?.validate(value).length }
  }

  test('have one note for each unknown format, with its count', () => {
    const { notes, validate } = bodyOf(
      '{ type: object, properties: { a: { type: string, format: phone-number }, b: { type: string, format: phone-number }, c: { type: integer, format: uint32 } } }',
    )
    expect(notes.map(({ what, count }) => [what, count])).toEqual([['the format "phone-number" is unknown', 2]])
    expect(validate({ a: 'x' })).toBe(0)
  })

  test.each([
    ['(?i)^a$', 'A', 'b'],
    [String.raw`^[\w-.]+$`, 'a-.', '!'],
    [String.raw`^\d{4}\-\d{2}$`, '2020-01', '202'],
    [String.raw`\A\d+\z`, '12', 'a'],
  ])('have the pattern %s as JavaScript reads it', (pattern, right, wrong) => {
    const { notes, validate } = bodyOf(`{ type: string, pattern: '${pattern}' }`)
    expect([notes, validate(right), validate(wrong)]).toEqual([[], 0, 1])
  })

  test.each([
    ['an unknown keyword', '{ type: string, foo: 1 }', '"foo" is not a keyword of a schema'],
    ['null for a schema', '{ type: object, properties: { a: null } }', 'is null where a schema is expected'],
    ['an unknown type', "{ type: 'any' }", 'the type "any" is none of JSON Schema'],
    ['required of draft 3', '{ type: object, properties: { a: { type: string, required: true } } }', 'required is a boolean, as in draft 3 of JSON Schema'],
    ['a pattern that is none', "{ type: string, pattern: '(' }", 'the pattern is not a regular expression of ECMA-262'],
    ['a bound in quotes', "{ type: string, maxLength: '3' }", 'maxLength has its value in quotes'],
    ['a bound of the wrong type', '{ type: string, maxLength: [3] }', 'maxLength has a value of the wrong type'],
    ['an empty enum', '{ enum: [] }', 'enum is not an array of values'],
  ])('with %s are used without it, with a note', (_name, schema, what) => {
    const { notes, validate } = bodyOf(schema)
    expect(notes.map((note) => note.what)).toEqual([what])
    expect(validate(schema.includes('object') ? {} : 'x')).toBe(0)
  })

  test('that are their own part take anything, and end', () => {
    const api = apiOf(
      openapi(
        `{ /a: { post: { operationId: a, requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/A' } } } }, responses: ${ok} } } }`,
        "components: { schemas: { A: { allOf: [{ $ref: '#/components/schemas/A' }] } } }",
      ),
    )
    expect(api.operations[0]?.requestBody?.content['application/json']?.validate({})).toEqual([])
  })
})

describe('parameters', () => {
  const get = (parameter: string, path = '/a'): string =>
    openapi(`{ '${path}': { get: { operationId: a, parameters: [${parameter}], responses: ${ok} } } }`)

  test.each([
    ['a cookie', get('{ name: c, in: cookie, required: true, schema: { type: integer } }'), { url: '/a', headers: { cookie: 'x=y; c=1' } }, { url: '/a', headers: { cookie: 'c=x' } }],
    ['JSON in a query', get('{ name: q, in: query, content: { application/json: { schema: { type: object, required: [a] } } } }'), { url: '/a?q=%7B%22a%22:1%7D' }, { url: '/a?q=%7B%7D' }],
    ['an object in a query', get('{ name: q, in: query, schema: { type: object, properties: { a: { type: integer } } } }'), { url: '/a?a=1' }, { url: '/a?a=x' }],
  ])('as %s are decoded and judged', async (_name, text, right, wrong) => {
    await served(text, async (mock) => {
      expect((await mock.inject({ method: 'GET', ...right })).statusCode).toBe(200)
      expect((await mock.inject({ method: 'GET', ...wrong })).statusCode).toBe(400)
    })
  })

  test('that nothing describes are any text, and those of no place are left out, with notes', () => {
    const api = apiOf(get('{ name: x, in: body, schema: {} }, { name: y, in: nowhere }, { name: z, in: path, required: true, schema: { type: string } }, { name: q, in: query }', '/a/{id}'))
    expect(api.operations[0]?.parameters.map((each) => `${each.in} ${each.name}`)).toEqual(['query q', 'path id'])
    expect(notesOf(api)).toEqual([
      '/paths/~1a~1{id}/get/parameters/0: has no name, or is in no place that a request has',
      '/paths/~1a~1{id}/get/parameters/1: has no name, or is in no place that a request has',
      '/paths/~1a~1{id}/get/parameters/3: has no schema',
      '/paths/~1a~1{id}/get: the path has no {z}',
      '/paths/~1a~1{id}/get: does not describe the path parameter {id}',
    ])
  })

  test('in an object are its values', () => {
    const text = openapi(`{ /a: { get: { operationId: a, parameters: { q: { name: q, in: query, schema: { type: string } } }, responses: ${ok} } } }`)
    const api = apiOf(text)
    expect(api.operations[0]?.parameters.map(({ name }) => name)).toEqual(['q'])
    expect(notesOf(api)).toEqual(['/paths/~1a/get/parameters: is an object where an array is expected'])
  })
})

test('a key in a cookie is asked for, mutual TLS is taken as given', async () => {
  const text = openapi(
    `{ /a: { get: { operationId: a, security: [{ key: [], tls: [] }], responses: ${ok} } } }`,
    'components: { securitySchemes: { key: { type: apiKey, in: cookie, name: k }, tls: { type: mutualTLS } } }',
  )
  await served(text, async (mock) => {
    expect((await mock.inject({ method: 'GET', url: '/a' })).statusCode).toBe(401)
    expect((await mock.inject({ method: 'GET', url: '/a', headers: { cookie: 'k=1' } })).statusCode).toBe(200)
    expect(mock.apis.flatMap(notesOf)[0]).toBe('/components/securitySchemes/tls: is mutual TLS')
  })
})

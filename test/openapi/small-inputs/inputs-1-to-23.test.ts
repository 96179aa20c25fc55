import { expect, test } from 'vitest'
import { apiOf, notesOf } from './serve-text.ts'
import { answer, get, json, ok, openapi, post, type SmallInput, swagger, testInputs } from './small-input.ts'

const inputs: Readonly<Record<number, SmallInput>> = {
  1: {
    title: 'swagger: 2.0 as a number loads',
    document: `{ swagger: 2.0, info: { title: t, version: '1' }, paths: { /a: ${get()} } }`,
    asks: { 'GET /a': 200 },
    notes: [],
  },
  2: {
    title: 'basePath without schemes is served below it',
    document: swagger(`{ /a: ${get()} }`, 'basePath: /v2'),
    asks: { 'GET /v2/a': 200, 'GET /a': 404 },
  },
  3: {
    title: 'formData of type file without consumes is multipart, the part as declared',
    document: `{ swagger: '2.0', info: { title: t, version: '1' }, paths: { /a: { post: { operationId: a, parameters: [{ name: f, in: formData, type: file, required: true }], responses: ${ok} } } } }`,
    check: async (mock) => {
      const send = (name: string) =>
        mock.inject({
          method: 'POST',
          url: '/a',
          headers: { 'content-type': 'multipart/form-data; boundary=x' },
          payload: `--x\r\nContent-Disposition: form-data; name="${name}"; filename="f.txt"\r\nContent-Type: text/plain\r\n\r\nhi\r\n--x--\r\n`,
        })
      expect([(await send('f')).statusCode, (await send('g')).statusCode]).toEqual([200, 400])
    },
  },
  4: {
    title: 'a body that is shared, or at path level, is the request body and keeps required',
    document: swagger(
      `{ /a: { post: { operationId: a, parameters: [{ $ref: '#/parameters/B' }], responses: ${ok} } }, /b: { parameters: [{ name: b, in: body, required: true, schema: { type: integer } }], post: { operationId: b, responses: ${ok} } } }`,
      'parameters: { B: { name: b, in: body, required: true, schema: { type: integer } } }',
    ),
    asks: { 'POST /a': 400, 'POST /a 1': 200, 'POST /a "x"': 400, 'POST /b': 400, 'POST /b 1': 200, 'POST /b "x"': 400 },
  },
  5: {
    title: 'collectionFormat multi, pipes, csv and none are lists of two',
    document: swagger(
      `{ ${['multi', 'pipes', 'csv', 'none']
        .map((name) => {
          const format = name === 'none' ? '' : `collectionFormat: ${name},`
          return `/${name}: { get: { operationId: ${name}, parameters: [{ name: q, in: query, type: array, ${format} items: { type: integer }, minItems: 2 }], responses: ${ok} } }`
        })
        .join(', ')} }`,
    ),
    asks: { 'GET /multi?q=1&q=2': 200, 'GET /multi?q=1': 400, 'GET /pipes?q=1%7C2': 200, 'GET /pipes?q=1,2': 400, 'GET /csv?q=1,2': 200, 'GET /csv?q=1': 400, 'GET /none?q=1,2': 200, 'GET /none?q=x,2': 400 },
  },
  6: {
    title: 'examples of a response of 2.0 are answered',
    document: swagger(`{ /a: ${get("{ '200': { description: ok, schema: { type: object }, examples: { application/json: { a: 1 } } } }")} }`),
    check: async (mock) => expect((await answer(mock, '/a')).json()).toEqual({ a: 1 }),
  },
  7: {
    title: 'discriminator: kind decides, x-nullable takes null',
    document: swagger(
      `{ /a: { post: { operationId: a, parameters: [{ name: b, in: body, schema: { $ref: '#/definitions/Pet' } }], responses: ${ok} } } }`,
      'definitions: { Pet: { type: object, discriminator: kind, required: [kind], properties: { kind: { type: string }, n: { type: integer, x-nullable: true } } }, Cat: { allOf: [{ $ref: "#/definitions/Pet" }, { type: object, required: [claws] }] } }',
    ),
    asks: { 'POST /a {"kind":"Pet","n":null}': 200, 'POST /a {"kind":"Cat","claws":1}': 200, 'POST /a {"n":1}': 400, 'POST /a {"kind":"Pet","n":"x"}': 400 },
  },
  8: {
    title: 'minimum: 0 with exclusiveMinimum: true refuses 0 at the keyword of its writer',
    document: openapi(`{ /a: ${post('{ type: number, minimum: 0, exclusiveMinimum: true }')} }`),
    asks: { 'POST /a 0.1': 200 },
    check: async (mock) => {
      const { statusCode, headers } = await mock.inject({ method: 'POST', url: '/a', payload: '0', headers: { 'content-type': 'application/json' } })
      expect([statusCode, headers['x-mock-pointer']]).toEqual([400, '/paths/~1a/post/requestBody/content/application~1json/schema/exclusiveMinimum'])
    },
  },
  9: {
    title: 'nullable beside $ref, allOf and enum takes null',
    document: openapi(
      `{ /ref: ${post("{ nullable: true, $ref: '#/components/schemas/A' }").replace('operationId: a', 'operationId: r')}, /all: ${post("{ nullable: true, allOf: [{ $ref: '#/components/schemas/A' }] }").replace('operationId: a', 'operationId: l')}, /enum: ${post('{ type: string, nullable: true, enum: [x] }')} }`,
      'components: { schemas: { A: { type: string, enum: [x] } } }',
    ),
    asks: { 'POST /ref null': 200, 'POST /ref "x"': 200, 'POST /ref 1': 400, 'POST /all null': 200, 'POST /all 1': 400, 'POST /enum null': 200, 'POST /enum "y"': 400 },
  },
  10: {
    title: 'an example value with members nullable, $id and example is unchanged',
    document: openapi(`{ /a: ${get(json('{ type: object }', ', example: { nullable: true, $id: x, example: 1 }'))} }`),
    notes: [],
    check: async (mock) => expect((await answer(mock, '/a')).json()).toEqual({ nullable: true, $id: 'x', example: 1 }),
  },
  11: {
    title: 'properties may be named example and properties',
    document: openapi(`{ /a: ${post('{ type: object, required: [example, properties], properties: { example: { type: integer }, properties: { type: integer } } }')} }`),
    asks: { 'POST /a {"example":1,"properties":2}': 200, 'POST /a {"example":"x","properties":2}': 400, 'POST /a {"example":1}': 400 },
    notes: [],
  },
  12: {
    title: 'nullable in 3.1 is noted',
    document: openapi(`{ /a: ${post('{ type: string, nullable: true }')} }`, '', '3.1.0'),
    asks: { 'POST /a null': 400, 'POST /a "x"': 200 },
    notes: [/\/schema\/nullable: nullable is not a keyword since OpenAPI 3\.1$/],
  },
  13: {
    title: '3.2 has query, additionalOperations, in: querystring, itemSchema, $self, defaultMapping and dataValue',
    document: `openapi: 3.2.0
$self: https://example.com/api
info: { title: t, version: '1' }
paths:
  /a:
    query: { operationId: ask, requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }, responses: ${ok} }
    additionalOperations: { COPY: { operationId: copy, responses: ${ok} } }
    get:
      operationId: read
      parameters: [{ in: querystring, name: all, content: { application/x-www-form-urlencoded: { schema: { type: object, properties: { q: { type: integer } } } } } }]
      responses: { '200': { description: ok, content: { application/jsonl: { itemSchema: { type: object }, examples: { one: { dataValue: [{ a: 1 }, { a: 2 }] } } }, text/event-stream: { itemSchema: { type: object, properties: { data: { type: string } } } } } } }
components: { schemas: { Pet: { type: object, discriminator: { propertyName: kind, mapping: { cat: '#/components/schemas/Cat' }, defaultMapping: '#/components/schemas/Other' }, oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Other' }] }, Cat: { type: object, required: [kind, claws], properties: { kind: { const: cat } } }, Other: { type: object, required: [name] } } }
`,
    asks: { 'QUERY /a {"kind":"cat","claws":1}': 200, 'QUERY /a {"name":"x"}': 200, 'QUERY /a {"kind":"cat"}': 400, 'COPY /a': 200, 'GET /a?q=1': 200, 'GET /a?q=x': 400 },
    check: async (mock) => {
      expect((await answer(mock, '/a')).body).toBe('{"a":1}\n{"a":2}\n')
      const events = await answer(mock, '/a', { accept: 'text/event-stream' })
      expect([events.headers['content-type'], /^data:/m.test(events.body)]).toEqual([expect.stringContaining('text/event-stream'), true])
    },
  },
  14: {
    title: '/a/b and /a-b without ids have two stable ids',
    document: openapi(`{ /a/b: { get: { responses: ${ok} } }, /a-b: { get: { responses: ${ok} } } }`),
    check: (mock) => Promise.resolve(expect(mock.apis[0]?.operations.map(({ id }) => id)).toEqual(['getAB', 'getA-b'])),
  },
  15: {
    title: 'equal ids are told apart by a number, with a note',
    document: openapi(`{ /a: ${get()}, /b: ${get()} }`),
    notes: ['/paths/~1b/get: repeats the operationId a'],
    check: (mock) => Promise.resolve(expect(mock.apis[0]?.operations.map(({ id }) => id)).toEqual(['a', 'a-2'])),
  },
  16: {
    title: 'no responses: 200 without a body',
    document: openapi('{ /a: { get: { operationId: a } } }'),
    asks: { 'GET /a': 200 },
    notes: ['/paths/~1a/get: declares no responses'],
  },
  17: {
    title: 'only 404: 200 without a body',
    document: openapi(`{ /a: ${get("{ '404': { description: no } }")} }`),
    asks: { 'GET /a': 200 },
    notes: ['/paths/~1a/get/responses: has no response of success'],
  },
  18: {
    title: 'only 302: that, with a Location',
    document: openapi(`{ /a: ${get("{ '302': { description: there } }")} }`),
    asks: { 'GET /a': 302 },
    check: async (mock) => expect((await answer(mock, '/a')).headers['location']).toBeDefined(),
  },
  19: {
    title: 'only default, a class 2XX, and x- below responses',
    document: openapi(
      `{ /a: ${get('{ default: { description: ok } }')}, /b: { get: { operationId: b, responses: { 2XX: { description: ok }, x-more: { a: 1 } } } } }`,
    ),
    asks: { 'GET /a': 200, 'GET /b': 200 },
    notes: [],
  },
  20: {
    title: 'webhooks only: starts, and says that there is nothing to serve',
    document: `openapi: 3.1.0\ninfo: { title: t, version: '1' }\nwebhooks: { done: { post: { summary: All is done, requestBody: { content: { application/json: { schema: { type: object, properties: { doneAt: { type: string } } } } } }, responses: ${ok} } } }\n`,
    asks: { 'POST /done': 404 },
    notes: [': has no paths'],
    check: async (mock) => expect((await answer(mock, '/docs/api')).body).toMatch(/Webhooks[^]*All is done[^]*doneAt/),
  },
  22: {
    title: '$ref: https://… is refused with its place, and nobody is called',
    document: openapi(`{ /a: ${get(json("{ $ref: 'https://127.0.0.1:1/a.yaml' }"))} }`),
    asks: { 'GET /a': 200 },
    notes: ['/paths/~1a/get/responses/200/content/application~1json/schema: $ref "https://127.0.0.1:1/a.yaml" is on the network, which is only read with --allow-remote'],
  },
  23: {
    title: '$ref to nothing in one response: the rest is served, that one says what is missing',
    document: openapi(`{ /a: ${get(json("{ $ref: '#/components/schemas/No' }"))}, /b: { get: { operationId: b, responses: ${ok} } } }`),
    asks: { 'GET /a': 200, 'GET /b': 200 },
    notes: ['/paths/~1a/get/responses/200/content/application~1json/schema: $ref "#/components/schemas/No" points at nothing'],
  },
}


testInputs(inputs)

test('21 a file that refers back is read once, and its parts have their place in it', () => {
  const api = apiOf(openapi("{ /a: { $ref: './a.yaml' } }", 'components: { schemas: { A: { type: integer } } }'), {
    'a.yaml': `{ get: { operationId: a, responses: ${json("{ $ref: 'api.yaml#/components/schemas/A' }")} } }`,
  })
  const validate = api.operations[0]?.responses['200']?.content['application/json']?.validate
  expect([notesOf(api), validate?.(1)]).toEqual([[], []])
  const [error] = validate?.('x') ?? []
  expect(api.placeOf(error?.pointer ?? '')).toEqual({ file: expect.stringMatching(/api\.yaml$/), pointer: '/components/schemas/A/type' })
})

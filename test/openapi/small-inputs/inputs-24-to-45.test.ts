import { expect } from 'vitest'
import { answer, get, json, ok, openapi, post, type SmallInput, testInputs, withParameter } from './small-input.ts'

const row = "{ $ref: '#/components/schemas/Row' }"
const rowSchema = (rest: string, required = 'id, name'): string =>
  `components: { schemas: { Row: { type: object, required: [${required}], properties: { id: { type: integer }, name: { type: string }${rest} } } } }`
const created = `post: { operationId: make, requestBody: { content: { application/json: { schema: { type: object, required: [name], properties: { name: { type: string } } } } } }, responses: { '201': { description: made, content: { application/json: { schema: ${row} } } } } }`
const read = (responses: string): string =>
  `{ get: { operationId: read, parameters: [{ name: id, in: path, required: true, schema: { type: integer } }], responses: ${responses} } }`

const inputs: Readonly<Record<number, SmallInput>> = {
  24: {
    title: 'format: phone-number is an annotation only',
    document: openapi(`{ /a: ${post('{ type: string, format: phone-number }')} }`),
    asks: { 'POST /a "no phone"': 200, 'POST /a 1': 400 },
    notes: [/\/schema\/format: the format "phone-number" is unknown$/],
  },
  25: {
    title: '(?i)^a is translated',
    document: openapi(`{ /a: ${post("{ type: string, pattern: '(?i)^a' }")} }`),
    asks: { 'POST /a "A"': 200, 'POST /a "a"': 200, 'POST /a "b"': 400 },
    notes: [],
  },
  26: {
    title: 'an object that requires itself ends, with a note',
    document: openapi(`{ /a: ${get(json("{ $ref: '#/components/schemas/Self' }"))} }`, "components: { schemas: { Self: { type: object, required: [self], properties: { self: { $ref: '#/components/schemas/Self' } } } } }"),
    asks: { 'GET /a': 200 },
    notes: [/: no value was found that the schema allows/],
  },
  27: {
    title: 'huge maxItems: a few items',
    document: openapi(`{ /a: ${get(json('{ type: array, maxItems: 2147483647, items: { type: string } }'))} }`),
    notes: [],
    check: async (mock) => expect((await answer(mock, '/a')).json<unknown[]>().length).toBeLessThanOrEqual(3),
  },
  28: {
    title: 'minLength: 100000 is kept',
    document: openapi(`{ /a: ${get(json('{ type: string, minLength: 100000 }'))} }`),
    notes: [],
    check: async (mock) => expect((await answer(mock, '/a')).json<string>().length).toBeGreaterThanOrEqual(100_000),
  },
  29: {
    title: 'a parameter and a key in a cookie are read',
    document: openapi(
      `{ /a: ${get(ok, 'security: [{ key: [] }], parameters: [{ name: n, in: cookie, required: true, schema: { type: integer } }],')} }`,
      'components: { securitySchemes: { key: { type: apiKey, in: cookie, name: k } } }',
    ),
    check: async (mock) => {
      const cookies = ['n=1; k=x', 'n=1', 'n=y; k=x', 'k=x']
      const statuses = cookies.map(async (cookie) => (await answer(mock, '/a', { cookie })).statusCode)
      expect(await Promise.all(statuses)).toEqual([200, 401, 400, 400])
    },
  },
  30: {
    title: 'a query with JSON content is decoded and validated',
    document: withParameter('/a', '{ name: q, in: query, content: { application/json: { schema: { type: object, required: [x] } } } }'),
    asks: { 'GET /a?q=%7B%22x%22:1%7D': 200, 'GET /a?q=%7B%7D': 400, 'GET /a?q=no': 400 },
  },
  31: {
    title: 'label and matrix are read by RFC 6570',
    document: openapi(
      `{ '/l/{p}': ${get(ok, 'parameters: [{ name: p, in: path, required: true, style: label, schema: { type: integer } }],')}, '/m/{p}': { get: { operationId: m, parameters: [{ name: p, in: path, required: true, style: matrix, schema: { type: array, items: { type: integer } } }], responses: ${ok} } } }`,
    ),
    asks: { 'GET /l/.5': 200, 'GET /l/.x': 404, 'GET /m/;p=1,2': 200, 'GET /m/;p=x': 404 },
  },
  32: {
    title: '/a/{x} GET and /a/{y} DELETE are one path',
    document: openapi(
      `{ '/a/{x}': ${get(ok, 'parameters: [{ name: x, in: path, required: true, schema: { type: integer } }],')}, '/a/{y}': { delete: { operationId: d, parameters: [{ name: y, in: path, required: true, schema: { type: string } }], responses: ${ok} } } }`,
    ),
    asks: { 'GET /a/1': 200, 'GET /a/x': 404, 'DELETE /a/x': 200, 'PUT /a/1': 405 },
    notes: [],
  },
  33: {
    title: '/q beside /q?beta=true, /f beside /f#one',
    document: openapi(
      `{ /q: ${get()}, '/q?beta=true': { get: { operationId: b, responses: { '202': { description: ok } } } }, /f: { get: { operationId: f, responses: ${ok} } }, '/f#one': { post: { operationId: g, responses: ${ok} } } }`,
    ),
    asks: { 'GET /q': 200, 'GET /q?beta=true': 202, 'GET /q?beta=false': 200, 'GET /f': 200, 'POST /f': 200 },
  },
  34: {
    title: 'a GET with a requestBody needs none',
    document: openapi(`{ /a: ${get(ok, 'requestBody: { content: { application/json: { schema: { type: object } } } },')} }`),
    asks: { 'GET /a': 200 },
  },
  35: {
    title: 'an optional body may be missing, and is validated where it is sent',
    document: openapi(`{ /a: ${post('{ type: object, required: [x] }')} }`),
    asks: { 'POST /a': 200, 'POST /a {}': 400, 'POST /a {"x":1}': 200 },
  },
  36: {
    title: 'header parameters called Accept, Content-Type and Authorization are ignored',
    document: withParameter('/a', ['Accept', 'Content-Type', 'Authorization'].map((name) => `{ name: ${name}, in: header, required: true, schema: { enum: [x] } }`).join(', ')),
    asks: { 'GET /a': 200 },
  },
  37: {
    title: 'the item example has id 7, the list 7 and 8: both are readable, 9 is not',
    document: openapi(
      `{ /rows: ${get(json(`{ type: array, items: ${row} }`, ', example: [{ id: 7, name: a }, { id: 8, name: b }]'))}, '/rows/{id}': ${read(`{ '200': { description: ok, content: { application/json: { schema: ${row}, example: { id: 7, name: a } } } }, '404': { description: none } }`)} }`,
      rowSchema(''),
    ),
    asks: { 'GET /rows': 200, 'GET /rows/7': 200, 'GET /rows/8': 200, 'GET /rows/9': 404 },
  },
  38: {
    title: 'a create whose answer requires status, created_at and owner is completed, and readable',
    document: openapi(
      `{ /rows: { ${created} }, '/rows/{id}': ${read(`{ '200': { description: ok, content: { application/json: { schema: ${row} } } } }`)} }`,
      rowSchema(
        ', status: { type: string, enum: [open, closed] }, created_at: { type: string, format: date-time }, owner: { type: object, required: [email], properties: { email: { type: string, format: email } } }',
        'id, name, status, created_at, owner',
      ),
    ),
    check: async (mock) => {
      const made = await mock.inject({ method: 'POST', url: '/rows', payload: { name: 'mine' } })
      const body: { id: number } = made.json()
      expect([made.statusCode, body]).toEqual([201, expect.objectContaining({ name: 'mine', status: expect.stringMatching(/^(?:open|closed)$/), created_at: expect.any(String), owner: expect.any(Object) })])
      expect((await answer(mock, `/rows/${body.id}`)).json()).toEqual(body)
    },
  },
  39: {
    title: 'a list has its required envelope',
    document: openapi(
      `{ /rows: { get: { operationId: list, responses: ${json(`{ type: object, required: [object, total, data], properties: { object: { type: string, enum: [list] }, total: { type: integer }, data: { type: array, items: ${row} } } }`)} }, ${created} }, '/rows/{id}': ${read(json(row))} }`,
      rowSchema(''),
    ),
    check: async (mock) => {
      await mock.inject({ method: 'POST', url: '/rows', payload: { name: 'mine' } })
      const body: { object: string; total: number; data: { name: string }[] } = (await answer(mock, '/rows')).json()
      expect([body.object, body.total, body.data.at(-1)?.name]).toEqual(['list', body.data.length, 'mine'])
    },
  },
  40: {
    title: 'an example that breaks its schema is served, with a note and without a violation',
    document: openapi(`{ /a: ${get(json('{ type: integer }', ', example: text'))} }`),
    notes: [/example/],
    check: async (mock) => expect((await answer(mock, '/a')).json()).toBe('text'),
  },
  41: {
    title: 'oneOf with branches that overlap is answered with a value of one branch only',
    document: openapi(
      `{ /a: ${get(json('{ oneOf: [{ type: object, required: [a], properties: { a: { type: integer } } }, { type: object, required: [b], properties: { b: { type: string } } }] }'))} }`,
    ),
    notes: [],
    check: async (mock) => {
      const body = (await answer(mock, '/a')).json<object>()
      expect('a' in body).not.toBe('b' in body)
    },
  },
  42: {
    title: 'Accept: text/csv is answered where it is declared, image/png as the document says',
    document: openapi(
      `{ /a: ${get("{ '200': { description: ok, content: { application/json: { example: { a: 1 } }, text/csv: { example: 'a,b' } } } }")}, /b: { get: { operationId: b, responses: { '200': { description: ok, content: { application/json: { example: 1 } } }, '406': { description: no } } } } }`,
    ),
    check: async (mock) => {
      const csv = await answer(mock, '/a', { accept: 'text/csv' })
      expect([csv.statusCode, csv.body, csv.headers['content-type']]).toEqual([200, 'a,b', 'text/csv; charset=utf-8'])
      const statuses = ['/a', '/b'].map(async (url) => (await answer(mock, url, { accept: 'image/png' })).statusCode)
      expect(await Promise.all(statuses)).toEqual([200, 406])
    },
  },
  43: {
    title: 'an answer of a PDF without a schema is a PDF',
    document: openapi(`{ /a: ${get("{ '200': { description: ok, content: { application/pdf: {} } } }")} }`),
    check: async (mock) => {
      const { headers, body } = await answer(mock, '/a')
      expect([headers['content-type'], body.slice(0, 4)]).toEqual(['application/pdf', '%PDF'])
    },
  },
  44: {
    title: 'a response header that is required is sent, and valid',
    document: openapi(`{ /a: ${get("{ '200': { description: ok, headers: { X-Count: { required: true, schema: { type: integer, minimum: 5 } } } } }")} }`),
    check: async (mock) => expect(Number((await answer(mock, '/a')).headers['x-count'])).toBeGreaterThanOrEqual(5),
  },
  45: {
    title: '{x-y} is the name of a parameter',
    document: withParameter('/a/{x-y}', '{ name: x-y, in: path, required: true, schema: { type: integer } }'),
    asks: { 'GET /a/1': 200, 'GET /a/x': 404 },
    notes: [],
  },
}

testInputs(inputs)

import { describe, expect, test } from 'vitest'
import type { Understudy } from '../../../src/library/in-process.ts'
import { apiOf, notesOf, served } from './serve-text.ts'

const ok = "{ '200': { description: ok } }"
const openapi = (paths: string, rest = '', version = '3.0.3'): string => `
openapi: ${version}
info: { title: t, version: '1' }
paths:
${paths}
${rest}`
const json = (schema: string): string => `{ '200': { description: ok, content: { application/json: { schema: ${schema} } } } }`

async function statusOf(mock: Understudy, method: string, url: string, payload?: unknown): Promise<number> {
  const body = payload === undefined ? {} : { payload: JSON.stringify(payload), headers: { 'content-type': 'application/json' } }
  return (await mock.inject({ method: method as 'GET', url, ...body })).statusCode
}

describe('values that are hard to make', () => {
  test.each([
    ['an object that requires itself', "{ $ref: '#/components/schemas/Self' }"],
    ['huge maxItems', '{ type: array, maxItems: 2147483647, items: { type: string } }'],
    ['a length of 100,000', '{ type: string, minLength: 100000 }'],
    ['branches that overlap', '{ oneOf: [{ type: object, properties: { a: { type: integer } } }, { type: object, required: [b], properties: { b: { type: string } } }] }'],
  ])('%s: answered in time, and as declared or with a note', async (_name, schema) => {
    const self = "components: { schemas: { Self: { type: object, required: [self], properties: { self: { $ref: '#/components/schemas/Self' } } } } }"
    const begun = performance.now()
    await served(openapi(`  /a: { get: { operationId: a, responses: ${json(schema)} } }`, self), async (mock) => {
      expect(await statusOf(mock, 'GET', '/a')).toBe(200)
      expect(mock.violations().length === 0 || mock.apis.some(({ notes }) => notes.length > 0)).toBe(true)
    })
    expect(performance.now() - begun).toBeLessThan(5000)
  })
})

describe('parameters of a path', () => {
  const path = (style: string, schema: string, rest = ''): string =>
    openapi(`  '/a/{p}': { get: { operationId: a, parameters: [{ name: p, in: path, required: true, style: ${style}, schema: ${schema}${rest} }], responses: ${ok} } }`)
  const list = '{ type: array, items: { type: integer }, minItems: 2 }'
  const object = '{ type: object, required: [x, y], properties: { x: { type: integer }, y: { type: integer } } }'

  test.each([
    ['label, one value', path('label', '{ type: integer }'), '/a/.5', '/a/.x'],
    ['label, a list', path('label', list), '/a/.1,2', '/a/.1,x'],
    ['label, a list in pieces', path('label', list, ', explode: true'), '/a/.1.2', '/a/.1.x'],
    ['label, an object', path('label', object, ', explode: true'), '/a/.x=1.y=2', '/a/.x=1'],
    ['matrix, one value', path('matrix', '{ type: integer }'), '/a/;p=5', '/a/;p=x'],
    ['matrix, a list', path('matrix', list), '/a/;p=1,2', '/a/;p=1'],
    ['matrix, a list in pieces', path('matrix', list, ', explode: true'), '/a/;p=1;p=2', '/a/;p=1;p=x'],
    ['matrix, an object', path('matrix', object, ', explode: true'), '/a/;x=1;y=2', '/a/;x=1;y=x'],
  ])('%s', async (_name, text, right, wrong) => {
    await served(text, async (mock) => {
      expect([await statusOf(mock, 'GET', right), await statusOf(mock, 'GET', wrong)]).toEqual([200, 404])
    })
  })

  test('may have a name that is no word', async () => {
    const text = openapi(`  '/a/{x-y}': { get: { operationId: a, parameters: [{ name: x-y, in: path, required: true, schema: { type: integer } }], responses: ${ok} } }`)
    await served(text, async (mock) => {
      expect([await statusOf(mock, 'GET', '/a/1'), await statusOf(mock, 'GET', '/a/x')]).toEqual([200, 404])
    })
  })
})

test.each([
  ['multi', 'q=1&q=2'],
  ['pipes', 'q=1%7C2'],
  ['csv', 'q=1,2'],
  ['ssv', 'q=1%202'],
  ['none', 'q=1,2'],
])('collectionFormat %s is a list of two', async (format, query) => {
  const named = format === 'none' ? '' : `, collectionFormat: ${format}`
  const text = `{ swagger: '2.0', info: { title: t, version: '1' }, paths: { /a: { get: { operationId: a, parameters: [{ name: q, in: query, type: array, items: { type: integer }, minItems: 2, maxItems: 2${named} }], responses: ${ok} } } } }`
  await served(text, async (mock) => {
    expect([await statusOf(mock, 'GET', `/a?${query}`), await statusOf(mock, 'GET', '/a?q=1')]).toEqual([200, 400])
  })
})

test.each([
  ['allOf', "{ nullable: true, allOf: [{ $ref: '#/components/schemas/A' }] }"],
  ['$ref', "{ nullable: true, $ref: '#/components/schemas/A' }"],
  ['enum', '{ type: string, nullable: true, enum: [a, b] }'],
])('nullable beside %s takes null and nothing else more', (_beside, schema) => {
  const api = apiOf(
    openapi(
      `  /a: { post: { operationId: a, requestBody: { content: { application/json: { schema: ${schema} } } }, responses: ${ok} } }`,
      'components: { schemas: { A: { type: string, enum: [a, b] } } }',
    ),
  )
  const validate = api.operations[0]?.requestBody?.content['application/json']?.validate
  expect(['a', null, 'c', 1].map((value) => validate?.(value).length === 0)).toEqual([true, true, false, false])
})

describe('requests', () => {
  test('a GET may have a requestBody that nobody has to send', async () => {
    const text = openapi(`  /a: { get: { operationId: a, requestBody: { content: { application/json: { schema: { type: object } } } }, responses: ${ok} } }`)
    await served(text, async (mock) => expect(await statusOf(mock, 'GET', '/a')).toBe(200))
  })
  test('an optional body may be missing, and is judged where it is sent', async () => {
    const text = openapi(`  /a: { post: { operationId: a, requestBody: { content: { application/json: { schema: { type: object, required: [x] } } } }, responses: ${ok} } }`)
    await served(text, async (mock) => {
      expect([await statusOf(mock, 'POST', '/a'), await statusOf(mock, 'POST', '/a', {}), await statusOf(mock, 'POST', '/a', { x: 1 })]).toEqual([200, 400, 200])
    })
  })
  test('parameters called Accept, Content-Type and Authorization are ignored, as the specification says', async () => {
    const headers = ['Accept', 'Content-Type', 'Authorization'].map((name) => `{ name: ${name}, in: header, required: true, schema: { type: string, enum: [x] } }`)
    const text = openapi(`  /a: { get: { operationId: a, parameters: [${headers.join(', ')}], responses: ${ok} } }`)
    await served(text, async (mock) => expect(await statusOf(mock, 'GET', '/a')).toBe(200))
  })
})

describe('rows', () => {
  const row = "{ $ref: '#/components/schemas/Row' }"
  const rows = (list: string, item = json(row)): string =>
    openapi(
      `  /rows: { get: { operationId: list, responses: ${list} }, post: { operationId: create, requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name], properties: { name: { type: string } } } } } }, responses: { '201': { description: made, content: { application/json: { schema: ${row} } } } } } }
  '/rows/{id}': { get: { operationId: read, parameters: [{ name: id, in: path, required: true, schema: { type: integer } }], responses: ${item} } }`,
      'components: { schemas: { Row: { type: object, required: [id, name, status, created_at, owner], properties: { id: { type: integer }, name: { type: string }, status: { type: string, enum: [open, closed] }, created_at: { type: string, format: date-time }, owner: { type: object, required: [email], properties: { email: { type: string, format: email } } } } } } }',
    )
  const example = (id: number): string => `{ id: ${id}, name: n, status: open, created_at: '2026-01-01T00:00:00Z', owner: { email: a@b.example } }`

  test('of the examples of item and list are there, and no others', async () => {
    const list = `{ '200': { description: ok, content: { application/json: { schema: { type: array, items: ${row} }, example: [${example(7)}, ${example(8)}] } } } }`
    const item = `{ '200': { description: ok, content: { application/json: { schema: ${row}, example: ${example(7)} } } }, '404': { description: none } }`
    await served(rows(list, item), async (mock) => {
      expect([await statusOf(mock, 'GET', '/rows/7'), await statusOf(mock, 'GET', '/rows/8'), await statusOf(mock, 'GET', '/rows/9')]).toEqual([200, 200, 404])
    })
  })
  test('that are created are completed to what the answer requires, and keep what was sent', async () => {
    await served(rows(json(`{ type: array, items: ${row} }`)), async (mock) => {
      const made = await mock.inject({ method: 'POST', url: '/rows', payload: { name: 'mine' } })
      expect([made.statusCode, mock.violations()]).toEqual([201, []])
      const body: { id: number; name: string } = made.json()
      expect(body.name).toBe('mine')
      expect((await mock.inject({ method: 'GET', url: `/rows/${body.id}` })).json()).toEqual(body)
    })
  })
  test('come in the envelope that the list requires', async () => {
    const list = json(`{ type: object, required: [object, total, data], properties: { object: { type: string, enum: [list] }, total: { type: integer }, data: { type: array, items: ${row} } } }`)
    await served(rows(list), async (mock) => {
      await mock.inject({ method: 'POST', url: '/rows', payload: { name: 'mine' } })
      const body: { object: string; total: number; data: unknown[] } = (await mock.inject({ method: 'GET', url: '/rows' })).json()
      expect([body.object, body.total === body.data.length, mock.violations()]).toEqual(['list', true, []])
    })
  })
})

describe('answers', () => {
  test('an example that breaks its own schema is served as it stands, and is no violation', async () => {
    const text = openapi("  /a: { get: { operationId: a, responses: { '200': { description: ok, content: { application/json: { schema: { type: integer }, example: text } } } } } }")
    await served(text, async (mock) => {
      const answer = await mock.inject({ method: 'GET', url: '/a' })
      expect([answer.json(), mock.violations()]).toEqual(['text', []])
      expect(mock.apis.flatMap(notesOf).join()).toMatch(/example/)
    })
  })
  test('Accept chooses text/csv where it is declared, and image/png where not is refused or answered as declared', async () => {
    const text = openapi("  /a: { get: { operationId: a, responses: { '200': { description: ok, content: { application/json: { example: { a: 1 } }, text/csv: { example: 'a,b' } } } } } }")
    await served(text, async (mock) => {
      const csv = await mock.inject({ method: 'GET', url: '/a', headers: { accept: 'text/csv' } })
      expect([csv.statusCode, csv.body, csv.headers['content-type']]).toEqual([200, 'a,b', 'text/csv; charset=utf-8'])
      const png = await mock.inject({ method: 'GET', url: '/a', headers: { accept: 'image/png' } })
      expect([200, 406]).toContain(png.statusCode)
    })
  })
  test('a PDF without a schema is a PDF', async () => {
    const text = openapi("  /a: { get: { operationId: a, responses: { '200': { description: ok, content: { application/pdf: {} } } } } }")
    await served(text, async (mock) => {
      const { headers, body } = await mock.inject({ method: 'GET', url: '/a' })
      expect([headers['content-type'], body.startsWith('%PDF')]).toEqual(['application/pdf', true])
    })
  })
  test('a header that is required is sent', async () => {
    const text = openapi("  /a: { get: { operationId: a, responses: { '200': { description: ok, headers: { X-Count: { required: true, schema: { type: integer, minimum: 5 } } } } } } }")
    await served(text, async (mock) => {
      const { headers } = await mock.inject({ method: 'GET', url: '/a' })
      expect(Number(headers['x-count'])).toBeGreaterThanOrEqual(5)
    })
  })
})

describe('a document of 3.2', () => {
  test('is served by its further methods, and by those that Node can read', async () => {
    const text = openapi(`  /a: { additionalOperations: { COPY: { operationId: copy, responses: ${ok} }, FOLD: { operationId: fold, responses: ${ok} } } }`, '', '3.2.0')
    await served(text, async (mock) => {
      expect(await statusOf(mock, 'COPY', '/a')).toBe(200)
      expect(mock.apis.flatMap(notesOf)).toEqual([
        expect.stringMatching(/^\/paths\/~1a\/additionalOperations\/FOLD: Node\.js \d+ reads no request of method FOLD$/),
      ])
    })
  })
  test('takes a QUERY with its body or without, and judges both', async () => {
    const content = '{ application/json: { schema: { type: object, required: [x] } } }'
    const text = openapi(
      `  /a: { query: { operationId: a, requestBody: { content: ${content} }, responses: ${ok} } }
  /b: { query: { operationId: b, requestBody: { required: true, content: ${content} }, responses: ${ok} } }`,
      '',
      '3.2.0',
    )
    await served(text, async (mock) => {
      const statuses = ['/a', '/b'].map(async (url) => [
        await statusOf(mock, 'QUERY', url),
        await statusOf(mock, 'QUERY', url, {}),
        await statusOf(mock, 'QUERY', url, { x: 1 }),
      ])
      expect([await Promise.all(statuses), mock.violations()]).toEqual([[[200, 400, 200], [400, 400, 200]], []])
    })
  })
  test('has a whole query judged by its schema', async () => {
    const text = openapi(`  /a: { get: { operationId: a, parameters: [{ in: querystring, name: q, required: true, content: { application/json: { schema: { type: object, required: [x] } } } }], responses: ${ok} } }`, '', '3.2.0')
    await served(text, async (mock) => {
      expect([await statusOf(mock, 'GET', `/a?${encodeURIComponent('{"x":1}')}`), await statusOf(mock, 'GET', `/a?${encodeURIComponent('{}')}`)]).toEqual([200, 400])
    })
  })
  test('sends the items of a stream one by one', async () => {
    const text = openapi("  /a: { get: { operationId: a, responses: { '200': { description: ok, content: { application/jsonl: { itemSchema: { type: object }, examples: { one: { dataValue: [{ a: 1 }, { a: 2 }] } } } } } } } }", '', '3.2.0')
    await served(text, async (mock) => {
      expect((await mock.inject({ method: 'GET', url: '/a' })).body).toBe('{"a":1}\n{"a":2}\n')
    })
  })
  test('has a default branch of a discriminator, by defaultMapping', () => {
    const api = apiOf(
      openapi(
        `  /a: { post: { operationId: a, requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }, responses: ${ok} } }`,
        `components:
  schemas:
    Pet: { type: object, properties: { kind: { type: string } }, discriminator: { propertyName: kind, mapping: { cat: '#/components/schemas/Cat' }, defaultMapping: '#/components/schemas/Other' }, oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Other' }] }
    Cat: { type: object, required: [kind, claws], properties: { kind: { const: cat }, claws: { type: integer } } }
    Other: { type: object, required: [name], properties: { name: { type: string } } }`,
        '3.2.0',
      ),
    )
    const validate = api.operations[0]?.requestBody?.content['application/json']?.validate
    const broken = (value: unknown): unknown[] | undefined => validate?.(value).map(({ params }) => params['missingProperty'])
    expect([broken({ kind: 'cat', claws: 1 }), broken({ name: 'x' }), broken({ kind: 'fish', name: 'x' }), broken({ kind: 'cat' })]).toEqual([[], [], [], ['claws']])
  })
})

test('servers of a path and of an operation are served, and those of the document too', async () => {
  const text = openapi(
    `  /a: { servers: [{ url: /path }], get: { operationId: a, responses: ${ok} }, post: { operationId: b, servers: [{ url: 'https://x.example/own/{v}', variables: { v: { default: v2 } } }], responses: ${ok} } }`,
    'servers: [{ url: /root }]',
  )
  await served(text, async (mock) => {
    const urls = ['/path/a', '/root/a', '/own/v2/a', '/a']
    expect(await Promise.all(urls.map((url) => statusOf(mock, 'GET', url)))).toEqual([200, 200, 405, 404])
    expect(await Promise.all(urls.map((url) => statusOf(mock, 'POST', url)))).toEqual([405, 200, 200, 404])
  })
})

import { expect, test } from 'vitest'
import { UnderstudyError } from '../../src/errors.ts'
import { randomOf } from '../../src/openapi/random.ts'
import { served } from '../openapi/small-inputs/serve-text.ts'

const row = { $ref: '#/components/schemas/Row' }
const json = (schema: object, example?: unknown): object => ({
  description: 'ok',
  content: { 'application/json': { schema, ...(example !== undefined && { example }) } },
})

/** A document with a thing of most kinds, at each of whose places something else may stand. */
const document = {
  openapi: '3.0.3',
  info: { title: 'Rows', version: '1', contact: { name: 'a', url: 'https://a.example' } },
  servers: [{ url: 'https://{host}.example/v1', variables: { host: { default: 'api', enum: ['api'] } } }],
  tags: [{ name: 'rows', description: 'd' }],
  security: [{ key: [] }],
  paths: {
    '/rows': {
      parameters: [{ $ref: '#/components/parameters/Trace' }],
      get: {
        operationId: 'list',
        tags: ['rows'],
        parameters: [{ name: 'page', in: 'query', style: 'form', schema: { type: 'integer', minimum: 1 } }],
        responses: {
          200: {
            headers: { 'X-Total': { required: true, schema: { type: 'integer' } } },
            ...json({ type: 'array', items: row }, [{ id: 7, name: 'n' }]),
          },
          default: { description: 'no' },
        },
      },
      post: {
        operationId: 'make',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: row, examples: { one: { value: { name: 'n' } } } } },
        },
        responses: { 201: json(row) },
      },
    },
    '/rows/{id}.{format}': {
      get: {
        operationId: 'read',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
        responses: { 200: json(row) },
      },
    },
  },
  components: {
    parameters: { Trace: { name: 'X-Trace', in: 'header', schema: { type: 'string' } } },
    securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } },
    schemas: {
      Row: {
        type: 'object',
        required: ['id', 'name'],
        discriminator: { propertyName: 'kind', mapping: { a: '#/components/schemas/A' } },
        properties: {
          id: { type: 'integer', readOnly: true },
          name: { type: 'string', pattern: '^n', maxLength: 9, nullable: true },
          kind: { enum: ['a'] },
        },
      },
      A: { allOf: [row, { additionalProperties: { oneOf: [{ type: 'string' }, { format: 'date' }] } }] },
    },
  },
}

const oddities: readonly unknown[] = [
  null,
  [],
  {},
  '',
  'x',
  '('.repeat(30),
  -1,
  1e300,
  true,
  [null],
  [['x']],
  { a: null },
  { $ref: '#' },
  { $ref: '#/nope' },
  [{ $ref: '#/paths' }],
  JSON.parse('{ "__proto__": { "x": 1 }, "constructor": 1, "toString": {} }'),
]

function placesIn(value: unknown, above: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => [[...above, key], ...placesIn(each, [...above, key])])
}

function withOddity(place: readonly string[], oddity: unknown): string {
  const copy = structuredClone(document) as unknown as Record<string, unknown>
  const holder = place.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, copy)
  holder[place.at(-1) ?? ''] = oddity
  return JSON.stringify(copy)
}

test('whatever stands at a place of a document, it is served with its pages, or refused in one line', async () => {
  const random = randomOf('odd documents')
  const places = placesIn(document)
  for (let count = 0; count < 30; count++) {
    const place = random.pick(places)
    const oddity = random.pick(oddities)
    const what = `${place.join('/')} = ${JSON.stringify(oddity)}`
    try {
      await served(withOddity(place, oddity), async (mock) => {
        const urls = [
          '/v1/rows',
          '/rows',
          '/v1/rows/7.json',
          '/docs/api',
          '/__mock/notes',
          '/__mock/coverage',
          '/__mock/state',
        ]
        for (const url of urls) {
          const { statusCode } = await mock.inject({ method: 'GET', url, headers: { 'x-key': 'k' } })
          expect([what, url, statusCode < 500]).toEqual([what, url, true])
        }
        expect([what, mock.violations()]).toEqual([what, []])
      })
    } catch (error) {
      if (!(error instanceof UnderstudyError)) throw error
      expect([what, error.message.split('\n').length]).toEqual([what, 1])
    }
  }
})

import { describe, expect, test } from 'vitest'
import { UnderstudyError } from '../../src/errors.ts'
import type { JsonObject } from '../../src/openapi/api.ts'
import { compileApi } from '../../src/openapi/compile.ts'
import { assumptionAt, openAt } from '../../src/openapi/assumption.ts'

const base = {
  openapi: '3.1.0',
  info: { title: 'Things', version: '1' },
  servers: [
    { url: 'https://things.example.com' },
    { url: 'https://{host}/api/', variables: { host: { default: 'live.example.com' } } },
  ],
  paths: {
    '/v1/things/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      get: {
        operationId: 'getThing',
        responses: {
          '200': {
            description: 'ok',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
          },
        },
      },
    },
  },
  components: {
    schemas: { Thing: { type: 'object', required: ['id'], properties: { id: { type: 'string', format: 'uuid' } } } },
  },
} satisfies JsonObject

const compile = (root: JsonObject) => compileApi({ file: 'openapi/things.yaml', root })
const withSchema = (schema: unknown): JsonObject => ({ ...base, components: { schemas: { Thing: schema } } })

describe('a document compiles into', () => {
  const api = compile(base)

  test('the bases and families that its servers and paths name', () => {
    expect(api.bases).toEqual(['', '/api'])
    expect(api.families).toEqual(['/v1', '/api/v1'])
  })

  test('a collection for each resource that can be read', () => {
    expect(api.collections['things']).toMatchObject({ name: 'things', key: 'id' })
  })

  test('judges that tell where the document forbids a value', () => {
    const validate = api.operations[0]?.responses['200']?.content['application/json']?.validate
    expect(validate?.({ id: 'x' })).toEqual([
      {
        at: '/id',
        keyword: 'format',
        pointer: '/components/schemas/Thing/properties/id/format',
        message: 'must match format "uuid"',
        params: { format: 'uuid' },
      },
    ])
    expect(validate?.({})).toMatchObject([{ pointer: '/components/schemas/Thing/required' }])
  })
})

describe('a document is refused with file and pointer for', () => {
  test.each([
    ['an unknown keyword', withSchema({ typ: 'object' }), '#/components/schemas/Thing/typ'],
    [
      'a keyword of the wrong type',
      withSchema({ type: 'object', required: 'id' }),
      '#/components/schemas/Thing/required',
    ],
    ['an unknown type', withSchema({ type: 'text' }), '#/components/schemas/Thing/type'],
    ['an unknown format', withSchema({ type: 'string', format: 'isbn' }), '#/components/schemas/Thing/format'],
    ['a pattern that is none', withSchema({ type: 'string', pattern: '(' }), '#/components/schemas/Thing/pattern'],
    ['a reference into nothing', withSchema({ $ref: '#/components/schemas/Nothing' }), '#/components/schemas/Thing'],
    ['a reference to another file', withSchema({ $ref: 'other.yaml#/X' }), '#/components/schemas/Thing'],
    [
      'a circle of references',
      withSchema({ $ref: '#/components/schemas/Thing' }),
      '#/paths/~1v1~1things~1{id}/get/responses/200/content/application~1json/schema',
    ],
    [
      'a path parameter that is not described',
      { ...base, paths: { '/x/{y}': { get: { operationId: 'x', responses: {} } } } },
      '#/paths/~1x~1{y}/get',
    ],
    ['an operation without an id', { ...base, paths: { '/x': { get: { responses: {} } } } }, '#/paths/~1x/get'],
  ])('%s', (_name, root, where) => {
    expect(() => compile(root)).toThrow(UnderstudyError)
    expect(() => compile(root)).toThrow(`openapi/things.yaml${where}`)
  })
})

test.each([
  ['/a', 'all of a'],
  ['/a/b/c', 'all of a'],
  ['/d', undefined],
  ['/d/minLength', 'the length'],
  ['/d/required', undefined],
  ['/d/required/name', 'the name'],
  ['/d/properties/name', undefined],
  ['/e/0', 'first'],
])('inferredAt %s is %s', (pointer, why) => {
  const root = {
    a: { 'x-inferred': 'all of a', b: {} },
    d: { 'x-inferred': { minLength: 'the length', 'required/name': 'the name' } },
    e: [{ 'x-inferred': 'first' }],
  }
  expect(assumptionAt(root, pointer)).toBe(why)
})

test('openAt tells what is left to the server, as a whole or by keyword', () => {
  const root = { a: { 'x-open': 'all of a', b: {} }, c: { 'x-open': { propertyNames: 'the names' }, type: 'object' } }
  expect(openAt(root, '/a/b/type')).toBe('all of a')
  expect(openAt(root, '/c/propertyNames/format')).toBe('the names')
  expect(openAt(root, '/c/type')).toBeUndefined()
})

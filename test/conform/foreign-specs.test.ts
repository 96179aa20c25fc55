import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openApisUnderTest } from '../../src/conform/conformance-suite.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import { createUnderstudy, type Understudy } from '../../src/index.ts'

// A sixth API costs no code: whatever its document leaves out, mock and suite have to mean the same by what it says.

const json = (schema: object) => ({ 'application/json': { schema } })
const ok = (schema: object) => ({ description: 'As asked.', content: json(schema) })
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const text = { type: 'string', minLength: 1, maxLength: 30 }
const size = { type: 'integer', minimum: 1, maximum: 10 }
const problem = { type: 'object', required: ['message'], properties: { message: { type: 'string' } } }
const newThing = { type: 'object', required: ['name'], properties: { name: text, size } }
const thing = { ...newThing, required: ['id', 'name'], properties: { id: { type: 'string' }, name: text, size } }
const inPath = (name: string, schema: object = { type: 'string' }) => ({ name, in: 'path', required: true, schema })
const inQuery = (name: string, schema: object, more = {}) => ({ name, in: 'query', schema, ...more })

interface Crud {
  readonly refusals?: object
  readonly body?: object
  readonly item?: object
  readonly id?: object
  readonly created?: string
  readonly filters?: readonly object[]
}

/** `/things` and `/things/{id}` with all that one does to things. */
const things = ({ refusals = {}, body = newThing, item = thing, id, created = '201', filters = [] }: Crud) => ({
  '/things': {
    get: {
      operationId: 'listThings',
      parameters: filters,
      responses: { 200: ok({ type: 'array', items: item }), ...refusals },
    },
    post: {
      operationId: 'createThing',
      requestBody: { required: true, content: json(body) },
      responses: { [created]: ok(item), ...refusals },
    },
  },
  '/things/{id}': {
    parameters: [inPath('id', id)],
    get: { operationId: 'readThing', responses: { 200: ok(item), ...refusals } },
    put: {
      operationId: 'replaceThing',
      requestBody: { required: true, content: json(body) },
      responses: { 200: ok(item), ...refusals },
    },
    delete: { operationId: 'deleteThing', responses: { 204: { description: 'Gone.' }, ...refusals } },
  },
})

const row = (id: number | string) => ({ id, name: `thing ${id}`, size: Number(id) })
const rows = { things: [row('1'), row('2'), row('3')] }

interface Foreign {
  readonly paths: object
  readonly rows?: Readonly<Record<string, readonly object[]>>
  readonly components?: object
  readonly security?: readonly object[]
}

const taking = (operationId: string, content: object, responses: object) => ({
  post: { operationId, requestBody: { required: true, content }, responses },
})

const specs: Readonly<Record<string, Foreign>> = {
  'declares 400 and forgets 404 and 415': {
    paths: things({
      refusals: { 400: ok(problem) },
      filters: [inQuery('limit', { type: 'integer', minimum: 1, maximum: 50, default: 20 })],
    }),
    rows,
  },
  'declares 200 and nothing else': { paths: things({ created: '200' }), rows },
  'has no rows to begin with': { paths: things({ refusals: { 400: ok(problem) } }) },
  'refuses what is wrong with 422': {
    paths: things({
      refusals: {
        422: ok({
          type: 'object',
          properties: {
            detail: {
              type: 'array',
              items: {
                type: 'object',
                required: ['loc', 'msg'],
                properties: {
                  loc: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'integer' }] } },
                  msg: { type: 'string' },
                },
              },
            },
          },
        }),
      },
    }),
    rows,
  },
  'declares classes of statuses, and bodies that are one of two': {
    paths: things({
      created: '2XX',
      refusals: { '4XX': ok(problem), default: ok(problem) },
      body: ref('NewAnimal'),
      item: ref('Animal'),
    }),
    components: {
      schemas: {
        Cat: { type: 'object', required: ['kind', 'lives'], properties: { kind: { const: 'cat' }, lives: size } },
        Dog: { type: 'object', required: ['kind', 'name'], properties: { kind: { const: 'dog' }, name: text } },
        NewAnimal: { oneOf: [ref('Cat'), ref('Dog')], discriminator: { propertyName: 'kind' } },
        Animal: {
          allOf: [{ type: 'object', required: ['id'], properties: { id: { type: 'string' } } }, ref('NewAnimal')],
        },
      },
    },
    rows: { things: [{ id: 'a', kind: 'cat', lives: 9 }] },
  },
  'means every status by default': {
    paths: { '/motto': { get: { operationId: 'readMotto', responses: { default: ok(thing) } } } },
  },
  'counts its ids, filters by objects and flags, and says no more of a 404 than that it comes': {
    paths: things({
      refusals: { 400: ok({ ...problem, additionalProperties: false }), 404: { description: 'No such thing.' } },
      id: { type: 'integer', format: 'int64' },
      body: {
        ...newThing,
        properties: {
          ...newThing.properties,
          done: { type: 'boolean' },
          note: { oneOf: [{ type: 'null' }, { type: 'string' }] },
        },
        additionalProperties: false,
      },
      item: {
        ...thing,
        properties: {
          ...thing.properties,
          id: { type: 'integer', format: 'int64', readOnly: true },
          createdAt: { type: 'string', format: 'date-time', readOnly: true },
          done: { type: 'boolean' },
          note: { type: ['string', 'null'] },
        },
        additionalProperties: false,
      },
      filters: [
        inQuery('done', { type: 'boolean' }),
        inQuery(
          'filter',
          { type: 'object', properties: { name: { type: 'string' }, size: { type: 'integer' } } },
          { style: 'deepObject', explode: true },
        ),
        inQuery('tags', { type: 'array', items: { type: 'string' } }, { style: 'pipeDelimited', explode: false }),
      ],
    }),
    rows: {
      things: [
        { ...row(1), done: true },
        { ...row(2), done: false, note: null },
      ],
    },
  },
  'has things within things, and pages in an envelope': {
    paths: {
      '/owners/{ownerId}/pets': {
        parameters: [inPath('ownerId')],
        get: {
          operationId: 'listPets',
          parameters: [inQuery('page', { type: 'integer', minimum: 1 })],
          responses: {
            200: ok({
              type: 'object',
              required: ['data', 'meta'],
              properties: {
                data: { type: 'array', items: ref('Pet') },
                meta: { type: 'object', required: ['total'], properties: { total: { type: 'integer' } } },
              },
            }),
          },
        },
        ...taking('createPet', json(ref('NewPet')), { 201: ok(ref('Pet')), 400: ok(problem) }),
      },
      '/owners/{ownerId}/pets/{petId}': {
        parameters: [inPath('ownerId'), inPath('petId')],
        get: { operationId: 'readPet', responses: { 200: ok(ref('Pet')), 404: ok(problem) } },
      },
    },
    components: {
      schemas: {
        NewPet: { type: 'object', required: ['name'], properties: { name: text } },
        Pet: {
          allOf: [
            ref('NewPet'),
            { type: 'object', required: ['id', 'ownerId'], properties: { id: text, ownerId: text } },
          ],
        },
      },
    },
    rows: {
      pets: [
        { id: 'p1', ownerId: 'o1', name: 'Rex' },
        { id: 'p2', ownerId: 'o2', name: 'Mia' },
      ],
    },
  },
  'has neither ids nor examples, and bodies of all kinds': {
    paths: {
      '/import': taking(
        'importDocument',
        { 'application/xml': { schema: { type: 'object', properties: { a: { type: 'string' } } } } },
        { 202: { description: 'Later.' }, 400: { description: 'No.' } },
      ),
      '/login': taking(
        'logIn',
        {
          'application/x-www-form-urlencoded': {
            schema: { type: 'object', required: ['user', 'age'], properties: { user: text, age: size } },
          },
        },
        { 200: ok({ type: 'object', properties: { token: { type: 'string' } } }), 400: ok(problem) },
      ),
      '/motd': {
        get: {
          operationId: 'readMessage',
          responses: { 200: { description: 'It.', content: { 'text/plain': { schema: { type: 'string' } } } } },
        },
        put: {
          operationId: 'writeMessage',
          requestBody: { required: true, content: { 'text/plain': { schema: { type: 'string', maxLength: 100 } } } },
          responses: { 204: { description: 'Written.' } },
        },
      },
      '/files': taking(
        'upload',
        {
          'multipart/form-data': {
            schema: { type: 'object', properties: { file: { type: 'string', format: 'binary' } } },
          },
        },
        { 201: ok({ type: 'object' }), 400: ok(problem) },
      ),
      '/batch': taking('createBatch', json({ type: 'array', minItems: 1, maxItems: 3, items: newThing }), {
        200: ok({ type: 'array', items: thing }),
        400: ok(problem),
      }),
      '/map': taking('countWords', json({ type: 'object', additionalProperties: { type: 'integer' } }), {
        200: ok({ type: 'object', additionalProperties: { type: 'integer' } }),
        400: ok(problem),
      }),
      '/any': taking('takeAnything', json({}), { 200: { description: 'Fine.' } }),
      '/hello': { options: { operationId: 'askHello', responses: { 204: { description: 'Hello.' } } } },
    },
  },
  'asks for a key in the query, and has no credentials among its fixtures': {
    paths: things({ refusals: { 400: ok(problem) } }),
    components: { securitySchemes: { key: { type: 'apiKey', in: 'query', name: 'api_key' } } },
    security: [{ key: [] }],
    rows,
  },
  'asks for a token, and has no credentials among its fixtures': {
    paths: things({ refusals: { 400: ok(problem), 401: ok(problem) } }),
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{ token: [] }],
    rows,
  },
}

let folder: string
let mock: Understudy | undefined

afterEach(async () => {
  await mock?.close()
  rmSync(folder, { recursive: true })
})

test.each(Object.entries(specs))('an API that %s is served and conforms to its own document', async (_, foreign) => {
  const { rows: seeded = {}, ...parts } = foreign
  folder = mkdtempSync(join(tmpdir(), 'understudy-foreign-'))
  const folders = { openapi: join(folder, 'openapi'), fixtures: join(folder, 'fixtures') }
  mkdirSync(folders.openapi)
  mkdirSync(join(folders.fixtures, 'foreign'), { recursive: true })
  const document = {
    openapi: '3.1.0',
    info: { title: 'Foreign', version: '1' },
    servers: [{ url: 'https://foreign.example.com' }],
    ...parts,
  }
  writeFileSync(join(folders.openapi, 'foreign.yaml'), JSON.stringify(document))
  for (const [name, list] of Object.entries(seeded))
    writeFileSync(join(folders.fixtures, 'foreign', `${name}.json`), JSON.stringify(list))
  mock = await createUnderstudy(folders)
  const apisUnderTest = openApisUnderTest(['foreign'], { baseUrl: mock.url, ...folders })
  const report = await runConformance(apisUnderTest, { randomCases: 1, strict: true })
  const findings = [...report.failures, ...report.assumptions, ...report.flaky]
  expect(findings.map(({ key, example }) => `${key}: ${example.message}, got ${example.got}`)).toEqual([])
  expect(report.totals.passed).toBeGreaterThan(3)
  expect(mock.violations()).toEqual([])
})

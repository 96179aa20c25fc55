import type { Seed } from '../../src/fixtures/seed.ts'
import type { Api } from '../../src/openapi/api.ts'
import { compileApi } from '../../src/openapi/compile.ts'

/** A small API with one thing of each kind that a contract has to say. */
export function smallApi(change: (document: Loose) => void = () => {}): Api {
  const root = structuredClone(document) as unknown as Loose
  change(root)
  return compileApi({ file: 'openapi/notes.yaml', root })
}

/** A document that a test may change anywhere. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Loose = Record<string, any>

export const smallSeed: Seed = {
  api: 'notes',
  rows: { notes: [{ id: 'n1', text: 'milk' }] },
  credentials: [
    { id: 'ann', description: 'who wrote the notes', headers: { authorization: 'Bearer ann-token', tenant: 'north' } },
    { id: 'bob', description: 'who wrote none', headers: { authorization: 'Bearer bob-token', tenant: 'north' } },
  ],
  states: [
    {
      name: 'the note is archived',
      description: '',
      params: { noteId: { default: 'n1' }, year: { default: 2020 } },
      changes: [],
      provides: { noteId: '${noteId}' },
    },
  ],
}

const note = {
  type: 'object',
  required: ['id', 'text', 'kind', 'tags'],
  'x-inferred': { 'required/kind': 'only in the example' },
  properties: {
    id: { type: 'string', pattern: '^n[0-9]+$' },
    text: { type: 'string' },
    kind: { type: 'string', enum: ['short', 'l(o)ng'] },
    tags: { type: 'array', items: { type: 'string' } },
    colour: { type: 'string' },
    created: { type: 'string', format: 'date-time' },
  },
}

const document = {
  openapi: '3.1.0',
  info: { title: 'Notes', version: '1' },
  servers: [{ url: 'https://notes.example.com/api' }],
  security: [{ bearer: [] }],
  paths: {
    '/notes/{noteId}': {
      parameters: [
        { name: 'noteId', in: 'path', required: true, schema: { type: 'string' }, example: 'n1' },
        { name: 'tenant', in: 'header', required: true, schema: { type: 'string' }, example: 'north' },
      ],
      get: {
        operationId: 'getNote',
        responses: {
          200: {
            description: 'the note',
            headers: { Version: { required: true, schema: { type: 'string', pattern: '^v' }, example: 'v1' } },
            content: {
              'application/json': {
                schema: note,
                example: { id: 'n1', text: 'milk', kind: 'short', tags: ['a'], colour: 'red' },
              },
            },
          },
          404: {
            description: 'no such note',
            'x-inferred': 'the page does not say',
            content: {
              'application/json': {
                schema: { type: 'object', required: ['error'], properties: { error: { type: 'string' } } },
              },
            },
          },
          410: { description: 'archived' },
        },
        'x-scenarios': [
          { name: 'gets', description: 'a request for a note', status: 200 },
          {
            name: 'unknown',
            description: 'a request for a note that is unknown',
            status: 404,
            parameters: { noteId: 'n9' },
            credential: 'bob',
          },
          { name: 'anonymous', description: 'a request by nobody', status: 404, credential: null },
          {
            name: 'archived',
            description: 'a request for an archived note',
            status: 410,
            given: [{ state: 'the note is archived', params: { year: 2021 } }],
          },
        ],
      },
      put: {
        operationId: 'putNote',
        requestBody: { content: { 'application/json': { schema: note } } },
        responses: {
          204: { description: 'kept' },
          400: { description: 'no JSON' },
          409: { description: 'never played' },
        },
        'x-scenarios': [
          { name: 'puts', description: 'a request to keep a note', status: 204, body: { id: 'n1', text: 'tea' } },
          { name: 'broken', description: 'a request to keep no JSON', status: 400, rawBody: '{"id": ' },
        ],
      },
    },
  },
  components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  'x-variables': { firstNote: { value: 'n1', description: 'a note' } },
  'x-collections': { notes: { schema: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } } } },
}

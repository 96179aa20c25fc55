import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { checkPact, type PactFinding } from '../../src/pact/check.ts'
import { comparableDocument } from '../../src/pact/comparable.ts'
import { pointerOf } from '../../src/pact/location.ts'
import type { JsonObject } from '../../src/openapi/api.ts'
import { smallApi, type Loose } from './small-api.ts'

const workshop = mkdtempSync(join(tmpdir(), 'understudy-check-'))
afterAll(() => rmSync(workshop, { recursive: true, force: true }))

const tenant = { tenant: 'north', authorization: 'Bearer app' }

function pactFile(interaction: Loose, provider = 'notes'): string {
  const file = join(workshop, 'consumer.json')
  const whole = {
    description: 'a request',
    ...interaction,
    request: { method: 'GET', path: '/notes/n1', headers: tenant, ...interaction['request'] },
  }
  writeFileSync(
    file,
    JSON.stringify({
      consumer: { name: 'app' },
      provider: { name: provider },
      interactions: [whole],
      metadata: { pactSpecification: { version: '3.0.0' } },
    }),
  )
  return file
}

async function findingsOf(interaction: Loose, change?: (document: Loose) => void): Promise<readonly PactFinding[]> {
  return (await checkPact([smallApi(change)], pactFile(interaction))).findings
}

const answer = (body: unknown): Loose => ({
  response: { status: 200, headers: { 'Content-Type': 'application/json' }, body },
})

test('an expectation that the spec does not promise is an error with both pointers', async () => {
  expect(await findingsOf(answer({ id: 'n1', text: 5 }))).toEqual([
    {
      severity: 'error',
      interaction: 'a request',
      message: 'Response body is incompatible with the response body schema in the spec file: must be string',
      pactPointer: '/interactions/0/response/body/text',
      specPointer: '/paths/~1notes~1{noteId}/get/responses/200/content/application~1json/schema/properties/text/type',
    },
  ])
})

test.each([
  ['a member that the spec does not know', answer({ size: 5 }), '/interactions/0/response/body'],
  ['a status that the spec does not know', { response: { status: 202 } }, '/interactions/0/response/status'],
  [
    'a path that the spec does not know',
    { request: { path: '/note/n1/x' }, response: { status: 200 } },
    '/interactions/0/request/path',
  ],
  [
    'a header that the spec does not know',
    { response: { status: 200, headers: { 'X-Size': '1' } } },
    '/interactions/0/response/headers/X-Size',
  ],
])('%s is an error', async (_, interaction: Loose, pactPointer) => {
  // One interaction that the spec knows, so that the API is found.
  expect(await findingsOf(interaction)).toMatchObject([{ severity: 'error', pactPointer }])
})

test('an expectation that rests on an assumption is a warning that says which', async () => {
  expect(await findingsOf(answer({ kind: 'short' }))).toMatchObject([
    {
      severity: 'warning',
      pactPointer: '/interactions/0/response/body/kind',
      message: expect.stringContaining('kind') as unknown,
      why: 'only in the example',
    },
  ])
  expect(await findingsOf({ response: { status: 404 } })).toMatchObject([
    { severity: 'warning', specPointer: '/paths/~1notes~1{noteId}/get/responses/404', why: 'the page does not say' },
  ])
  const status = (document: Loose): void =>
    void (document['paths']['/notes/{noteId}'].get.responses[200]['x-inferred'] = { status: 'none printed' })
  expect(await findingsOf(answer({ id: 'n1' }), status)).toMatchObject([
    { severity: 'warning', pactPointer: '/interactions/0/response/status', why: 'none printed' },
  ])
})

test('a request that breaks an assumption only is a warning', async () => {
  const request = {
    method: 'PUT',
    headers: { ...tenant, 'Content-Type': 'application/json' },
    body: { id: 'n1', text: 'tea', kind: 'huge', tags: [] },
  }
  const inferred = (document: Loose): void =>
    void (document['paths']['/notes/{noteId}'].put.requestBody.content['application/json'].schema.properties.kind[
      'x-inferred'
    ] = { enum: 'a guess' })
  expect(await findingsOf({ request, response: { status: 204 } })).toMatchObject([
    { severity: 'error', pactPointer: '/interactions/0/request/body/kind' },
  ])
  expect(await findingsOf({ request, response: { status: 204 } }, inferred)).toMatchObject([
    { severity: 'warning', why: 'a guess' },
  ])
})

test('who expects a declared refusal may send what is refused', async () => {
  const request = { method: 'PUT', headers: { ...tenant, 'Content-Type': 'text/plain' }, body: 'no note' }
  expect(await findingsOf({ request, response: { status: 400 } })).toEqual([])
})

test('a path below the base path of a server is known, and so is the provider by its title', async () => {
  const file = pactFile({ request: { path: '/api/notes/n1' }, ...answer({ id: 'n1' }) }, 'Notes')
  expect(await checkPact([smallApi()], file)).toMatchObject({ api: 'notes', consumer: 'app', findings: [] })
})

test('a pact of another provider name belongs to the API that knows its requests', async () => {
  expect(await checkPact([smallApi()], pactFile(answer({ id: 'n1' }), 'notes-backend'))).toMatchObject({ api: 'notes' })
  await expect(
    checkPact([smallApi()], pactFile({ request: { path: '/elsewhere' }, response: { status: 200 } }, 'other')),
  ).rejects.toMatchObject({ code: 'PACT_INVALID', exitCode: 2 })
})

test.each([
  ['no JSON', '{', /consumer\.json: is not valid JSON/],
  ['no pact', '{}', /consumer\.json: is not a pact/],
  [
    'an interaction without a request',
    '{"consumer":{"name":"a"},"provider":{"name":"notes"},"interactions":[{"description":"x"}]}',
    /consumer\.json#\/interactions\/0: needs a description/,
  ],
])('a file with %s is said to be wrong', async (_, text, message) => {
  const file = join(workshop, 'consumer.json')
  writeFileSync(file, text)
  await expect(checkPact([smallApi()], file)).rejects.toThrow(message)
})

test('conditions reach the comparator one by one and with their references written out', () => {
  const root = {
    a: { allOf: [{ if: { $ref: '#/b' }, then: true }, { type: 'object' }] },
    b: { type: 'string' },
  } as unknown as JsonObject
  expect(comparableDocument(root)['a']).toEqual({
    allOf: [{ type: 'object' }],
    not: { anyOf: [{ not: { if: { type: 'string' }, then: true } }] },
  })
})

test.each([
  ['[root].paths./notes/{id}.get', '/paths/~1notes~1{id}/get'],
  ['[root].paths./notes/{id}.get.list[1].name', '/paths/~1notes~1{id}/get/list/1/name'],
  ['[root].paths./notes/{id}.get.schema.type', '/b/type'],
  ['[root].paths./notes/{id}.get.schema.components.b.type', '/components/b/type'],
  ['[root].response.body.x', '/response/body/content/x'],
  ['[root].paths.unknown', '/paths'],
])('the location %s is the pointer %s', (location, pointer) => {
  const root = {
    paths: { '/notes/{id}': { get: { list: [{}, { name: 1 }], schema: { $ref: '#/b' } } }, '/notes': {} },
    b: { type: 'string' },
    components: { b: { type: 'string' } },
    response: { body: { content: { x: 1 }, contentType: 'application/json' } },
  }
  expect(pointerOf(root, location)).toBe(pointer)
})

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { coverageOf } from '../../src/pact/coverage.ts'
import { generateContracts } from '../../src/pact/generate.ts'
import type { Api } from '../../src/openapi/api.ts'
import { smallApi, smallSeed } from './small-api.ts'

const workshop = mkdtempSync(join(tmpdir(), 'understudy-generate-'))
afterAll(() => rmSync(workshop, { recursive: true, force: true }))

interface Written {
  description: string
  pending: boolean
  comments?: { text: string[] }
  providerStates?: { name: string; params: Record<string, unknown> }[]
  request: { path: string; headers?: Record<string, string[]>; generators?: unknown; body?: { content: unknown } }
  response: {
    status: number
    headers?: Record<string, string[]>
    body?: { content: unknown }
    matchingRules?: { body?: unknown; header?: unknown; status?: unknown }
  }
}

async function contractOf(api: Api): Promise<Record<string, Written>> {
  const [contract] = await generateContracts([api], [smallSeed], workshop)
  const { interactions } = JSON.parse(readFileSync(contract?.file ?? '', 'utf8')) as { interactions: Written[] }
  return Object.fromEntries(interactions.map((interaction) => [interaction.description, interaction]))
}

test('an answer is asked for by its schema: what is required and documented, and nothing optional', async () => {
  const { response } = (await contractOf(smallApi()))['a request for a note'] as Written
  expect(response.body?.content).toEqual({ id: 'n1', text: 'milk', tags: ['a'] })
  expect(response.matchingRules?.body).toEqual({
    '$.id': { combine: 'AND', matchers: [{ match: 'regex', regex: '^n[0-9]+$' }] },
    '$.text': { combine: 'AND', matchers: [{ match: 'type' }] },
    '$.tags': { combine: 'AND', matchers: [{ match: 'type', min: 0 }] },
    '$.tags[*]': { combine: 'AND', matchers: [{ match: 'type' }] },
  })
  expect(response.matchingRules?.header).toEqual({
    Version: { combine: 'AND', matchers: [{ match: 'regex', regex: String.raw`^v[\s\S]*` }] },
  })
})

test('what rests on an assumption is pending, says why, and asks for all that the spec says', async () => {
  const inferred = smallApi(
    (root) => (root['paths']['/notes/{noteId}'].get['x-scenarios'][0]['x-inferred'] = 'nobody said so'),
  )
  const interaction = (await contractOf(inferred))['a request for a note'] as Written
  expect(interaction).toMatchObject({ pending: true, comments: { text: ['Assumption: nobody said so'] } })
  expect(interaction.response.body?.content).toMatchObject({ kind: 'short' })
  expect(interaction.response.matchingRules?.body).toMatchObject({
    '$.kind': { matchers: [{ match: 'regex', regex: String.raw`^(short|l\(o\)ng)$` }] },
  })
})

test('a success whose status alone is assumed may have any status of success', async () => {
  const unsure = smallApi(
    (root) => (root['paths']['/notes/{noteId}'].get.responses[200]['x-inferred'] = { status: 'the page prints none' }),
  )
  const { pending, response } = (await contractOf(unsure))['a request for a note'] as Written
  expect(pending).toBe(false)
  expect(response.matchingRules?.status).toEqual({
    $: { combine: 'AND', matchers: [{ match: 'statusCode', status: 'success' }] },
  })
})

test('a provider state gives the credentials, of which the contract holds the id; what the spec calls a parameter is a header all the same', async () => {
  const contract = await contractOf(smallApi())
  expect(contract['a request for a note']?.providerStates).toEqual([
    { name: 'the request carries credentials', params: { api: 'notes', credential: 'ann' } },
  ])
  expect(contract['a request for a note that is unknown']?.providerStates?.[0]?.params).toEqual({
    api: 'notes',
    credential: 'bob',
  })
  expect(contract['a request by nobody']?.providerStates).toBeUndefined()
  expect(contract['a request for a note']?.request).toMatchObject({
    headers: { Authorization: ['Bearer credential-of-ann'] },
    generators: { header: { Authorization: { type: 'ProviderState', expression: '${authorization}' } } },
  })
  expect(Object.keys(contract['a request by nobody']?.request.headers ?? {})).toEqual(['tenant'])
})

test('provider states have all their parameters, and what they provide replaces the values of the request', async () => {
  const { providerStates, request } = (await contractOf(smallApi()))['a request for an archived note'] as Written
  expect(providerStates?.[1]).toEqual({ name: 'the note is archived', params: { noteId: 'n1', year: 2021 } })
  expect(request).toMatchObject({
    path: '/notes/n1',
    generators: { path: { type: 'ProviderState', expression: '/notes/${noteId}' } },
  })
})

test('values of x-variables can be replaced by those of a target', async () => {
  const { request } = (await contractOf(smallApi()))['a request to keep a note'] as Written
  expect(request).toMatchObject({
    body: { content: { id: 'n1', text: 'tea' } },
    generators: { path: { expression: '/notes/${firstNote}' }, body: { '$.id': { expression: '${firstNote}' } } },
  })
})

test('what a former file held is gone, and a second run writes the same bytes', async () => {
  const file = join(workshop, 'notes.pact.json')
  writeFileSync(file, '{"interactions": [{"description": "of old"}]}')
  await contractOf(smallApi())
  const first = readFileSync(file, 'utf8')
  await contractOf(smallApi())
  expect(readFileSync(file, 'utf8')).toBe(first)
  expect(first).not.toContain('of old')
})

test('a status without an interaction is listed with the reason', () => {
  const gaps = coverageOf(smallApi(), smallSeed).filter(({ interactions }) => interactions === 0)
  expect(gaps).toMatchObject([
    { operation: 'putNote', status: '400', reason: expect.stringContaining('no JSON') as unknown },
    { operation: 'putNote', status: '409', reason: 'no entry of x-scenarios has this status' },
  ])
})

test.each([
  [
    'state',
    'given',
    [{ state: 'the note is lost' }],
    'openapi/notes.yaml#/paths/~1notes~1{noteId}/get/x-scenarios/0/given: names a state that',
  ],
  [
    'credential',
    'credential',
    'eve',
    'openapi/notes.yaml#/paths/~1notes~1{noteId}/get/x-scenarios/0/credential: is not a credential',
  ],
  [
    'status',
    'status',
    418,
    'openapi/notes.yaml#/paths/~1notes~1{noteId}/get/x-scenarios/0/status: is not a status of getNote',
  ],
])('a scenario with an unknown %s is an error that names its place', async (_, member, value, message) => {
  const api = smallApi((root) => (root['paths']['/notes/{noteId}'].get['x-scenarios'][0][member] = value))
  await expect(generateContracts([api], [smallSeed], workshop)).rejects.toThrow(message)
})

test('a spec without scenarios gets an interaction for the success of each operation', async () => {
  const plain = smallApi((root) => {
    for (const method of ['get', 'put']) delete root['paths']['/notes/{noteId}'][method]['x-scenarios']
  })
  expect(Object.values(await contractOf(plain)).map(({ response }) => response.status)).toEqual([200, 204])
})

import { describe, expect, test } from 'vitest'
import { loadSeed } from '../../src/fixtures/load.ts'
import { ownFixtures, ownSpecs } from '../../src/paths.ts'
import type { Api, MediaTypeSpec, ResponseSpec } from '../../src/openapi/api.ts'
import { assumptionAt } from '../../src/openapi/assumption.ts'
import { loadApis } from '../../src/openapi/load.ts'
import { isObject } from '../../src/openapi/pointer.ts'

const apis = loadApis(ownSpecs)

const operationIds = [
  'registerInteraction',
  'uploadDocuments',
  'unregisterInteraction',
  'listInteractions',
  'createInteraction',
  'getInteraction',
  'patchInteraction',
  'deleteInteraction',
  'selfRegister',
  'registerPrivilegeUsers',
  'updatePersonStatus',
  'createRegistration',
  'getRegistration',
  'registerTransactionByEntityId',
  'registerTransactionByExternalKey',
]

test('the five specs have exactly the operations of the scope', () => {
  expect(apis.flatMap(({ operations }) => operations.map(({ id }) => id)).toSorted()).toEqual(operationIds.toSorted())
})

describe.each(apis)('$name', (api) => {
  test.each(examplesOf(api))('example $where is valid against its schema', ({ validate, value }) => {
    expect(validate(value)).toEqual([])
  })

  test('gives every assumption a reason', () => {
    const marks = [...reasonsIn(api.document)]
    expect(marks.length).toBeGreaterThan(0)
    expect(marks.filter((reason) => typeof reason !== 'string' || reason.length < 10)).toEqual([])
  })

  test('promises at least one success without an assumption of the whole response', () => {
    const documented = api.operations
      .flatMap(({ responses }) => Object.entries(responses))
      .filter(([status]) => status.startsWith('2'))
    expect(documented.length).toBeGreaterThanOrEqual(api.operations.length)
  })

  test('declares in each operation with a body what a wrong one is refused with', () => {
    for (const { requestBody, responses, id } of api.operations) {
      if (requestBody)
        expect({ id, statuses: Object.keys(responses) }).toEqual({
          id,
          statuses: expect.arrayContaining(['400', '413', '415']) as string[],
        })
    }
  })

  test('has a credential for each that its scenarios use, and a state for each that they are given', () => {
    const seed = loadSeed(api, ownFixtures)
    const credentials = new Set<unknown>([...seed.credentials.map(({ id }) => id), null, undefined])
    const states = new Set<unknown>(seed.states.map(({ name }) => name))
    for (const scenario of scenariosOf(api)) {
      expect(credentials).toContain(scenario['credential'])
      for (const given of (scenario['given'] ?? []) as { state: string }[]) expect(states).toContain(given.state)
    }
  })
})

test('provider states have names of their own over all APIs', () => {
  const names = apis.flatMap((api) => loadSeed(api, ownFixtures).states.map(({ name }) => name))
  expect(new Set(names).size).toBe(names.length)
})

test('a documented status is told from an assumed one', () => {
  const digitalchalk = apis.find(({ name }) => name === 'digitalchalk') as Api
  const create = digitalchalk.operations.find(({ id }) => id === 'createRegistration')
  expect(create?.responses['201']?.inferred).toBeUndefined()
  expect(create?.responses['415']?.inferred).toBeTypeOf('string')
  expect(assumptionAt(digitalchalk.document, '/components/responses/NotFound')).toBeTypeOf('string')
})

function examplesOf(api: Api) {
  const inMedia = (where: string, content: Readonly<Record<string, MediaTypeSpec>>) =>
    Object.entries(content).flatMap(([type, media]) =>
      Object.entries(media.examples).map(([name, { value }]) => ({
        where: `${where} ${type} ${name}`,
        value,
        validate: media.validate,
      })),
    )
  return api.operations.flatMap((operation) => [
    ...operation.parameters.flatMap((parameter) =>
      Object.entries(parameter.examples).map(([name, { value }]) => ({
        where: `${operation.id} ${parameter.name} ${name}`,
        value,
        validate: parameter.validate,
      })),
    ),
    ...inMedia(operation.id, operation.requestBody?.content ?? {}),
    ...Object.entries(operation.responses).flatMap(([status, { content }]: [string, ResponseSpec]) =>
      inMedia(`${operation.id} ${status}`, content),
    ),
  ])
}

function* reasonsIn(node: unknown): IterableIterator<unknown> {
  if (Array.isArray(node)) for (const entry of node) yield* reasonsIn(entry)
  if (!isObject(node)) return
  const mark = node['x-inferred']
  if (mark !== undefined) yield* isObject(mark) ? Object.values(mark) : [mark]
  for (const member of Object.values(node)) yield* reasonsIn(member)
}

function scenariosOf(api: Api): Record<string, unknown>[] {
  return api.operations.flatMap(({ pointer }) => {
    const operation = pointer
      .slice(1)
      .split('/')
      .reduce<unknown>(
        (node, token) => (node as Record<string, unknown>)[token.replaceAll('~1', '/').replaceAll('~0', '~')],
        api.document,
      )
    return ((operation as Record<string, unknown>)['x-scenarios'] ?? []) as Record<string, unknown>[]
  })
}

import { describe, expect, test } from 'vitest'
import { loadSeed } from '../../src/fixtures/load.ts'
import { ownFixtures, ownSpecs } from '../../src/paths.ts'
import type { Api, MediaTypeSpec, ResponseSpec } from '../../src/openapi/api.ts'
import { assumptionAt } from '../../src/openapi/assumption.ts'
import { loadApis } from '../../src/openapi/load.ts'
import type { JsonObject } from '../../src/openapi/api.ts'
import { isObject, pointerTo, valueAt } from '../../src/openapi/pointer.ts'

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

  test('says the shape of every body in words that code generators read', () => {
    for (const { pointer, schema } of schemasOf(api.document, '')) {
      expect({ pointer, told: isReadable(schema) }).toEqual({ pointer, told: true })
      for (const list of [schema['type']].filter(Array.isArray)) expect({ pointer, list }).not.toContain('object')
      if (schema['type'] === 'array' || 'prefixItems' in schema)
        expect({ pointer, items: 'items' in schema }).toEqual({ pointer, items: true })
      const ref = schema['$ref']
      if (typeof ref === 'string') expect(ref).toMatch(/^#\/components\/schemas\/[^/]+$/)
    }
  })

  test('names every example, and a required header has one for each of its response', () => {
    expect(JSON.stringify(api.document)).not.toMatch(/"example":(?!"[a-zA-Z]+"[,}])/)
    for (const { responses } of [...api.operations, { responses: api.unroutable }])
      for (const response of Object.values(responses))
        for (const header of Object.values(response.headers).filter(({ required }) => required)) {
          const { examples } = valueAt(api.document, header.pointer) as { examples?: Record<string, { value: unknown }> }
          const values = Object.values(examples ?? {}).map(({ value }) => value)
          expect({ pointer: header.pointer, count: values.length }).not.toMatchObject({ count: 0 })
          expect(values.flatMap((value) => header.validate(value))).toEqual([])
        }
  })

  test('says each assumption in a sentence of its own, so that hiding it leaves whole sentences', () => {
    const texts = [...descriptionsIn(api.document)].map((text) => text.replaceAll(/`[^`]*`/g, 'X').replaceAll(/\s+/g, ' ').trim())
    const sentences = texts.flatMap((text) => text.split(/(?<=[.!?]) (?=[A-Z`*-])/)).filter((each) => each.includes('assumed'))
    expect(sentences.filter((each) => !/^[^;]*[^;]\(assumed\)\.?$/.test(each) && !each.includes(' | '))).toEqual([])
  })

  test('is licensed like the other descriptions', () => {
    expect(valueAt(api.document, '/info/license')).toMatchObject({ name: 'MIT', identifier: 'MIT' })
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

/** The keywords by which a generator sees what a value looks like; `{}` and a description alone mean any value. */
const told = ['$ref', 'type', 'enum', 'const', 'properties', 'items', 'allOf', 'anyOf', 'oneOf', 'contentSchema']
const hidden = ['if', 'then', 'else', 'not', 'dependentSchemas', 'dependentRequired', 'pattern', 'format', 'required']

/** A condition in `allOf` narrows the schema around it, which says the shape itself. */
function isReadable(schema: JsonObject): boolean {
  const { allOf } = schema
  if (Array.isArray(allOf) && allOf.some(isCondition)) return 'properties' in schema || '$ref' in schema
  return told.some((keyword) => keyword in schema) || !hidden.some((keyword) => keyword in schema)
}

/** Every schema that says what a body or parameter is; what stands below a condition only narrows one. */
function schemasOf(node: unknown, pointer: string): { pointer: string; schema: JsonObject }[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, value]): { pointer: string; schema: JsonObject }[] => {
    if (/^(?:if|then|else|not|examples?|x-.*|dependentSchemas)$/.test(name)) return []
    const place = pointerTo(pointer, name)
    const holders = /\/(?:properties|schemas|patternProperties)$/
    const lists = /\/(?:allOf|anyOf|oneOf|prefixItems)$/
    const isSchema =
      isObject(value) &&
      !(lists.test(pointer) && isCondition(value)) &&
      (holders.test(pointer) || lists.test(pointer) || /^(?:schema|items|additionalProperties|contentSchema)$/.test(name))
    return [...(isSchema ? [{ pointer: place, schema: value }] : []), ...schemasOf(value, place)]
  })
}

function isCondition(schema: unknown): boolean {
  return isObject(schema) && 'if' in schema
}

function* descriptionsIn(node: unknown): Generator<string> {
  if (typeof node !== 'object' || node === null) return
  for (const [name, value] of Object.entries(node))
    if (name === 'description' && typeof value === 'string') yield value
    else yield* descriptionsIn(value)
}

import { describe, expect, test } from 'vitest'
import { type SchemaFacts, schemaFacts } from '../../src/docs/views/schema-facts.ts'
import { schemaView } from '../../src/docs/views/schema-view.ts'

const factsOf = (schema: object, schemas: object = {}): SchemaFacts =>
  schemaFacts({ schema, components: { schemas } }, ['/schema'])
/** What a reader sees, without the elements that it stands in. */
const seen = (facts: SchemaFacts): string =>
  schemaView(facts, undefined)
    .text.replaceAll(/<(span|div|li|p|summary|details|ul|b)\b/g, ' $&')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()

describe('what a schema says in words', () => {
  test.each([
    [{ type: 'string', format: 'uuid' }, 'string uuid'],
    [{ type: ['string', 'null'], maxLength: 1 }, 'string or null at most 1 character'],
    [{ type: 'integer', minimum: 1, exclusiveMaximum: 9, multipleOf: 2 }, 'integer ≥ 1 &lt; 9 multiple of 2'],
    [{ const: 'A' }, 'always A'],
    [{ enum: ['A', '', null] }, 'one of A &quot;&quot; null'],
    [
      { type: 'array', items: { type: 'string', format: 'date' }, minItems: 1, uniqueItems: true },
      'array of string date at least 1 item no item twice',
    ],
    [{ type: 'object', additionalProperties: false, maxProperties: 0 }, 'object no other properties empty'],
    [{ type: 'object', additionalProperties: { type: 'boolean' } }, 'object any other property boolean'],
    [
      { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false },
      'array no further items item 1 string item 2 number',
    ],
    [{ dependentRequired: { a: ['b', 'c'] } }, 'any value a needs b and c'],
    [
      { oneOf: [{ type: 'string' }, { type: 'number' }] },
      'string or number',
    ],
    [
      { if: { required: ['a'] }, then: { required: ['b'] } },
      'any value when a is present any value 1 property b any value required',
    ],
    [
      { anyOf: [{ type: 'object', required: ['data'] }, { type: 'object', required: ['a', 'b'] }] },
      'any of with data with data object data any value required with a and b with a and b object a any value required b any value required',
    ],
    [
      { oneOf: [{ type: 'null' }, { title: 'Box', type: 'object', properties: { a: { type: 'string' } } }] },
      'one of these or null Box object 1 property a string',
    ],
    [
      { type: 'string', anyOf: [{ minLength: 9 }, { title: 'code', pattern: '^a' }] },
      'string any of form 1 form 1 any value at least 9 characters code code any value matches ^a',
    ],
    [
      { if: { properties: { kind: { const: 'X' } } }, then: { required: ['x'] }, else: { not: { required: ['x'] } } },
      'any value when kind is X any value 1 property x any value required unless kind is X any value without x without x any value 1 property x any value required',
    ],
    [{}, 'any value'],
  ])('%j', (schema, words) => {
    expect(seen(factsOf(schema))).toBe(words)
  })

  test('a reference and what stands beside it are one schema', () => {
    const failure = {
      type: 'object',
      required: ['code'],
      properties: { code: { type: 'string', description: 'Why.' }, more: { type: 'string' } },
    }
    const { members, name } = factsOf(
      { $ref: '#/components/schemas/Failure', properties: { code: { const: 'X' } } },
      { Failure: failure },
    )
    expect(name).toBe('Failure')
    expect(members.map((member) => [member.name, member.required, member.facts.pointers])).toEqual([
      ['code', true, ['/schema/properties/code', '/components/schemas/Failure/properties/code']],
      ['more', false, ['/components/schemas/Failure/properties/more']],
    ])
  })

  test('so are the entries of allOf, except for conditions', () => {
    const { members, parts } = factsOf({
      allOf: [{ properties: { a: {} } }, { properties: { b: {} } }, { if: { required: ['a'] }, then: {} }],
    })
    expect(members.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(parts.map(({ label }) => label)).toEqual(['when a is present'])
  })

  test('alternatives go by the value of their discriminator', () => {
    const { parts } = factsOf(
      {
        oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }],
        discriminator: { propertyName: 'kind', mapping: { meow: '#/components/schemas/Cat' } },
      },
      { Cat: { type: 'object' }, Dog: { type: 'object' } },
    )
    expect(parts.map(({ label }) => label)).toEqual(['when kind is meow', 'when kind is Dog'])
  })

  test('alternatives are buttons, of which the first that is stated is open', () => {
    const { text } = schemaView(
      factsOf({
        oneOf: [
          { title: 'A', minimum: 1, 'x-inferred': 'a guess' },
          { title: 'B', minimum: 2 },
          { title: 'C', minimum: 3 },
        ],
      }),
      undefined,
    )
    const tabs = text.match(/<details class="tab[^>]*>\s*<summary>\w/g)?.map((tab) => tab.replaceAll(/\s+/g, ' '))
    expect(tabs).toEqual([
      '<details class="tab assumed" > <summary>A',
      '<details class="tab " open> <summary>B',
      '<details class="tab " > <summary>C',
    ])
  })

  test('what a discriminator tells apart has its values on the buttons', () => {
    const facts = factsOf(
      {
        oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }],
        discriminator: { propertyName: 'kind', mapping: { meow: '#/components/schemas/Cat' } },
      },
      { Cat: { type: 'object', minProperties: 1 }, Dog: { type: 'object', minProperties: 2 } },
    )
    expect(seen(facts)).toBe(
      'one of, by kind meow when kind is meow — Cat object at least 1 property Dog when kind is Dog object at least 2 properties',
    )
  })

  test('a schema that refers to itself is not followed again', () => {
    const { members } = factsOf(
      { $ref: '#/components/schemas/Node' },
      { Node: { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' } } } },
    )
    expect(members[0]?.facts.recursive).toBe(true)
    expect(members[0]?.facts.members).toEqual([])
  })

  test('a circle of references says nothing and ends', () => {
    expect(
      seen(
        factsOf(
          { $ref: '#/components/schemas/A' },
          { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } },
        ),
      ),
    ).toBe('any value')
  })
})

describe('what of a schema is assumed', () => {
  test('the whole of it, with its reason told once', () => {
    const facts = factsOf({ type: 'string', minLength: 1, 'x-inferred': 'a guess' })
    expect(facts.reason).toBe('a guess')
    expect(seen(facts)).toBe('string assumed at least 1 character Assumed — a guess')
  })

  test('single keywords, those with one reason together', () => {
    expect(
      seen(
        factsOf({
          type: 'string',
          minLength: 1,
          pattern: '^a',
          'x-inferred': { minLength: 'a guess', pattern: 'a guess' },
        }),
      ),
    ).toBe('string at least 1 character matches ^a Assumed: minLength, pattern — a guess')
  })

  test('one value of an enum, one member of required, one of several types', () => {
    const facts = factsOf({
      type: ['object', 'array'],
      enum: ['/a', 'b'],
      required: ['x', 'y'],
      properties: { x: {}, y: {} },
      'x-inferred': { 'type/array': 'T', 'enum//a': 'E', 'required/y': 'R' },
    })
    expect(facts.types.map(({ reason }) => reason)).toEqual([undefined, 'T'])
    expect(facts.values.map(({ reason }) => reason)).toEqual(['E', undefined])
    expect(facts.members.map(({ requiredReason }) => requiredReason)).toEqual([undefined, 'R'])
  })

  test('a member and what is below it, but another reason inside is told as well', () => {
    const facts = factsOf(
      {
        type: 'object',
        properties: {
          a: {
            'x-inferred': 'outside',
            type: 'object',
            properties: { b: { $ref: '#/components/schemas/B' }, c: { type: 'string' } },
          },
        },
      },
      { B: { type: 'string', 'x-inferred': 'inside' } },
    )
    expect(seen(facts)).toBe(
      'object a object assumed Assumed — outside 2 properties b string assumed Assumed — inside c string',
    )
  })
})

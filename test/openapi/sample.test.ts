import { describe, expect, test } from 'vitest'
import { sampleOf, type SampleOptions } from '../../src/openapi/sample.ts'
import { createValidators } from '../../src/openapi/validators.ts'

const schemas = {
  Cat: { type: 'object', required: ['kind', 'lives'], properties: { kind: { const: 'cat' }, lives: { type: 'integer' } } },
  Dog: { type: 'object', required: ['kind', 'name'], properties: { kind: { const: 'dog' }, name: { type: 'string' } } },
  Node: { type: 'object', properties: { id: { type: 'string' }, children: { type: 'array', items: { $ref: '#/components/schemas/Node' } } } },
  Itself: { type: 'object', required: ['itself'], properties: { itself: { $ref: '#/components/schemas/Itself' } } },
  Payment: {
    oneOf: [{ $ref: '#/components/schemas/Card' }, { $ref: '#/components/schemas/Cash' }],
    discriminator: { propertyName: 'by', mapping: { plastic: '#/components/schemas/Card', coins: '#/components/schemas/Cash' } },
  },
  Card: { type: 'object', required: ['by', 'digits'], properties: { by: { type: 'string' }, digits: { type: 'string' } } },
  Cash: { type: 'object', required: ['by', 'amount'], properties: { by: { type: 'string' }, amount: { type: 'number' } } },
}

/** A sample and whether its own schema allows it. */
function sample(schema: object, options: Partial<SampleOptions> = {}) {
  const root = { components: { schemas: { ...schemas, It: schema } } }
  const validate = createValidators({ file: 'it.yaml', root }).at('/components/schemas/It')
  return sampleOf(root, schema, { name: 'it', validate, ...options })
}

const valueOf = (schema: object, options: Partial<SampleOptions> = {}): unknown => {
  const { value, errors } = sample(schema, options)
  expect(errors).toEqual([])
  return value
}

describe('a sample takes what the document gives before it invents', () => {
  test.each([
    ['a constant', { const: 3 }, 3],
    ['an example', { type: 'string', example: 'this', default: 'that' }, 'this'],
    ['the first of several examples', { type: 'string', examples: ['one', 'two'] }, 'one'],
    ['a default', { type: 'integer', default: 20 }, 20],
    ['a value of an enum', { type: 'string', enum: ['a', 'b'] }, 'a'],
    ['an example that has too little, completed', { type: 'object', required: ['a', 'b'], properties: { a: { type: 'integer' }, b: { const: 2 } }, example: { a: 1 } }, { a: 1, b: 2 }],
    ['no example that the schema forbids', { type: 'integer', example: 'seven', minimum: 3, maximum: 3 }, 3],
  ])('%s', (_, schema, value) => {
    expect(valueOf(schema)).toEqual(value)
  })
})

describe('a sample is valid', () => {
  test.each([
    ['for a pattern', { type: 'string', pattern: '^[A-Z]{3}-\\d{4}$' }],
    ['for a pattern with properties of characters', { type: 'string', pattern: '^\\p{Lu}\\p{L}+$' }],
    ['for a pattern and a length', { type: 'string', pattern: '^[a-f0-9]+$', minLength: 40, maxLength: 40 }],
    ['for a hundred thousand characters', { type: 'string', minLength: 100_000 }],
    ['for a list without end', { type: 'array', minItems: 2, maxItems: 2_147_483_647, uniqueItems: true, items: { type: 'string' } }],
    ['between two bounds', { type: 'integer', exclusiveMinimum: 3, exclusiveMaximum: 5 }],
    ['as a multiple of a fraction', { type: 'number', multipleOf: 0.01, minimum: 19.991, maximum: 20 }],
    ['for one of several schemas that overlap', { oneOf: [{ type: 'object', properties: { a: { type: 'string' } } }, { type: 'object', required: ['b'], properties: { a: { type: 'string' }, b: { type: 'string' } } }] }],
    ['for all of several schemas', { allOf: [{ type: 'object', required: ['a'] }, { properties: { a: { type: 'string', minLength: 30 } } }] }],
    ['for required properties that depend on others', { type: 'object', properties: { card: { type: 'string' }, holder: { type: 'string' } }, dependentRequired: { card: ['holder'] } }],
    ['for a map of a least size', { type: 'object', minProperties: 3, additionalProperties: { type: 'integer' } }],
    ['for a schema that may be null', { type: ['null', 'string'] }],
    ['for a tree', { $ref: '#/components/schemas/Node' }],
  ])('%s', (_, schema) => {
    expect(sample(schema).errors).toEqual([])
  })

  test('for a discriminator, by its mapping', () => {
    expect(valueOf({ $ref: '#/components/schemas/Payment' })).toMatchObject({ by: 'plastic', digits: expect.any(String) })
  })

  test('or as near as can be, with what it breaks', () => {
    expect(sample({ $ref: '#/components/schemas/Itself' })).toMatchObject({
      value: { itself: {} },
      errors: [{ keyword: 'required' }],
    })
  })
})

test('a sample keeps what was sent and takes the alternative that it fits', () => {
  const schema = { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }] }
  expect(valueOf(schema)).toMatchObject({ kind: 'cat' })
  expect(valueOf(schema, { sent: { name: 'Rex', age: 3 } })).toEqual({ kind: 'dog', name: 'Rex', age: 3 })
})

test('a sample leaves out what only the other side has', () => {
  const schema = {
    type: 'object',
    properties: { id: { type: 'integer', readOnly: true }, name: { type: 'string' }, password: { type: 'string', writeOnly: true } },
  }
  expect(Object.keys(valueOf(schema, { direction: 'request' }) as object)).toEqual(['name', 'password'])
  expect(Object.keys(valueOf(schema) as object)).toEqual(['id', 'name'])
})

test('words fit their names, and what is low lies below what is high', () => {
  const text = { type: 'string' }
  const value = valueOf({
    type: 'object',
    properties: {
      email: text,
      avatarUrl: text,
      phone_number: text,
      currency: text,
      createdAt: text,
      expiresAt: { ...text, format: 'date-time' },
      startDate: { ...text, format: 'date' },
      minPrice: { type: 'number' },
      maxPrice: { type: 'number' },
      breed: text,
    },
  }) as Record<string, string>
  expect(value).toMatchObject({
    email: expect.stringMatching(/@example\.com$/),
    avatarUrl: 'https://example.com/images/avatar.png',
    phone_number: expect.stringMatching(/^\+1202555\d{4}$/),
    currency: expect.stringMatching(/^[A-Z]{3}$/),
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/),
    breed: 'Breed',
  })
  expect(String(value['startDate']) < String(value['expiresAt'])).toBe(true)
  expect(Number(value['minPrice'])).toBeLessThan(Number(value['maxPrice']))
})

test('a sample is the same for the same name, and invents nothing that it need not', () => {
  const schema = { type: 'object', required: ['id'], properties: { id: { type: 'string' }, note: { type: 'string' } } }
  expect(valueOf(schema)).toEqual(valueOf(schema))
  expect(valueOf(schema)).not.toEqual(valueOf(schema, { name: 'other' }))
  expect(Object.keys(valueOf(schema, { properties: 'required' }) as object)).toEqual(['id'])
})

test('a plain sample is the first that comes to mind, a default of nothing among them, under every name', () => {
  const schema = {
    type: 'object',
    properties: {
      id: { type: 'integer' },
      delegate: { type: 'string', default: '' },
      since: { type: 'string', format: 'date-time' },
      role: { type: 'string' },
    },
  }
  const plain = { isPlain: true, words: () => 'word', formats: { 'date-time': '2020-02-29T12:30:45.678Z' } }
  const value = { id: 1, delegate: '', since: '2020-02-29T12:30:45.678Z', role: 'word' }
  expect(valueOf(schema, plain)).toEqual(value)
  expect(valueOf(schema, { ...plain, name: 'other' })).toEqual(value)
})

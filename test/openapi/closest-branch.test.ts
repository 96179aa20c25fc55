import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/openapi/api.ts'
import { createValidators } from '../../src/openapi/validators.ts'

const operations = [
  { type: 'object', required: ['op', 'value'], properties: { op: { enum: ['add', 'replace'] }, value: {} } },
  { type: 'object', required: ['op'], properties: { op: { const: 'remove' } } },
  { type: 'object', required: ['op', 'from'], properties: { op: { enum: ['move'] }, from: { type: 'string' } } },
]
const root: JsonObject = {
  flatOrWrapped: { anyOf: [{ $ref: '#/flat' }, { $ref: '#/wrapped' }] },
  flat: { type: 'object', required: ['id', 'at'], properties: { id: { type: 'string' } } },
  wrapped: { type: 'object', required: ['data'], properties: { data: { $ref: '#/flat' } } },
  objectOrList: { oneOf: [{ $ref: '#/wrapped' }, { type: 'array', items: { type: 'integer' } }] },
  operation: { required: ['op'], oneOf: operations },
  nested: { type: 'array', items: { $ref: '#/flatOrWrapped' } },
}
const validators = createValidators({ file: 'openapi/things.yaml', root })

/** What is wrong, as `<place> <pointer of the keyword>`. */
function errorsOf(schema: string, value: unknown): string[] {
  const inRequests = validators.at(`/${schema}`)(value)
  expect(validators.ofAnswers(`/${schema}`)(value)).toEqual(inRequests)
  return inRequests.map(({ at, pointer }) => `${at} ${pointer}`)
}

describe('of alternatives that a value satisfies none of, only the closest is told of', () => {
  test.each([
    ['the one whose required properties it has', 'flatOrWrapped', { data: { id: 'a' } }, ['/data /flat/required']],
    ['the first, where it has none of either', 'flatOrWrapped', {}, [' /flat/required', ' /flat/required']],
    ['the one with most of them', 'flatOrWrapped', { id: 7, at: 1 }, ['/id /flat/properties/id/type']],
    ['the one of its type', 'objectOrList', [1, 'two'], ['/1 /objectOrList/oneOf/1/items/type']],
    ['the one with its constant', 'operation', { op: 'move' }, [' /operation/oneOf/2/required']],
    ['the one with its enumerated value', 'operation', { op: 'add', from: '/a' }, [' /operation/oneOf/0/required']],
    [
      'what the schema around them says already is not told again',
      'operation',
      {},
      [' /operation/oneOf/0/required', ' /operation/required'],
    ],
    [
      'alternatives inside of a list',
      'nested',
      [{ data: {} }, { id: 'a', at: 1 }],
      ['/0/data /flat/required', '/0/data /flat/required'],
    ],
  ])('%s', (_, schema, value, expected) => {
    expect(errorsOf(schema, value)).toEqual(expected)
  })

  test('a value that satisfies one has no errors, and two of oneOf remain an error', () => {
    expect(errorsOf('flatOrWrapped', { data: { id: 'a', at: 1 } })).toEqual([])
    const both = createValidators({ file: 'x', root: { both: { oneOf: [{ type: 'object' }, { minProperties: 0 }] } } })
    expect(both.at('/both')({})).toMatchObject([{ keyword: 'oneOf' }])
  })
})

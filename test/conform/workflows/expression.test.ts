import { describe, expect, test } from 'vitest'
import {
  evaluate,
  expressionsIn,
  MissingValue,
  parseExpression,
  resolveValue,
  type Scope,
} from '../../../src/conform/workflows/expression.ts'

const scope: Scope = {
  inputs: { token: 'abc', amount: 5, address: { city: 'Ibiza' } },
  steps: { create: { id: 7, row: { tags: ['x', 'y'] } } },
  workflows: { setup: { inputs: { token: 'abc' }, outputs: { id: 9 } } },
  outputs: { id: 11 },
  exchange: {
    url: 'http://127.0.0.1/v2/rows?limit=1',
    method: 'POST',
    status: 201,
    request: {
      header: { authorization: 'Bearer abc' },
      query: { limit: 1 },
      path: { id: 'r1' },
      body: { name: 'Ann' },
    },
    response: {
      header: { location: '/rows/7', etag: 'W/1' },
      query: {},
      path: {},
      body: { id: 7, 'a/b': [{ c: null }], none: null },
    },
  },
}

describe('a runtime expression', () => {
  test.each([
    ['$url', 'http://127.0.0.1/v2/rows?limit=1'],
    ['$method', 'POST'],
    ['$statusCode', 201],
    ['$request.header.Authorization', 'Bearer abc'],
    ['$request.query.limit', 1],
    ['$request.path.id', 'r1'],
    ['$request.body#/name', 'Ann'],
    ['$response.header.Location', '/rows/7'],
    ['$response.header.ETAG', 'W/1'],
    ['$response.header.missing', undefined],
    ['$response.body', { id: 7, 'a/b': [{ c: null }], none: null }],
    ['$response.body#/id', 7],
    ['$response.body#/a~1b/0/c', null],
    ['$inputs.amount', 5],
    ['$inputs.address#/city', 'Ibiza'],
    ['$steps.create.outputs.id', 7],
    ['$steps.create.outputs.row#/tags/1', 'y'],
    ['$workflows.setup.outputs.id', 9],
    ['$workflows.setup.inputs.token', 'abc'],
    ['$outputs.id', 11],
  ])('%s reaches its value', (text, value) => {
    expect(evaluate(text, scope)).toEqual(value)
  })

  test.each([
    '$response.body#/nothing',
    '$response.body#/id/deeper',
    '$inputs.nothing',
    '$steps.create.outputs.nothing',
    '$steps.other.outputs.id',
  ])('%s says that it reaches no value', (text) => {
    expect(() => evaluate(text, scope)).toThrow(MissingValue)
  })

  test.each([
    '$',
    '$response',
    '$response.body.id',
    '$response.header',
    '$steps.create.id',
    '$inputs',
    '$unknown.x',
    '$response.body#id',
    'plain',
    '$10',
    '$file(x)',
  ])('%s is not one', (text) => {
    expect(() => parseExpression(text)).toThrow()
  })
})

describe('a value with expressions', () => {
  test('keeps the type of an expression that stands alone, and turns one inside a text into text', () => {
    const value = {
      id: '$steps.create.outputs.id',
      say: 'Bearer {$inputs.token}',
      list: ['{$inputs.amount} pieces', '$10', '{"country":"Spain"}'],
      none: null,
      flag: true,
    }
    expect(resolveValue(value, scope)).toEqual({
      id: 7,
      say: 'Bearer abc',
      list: ['5 pieces', '$10', '{"country":"Spain"}'],
      none: null,
      flag: true,
    })
  })

  test('tells its expressions', () => {
    expect(expressionsIn({ a: '$inputs.token', b: ['x {$inputs.amount} y {$statusCode}'], c: 3 })).toEqual([
      '$inputs.token',
      '$inputs.amount',
      '$statusCode',
    ])
  })
})

import { describe, expect, test } from 'vitest'
import { parseCondition, holds, expressionsOf } from '../../../src/conform/workflows/condition.ts'
import { MissingValue, type Scope } from '../../../src/conform/workflows/expression.ts'

const scope: Scope = {
  inputs: { name: 'Ann', five: 5 },
  steps: {},
  workflows: {},
  exchange: {
    url: '',
    method: 'GET',
    status: 200,
    request: { header: {}, query: {}, path: {}, body: undefined },
    response: {
      header: { 'content-length': '12', etag: 'W/1' },
      query: {},
      path: {},
      body: { ok: true, off: false, none: null, n: -5, list: [1], text: "it's" },
    },
  },
}

describe('a simple condition', () => {
  test.each([
    ['$statusCode == 200', true],
    ['$statusCode != 200', false],
    ['$statusCode >= 200 && $statusCode < 300', true],
    ['$statusCode < 200 || $statusCode >= 300', false],
    ['$statusCode == 500 || $statusCode == 200 && $response.body#/ok == true', true],
    ['($statusCode == 200 || $statusCode == 500) && $response.body#/off == true', false],
    ['!($statusCode == 500)', true],
    ['!$response.body#/off', true],
    ['$response.body#/ok', true],
    ['$response.body#/none == null', true],
    ['$response.body#/n == -5', true],
    ['$response.body#/n < 0', true],
    ['$response.header.content-length == 12', true],
    ['$response.header.content-length > 9', true],
    ['$response.header.missing == null', true],
    ['$response.header.missing != null', false],
    ["$inputs.name == 'ANN'", true],
    ['$inputs.name == "Ann"', true],
    ["$response.body#/text == 'it''s'", true],
    ["$inputs.name > 'a'", true],
    ['$inputs.name > 5', false],
    ['$inputs.five == $response.body#/n', false],
    ['true', true],
    ['null', false],
  ])('%s → %s', (text, value) => {
    expect(holds(parseCondition(text), scope)).toBe(value)
  })

  test('looks at its right side only where the left one leaves it open', () => {
    expect(holds(parseCondition('$statusCode == 200 || $response.body#/nothing == 1'), scope)).toBe(true)
    expect(() => holds(parseCondition('$statusCode == 500 || $response.body#/nothing == 1'), scope)).toThrow(
      MissingValue,
    )
  })

  test('tells its expressions', () => {
    expect(expressionsOf(parseCondition('!($statusCode == 1) && $inputs.name == $response.body#/text'))).toEqual([
      '$statusCode',
      '$inputs.name',
      '$response.body#/text',
    ])
  })

  test.each([
    ['', 'ends too early'],
    ['$statusCode ==', 'ends too early'],
    ['$statusCode = 200', 'cannot be read from "= 200" on'],
    ['$statusCode == 200)', 'cannot be read from ")" on'],
    ['($statusCode == 200', 'ends too early'],
    ["$inputs.name == 'open", 'cannot be read from "\'open" on'],
    ['$nothing.x == 1', '$nothing.x is not a runtime expression'],
    ['1 == 2 == 3', 'cannot be read from "== 3" on'],
  ])('%j is refused: %s', (text, reason) => {
    expect(() => parseCondition(text)).toThrow(reason)
  })
})

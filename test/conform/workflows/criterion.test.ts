import { describe, expect, test } from 'vitest'
import { expressionsOfCriterion, judge, parseCriterion } from '../../../src/conform/workflows/criterion.ts'
import type { Scope } from '../../../src/conform/workflows/expression.ts'

const scope: Scope = {
  inputs: { id: 'r1', quote: 'say "hi"', weird: 'a\u0001b' },
  steps: {},
  workflows: {},
  exchange: {
    url: '',
    method: 'GET',
    status: 200,
    request: { header: {}, query: {}, path: {}, body: undefined },
    response: {
      header: { location: '/rows/r1' },
      query: {},
      path: {},
      body: {
        id: 'r1',
        rows: [
          { id: 'r1', n: 1 },
          { id: 'r2', n: 2 },
        ],
        note: 'say "hi"',
      },
    },
  },
}

function holds(type: 'simple' | 'regex' | 'jsonpath', condition: string, context?: string): boolean {
  return judge(parseCriterion({ type, condition, ...(context !== undefined && { context }) }, '/p'), scope).holds
}

describe('a criterion', () => {
  test.each([
    ["$[?@.id == 'r1']", '$response.body', true],
    ["$[?@.id == 'R1']", '$response.body', false],
    ['$[?@.id == {$inputs.id}]', '$response.body', true],
    ['$[?@.note == {$inputs.quote}]', '$response.body', true],
    ['$[?count(@.rows[*]) == 2]', '$response.body', true],
    ['$[?@.rows[?@.id == {$inputs.id} && @.n == 1]]', '$response.body', true],
    ['$[?@.rows[?@.id == {$inputs.id} && @.n == 2]]', '$response.body', false],
    ['$[?!@.nothing]', '$response.body', true],
    ['$[?@.n == 2]', '$response.body#/rows/1', true],
    ['$[?@.n == 2]', '$response.body#/rows/7', false],
  ])('of JSONPath looks at the context itself: %s', (condition, context, value) => {
    expect(holds('jsonpath', condition, context)).toBe(value)
  })

  test.each([
    ['^/rows/\\w+$', '$response.header.Location', true],
    ['/^\\/ROWS\\//i', '$response.header.Location', true],
    ['^rows', '$response.header.Location', false],
    ['^2\\d\\d$', '$statusCode', true],
  ])('of a pattern is case-sensitive and searches: %s', (condition, context, value) => {
    expect(holds('regex', condition, context)).toBe(value)
  })

  test('that needs a value which is not there does not hold, and says so', () => {
    expect(judge(parseCriterion({ type: 'simple', condition: '$response.body#/nothing == 1' }, '/p'), scope)).toEqual({
      holds: false,
      got: '$response.body#/nothing reaches no value',
    })
  })

  test('whose values cannot stand in a JSONPath does not hold', () => {
    expect(holds('jsonpath', '$[?@.id == {$inputs.weird}]', '$response.body')).toBe(false)
  })

  test('says what it saw', () => {
    expect(judge(parseCriterion({ type: 'simple', condition: '$statusCode == 201' }, '/p'), scope)).toEqual({
      holds: false,
      got: '$statusCode is 200',
    })
  })

  test('tells every expression that it reads', () => {
    expect(
      expressionsOfCriterion(
        parseCriterion({ type: 'jsonpath', context: '$response.body', condition: '$[?@.id == {$inputs.id}]' }, '/p'),
      ),
    ).toEqual(['$response.body', '$inputs.id'])
  })

  test.each([
    [{ type: 'regex', condition: 'x' }, 'a condition of type regex needs a context'],
    [{ type: 'regex', condition: '(', context: '$statusCode' }, 'Invalid regular expression'],
    [{ type: 'jsonpath', condition: '$[?', context: '$response.body' }, 'unclosed bracketed selection'],
    [
      { type: 'jsonpath', condition: '$[?@.a == {$wrong}]', context: '$response.body' },
      '$wrong is not a runtime expression',
    ],
    [
      { type: 'jsonpath', condition: '$.data.id', context: '$response.body' },
      '$.data.id can never hold, since $ is a list whose one item is the context: write $[0].data.id or $[?@.data.id]',
    ],
    [{ type: 'jsonpath', condition: '$[1]', context: '$response.body' }, '$[1] can never hold'],
    [{ type: 'jsonpath', condition: '$', context: 'body' }, 'body is not a runtime expression'],
  ] as const)('%j is refused', (raw, reason) => {
    expect(() => parseCriterion(raw, '/p')).toThrow(reason)
  })
})

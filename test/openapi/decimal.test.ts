import { expect, test } from 'vitest'
import { isMultipleOf } from '../../src/openapi/decimal.ts'

test.each([
  [19.99, 0.01, true],
  [0.3, 0.1, true],
  [19.995, 0.01, false],
  [-4.5, 1.5, true],
  [1e300, 1, true],
  [9, 2, false],
  [0, 7, true],
  [1e-7, 1e-8, true],
  [1.5e-7, 1e-7, false],
])('%d is a multiple of %d: %s', (value, divisor, isMultiple) => {
  expect(isMultipleOf(value, divisor)).toBe(isMultiple)
})

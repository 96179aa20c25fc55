import { describe, expect, test } from 'vitest'
import { createBoundedPatterns } from '../../../src/openapi/patterns/bounded-patterns.ts'
import { patternCost } from '../../../src/openapi/patterns/pattern-cost.ts'
import { served } from '../small-inputs/serve-text.ts'

test.each([
  ['^[a-z]+$', 1],
  [String.raw`^\d{4}-\d\d-\d\d$`, 0],
  [String.raw`^(\d{3})+$`, 1],
  ['^(/[^/]+)*$', 1],
  ['^[a-z0-9]+(?:-[a-z0-9]+)*$', 2],
  [String.raw`^[\w.]+@[\w.]+$`, 2],
  [String.raw`\s+$`, 2],
  [String.raw`^(?=.*[a-z])(?=.*\d).{8,}$`, 3],
  ['^(a+)+$', Infinity],
  ['^(?:a|ab?)*$', Infinity],
  ['^(a?){30}$', Infinity],
  ['^(?:-[a-z-]+)*$', Infinity],
])('the time for %s grows with the length to the power of %d', (pattern, cost) => {
  expect(patternCost(pattern)).toBe(cost)
})

describe('a pattern that may take long', () => {
  test('is asked like any other', () => {
    const pattern = createBoundedPatterns()('^([a-z]+)*$', 'u')
    expect(pattern.test('some'.repeat(20))).toBe(true)
    expect(pattern.test(`${'some'.repeat(4)}1`)).toBe(false)
  })

  test('has its own answer for texts of any length, and is asked in steps that can be counted', () => {
    const pattern = createBoundedPatterns()('^(a+)+$|!$', 'u')
    const texts = ['a'.repeat(100_000), `${'a'.repeat(100_000)}!`, `${'a'.repeat(100_000)}?`]
    expect(texts.map((text) => pattern.test(text))).toEqual([true, true, false])
    const bounded = createBoundedPatterns({ ...limits, steps: 100 })('^(a+)+$|!$', 'u')
    expect(bounded.test('a'.repeat(100))).toBe(false)
  })
})

const limits = { freeSteps: 100, steps: 1_000_000, testMs: 5, budgetMs: 8 }

describe('a pattern whose steps nobody can count, since it refers back', () => {
  const pattern = String.raw`^(a+)+\1?$|!$`
  // Many million steps, a part of a second, before the second alternative matches.
  const text = `${'a'.repeat(24)}!`

  test('is stopped, and the text counts as one that does not match', () => {
    expect(createBoundedPatterns(limits)(pattern, 'u').test(text)).toBe(false)
    expect(createBoundedPatterns({ ...limits, testMs: 60_000 })(pattern, 'u').test(text)).toBe(true)
  })

  test('is not begun any more once several have taken their time', () => {
    const slow = createBoundedPatterns(limits)(pattern, 'u')
    for (let tries = 0; tries < 4; tries++) slow.test(text)
    expect(slow.test('a'.repeat(24))).toBe(false)
    expect(slow.test('aaaa')).toBe(true)
  })
})

test('a mock refuses by such a pattern of its document', async () => {
  const schema = { type: 'object', required: ['name'], properties: { name: { type: 'string', pattern: '^(a+)+$|!$' } } }
  const content = { 'application/json': { schema } }
  const document = {
    openapi: '3.1.0',
    info: { title: 'Names', version: '1' },
    paths: { '/names': { post: { requestBody: { content }, responses: { 201: { description: 'Made', content } } } } },
  }
  await served(JSON.stringify(document), async (mock) => {
    const statusFor = async (name: string): Promise<number> =>
      (await mock.inject({ method: 'POST', url: '/names', payload: { name } })).statusCode
    expect(await statusFor('a'.repeat(40))).toBe(201)
    expect(await statusFor('aaaa!')).toBe(201)
    expect(await statusFor(`${'a'.repeat(40)}!`)).toBe(201)
    expect(await statusFor(`${'a'.repeat(40)}?`)).toBe(400)
  })
})

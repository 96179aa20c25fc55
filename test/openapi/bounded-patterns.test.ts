import { describe, expect, test } from 'vitest'
import { createBoundedPatterns } from '../../src/openapi/bounded-patterns.ts'
import { patternCost } from '../../src/openapi/pattern-cost.ts'
import { served } from './small-inputs/serve-text.ts'

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
  const limits = { testMs: 5, budgetMs: 8, freeSteps: 100 }
  // Sixteen million steps, a fifth of a second, before the second alternative matches.
  const text = `${'a'.repeat(24)}!`

  test('is asked like any other', () => {
    const pattern = createBoundedPatterns()('^([a-z]+)*$', 'u')
    expect(pattern.test('some'.repeat(20))).toBe(true)
    expect(pattern.test(`${'some'.repeat(4)}1`)).toBe(false)
  })

  test('is stopped, and the text counts as one that does not match', () => {
    expect(createBoundedPatterns(limits)('^(a+)+$|!$', 'u').test(text)).toBe(false)
    expect(createBoundedPatterns({ ...limits, testMs: 60_000 })('^(a+)+$|!$', 'u').test(text)).toBe(true)
  })

  test('is not begun any more once several have taken their time', () => {
    const slow = createBoundedPatterns(limits)('^(a+)+$|!$', 'u')
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
    // It would match after most of a second: whoever waited has an answer before.
    expect(await statusFor(`${'a'.repeat(26)}!`)).toBe(400)
  })
})

import { afterAll, expect, test } from 'vitest'
import { conformanceSuite, createUnderstudy } from '../../src/index.ts'

/** As a team would write it beside its own server: each case is a test with a name of its own. */
const server = await createUnderstudy({ apis: ['digitalchalk'] })
const suite = await conformanceSuite({ api: 'digitalchalk', baseUrl: server.url, randomCases: 2 })

afterAll(async () => {
  await suite.close()
  await server.close()
})

test.each(suite.cases.map((each) => [each.id, each] as const))('%s', async (_, each) => {
  const verdict = await suite.run(each)
  if (verdict.kind === 'failed') expect(verdict.failures.map(({ message, curl }) => `${message}\n${curl}`)).toEqual([])
})

test('the cases have names that say what they try, and none comes twice', () => {
  const names = suite.cases.map(({ id }) => id)
  expect(names).toContain('digitalchalk/createRegistration: body.userId is missing')
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeGreaterThan(90)
})

test('a case that fails says what was expected, what came and how to see it', async () => {
  const one = await conformanceSuite({ api: 'polis', baseUrl: server.url, only: ['valid-refused'] })
  const first = one.cases.find(({ id }) => id.startsWith('polis/createInteraction: '))
  if (!first) throw new Error('there is no such case')
  expect(await one.run(first)).toMatchObject({
    kind: 'failed',
    failures: expect.arrayContaining([
      expect.objectContaining({
        check: 'valid-refused',
        operation: 'createInteraction',
        expected: '201',
        got: expect.stringMatching(/^404 /),
        curl: expect.stringContaining('/v2/interactions'),
      }),
    ]),
  })
  await one.close()
})

test.each([
  [{}, 'USAGE'],
  [{ baseUrl: 'ftp://example.com' }, 'TARGET_INVALID'],
  [{ baseUrl: 'http://127.0.0.1:1' }, 'TARGET_UNREACHABLE'],
])('the suite does not open for %j: %s', async (options, code) => {
  await expect(conformanceSuite({ api: 'polis', ...options })).rejects.toMatchObject({ code })
})

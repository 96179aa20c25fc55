import { expect, test } from 'vitest'
import { startIndependent } from '../../lab/independent/server.ts'
import { openApisUnderTest } from '../../src/conform/conformance-suite.ts'
import { runConformance } from '../../src/conform/run/run.ts'

/** Mistakes of one server, each of which lets a request through that takes the username of all others. */
const mistakes = [
  'protocol/415-skipped',
  'fields/language-any-length',
  'fields/contact-type-unchecked',
  'privilege/role-optional',
]

test('what a server takes by mistake does not hide what else it takes (policy 4)', async () => {
  const defects = new Set(mistakes.map((each) => `cloud-payments/${each}`))
  const server = await startIndependent({ apis: ['cloud-payments'], defects, reset: true })
  const report = await runConformance(openApisUnderTest(['cloud-payments'], { baseUrl: server.url }), {
    randomCases: 0,
    only: ['invalid-accepted', 'media-type-accepted'],
  })
  await server.close()
  const caseIds = [...report.failures, ...report.assumptions].flatMap(({ caseIds: ids }) => ids)
  expect(caseIds).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/selfRegister: body is sent as/),
      expect.stringMatching(/selfRegister: body\.preferredLanguage is too long/),
      expect.stringMatching(/selfRegister: body\.contactType/),
      expect.stringMatching(/registerPrivilegeUsers: body\.preferredLanguage is too long/),
      expect.stringMatching(/registerPrivilegeUsers: body\.role is missing/),
    ]),
  )
})

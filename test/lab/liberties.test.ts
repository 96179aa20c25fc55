import { describe, expect, test } from 'vitest'
import { openApisUnderTest } from '../../src/conform/conformance-suite.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import { startIndependent } from '../../lab/independent/server.ts'

/** What a correct server may do where the page is silent, on servers that nobody can set back. */
const liberties: readonly (readonly [api: string, defect: string])[] = [
  ['regit', 'register/city-any-type'],
  ['regit', 'register/any-year'],
  ['regit', 'register/source-unknown-accepted'],
  ['regit', 'register/documents-not-looked-up'],
  ['regit', 'register/last-duplicate-wins'],
  ['regit', 'register/city-required'],
  ['regit', 'register/city-null-refused'],
  ['regit', 'register/home-is-a-phone-number'],
  ['regit', 'errors/status-200'],
  ['cloud-payments', 'status/company-user-may-not-change'],
  ['cloud-payments', 'privilege/role-unknown-refused'],
]

describe.each(liberties)('%s with %s', (api, defect) => {
  test('is told what it does otherwise, and accused of nothing', async () => {
    const server = await startIndependent({ apis: [api], defects: new Set([`${api}/${defect}`]), reset: false })
    const report = await runConformance(openApisUnderTest([api], { baseUrl: server.url }), { randomCases: 0 })
    await server.close()
    expect([...report.failures, ...report.flaky].map(({ key, caseIds }) => `${key} ${caseIds.join()}`)).toEqual([])
    expect(report.assumptions.length).toBeGreaterThan(0)
  }, 120_000)
})

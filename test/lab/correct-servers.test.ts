import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApisUnderTest } from '../../src/conform/conformance-suite.ts'
import type { Report } from '../../src/conform/report/report.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import type { Defect } from '../../lab/independent/defects.ts'
import { cloudPaymentsDefects } from '../../lab/independent/cloud-payments-defects.ts'
import { dialogportalDefects } from '../../lab/independent/dialogportal-defects.ts'
import { digitalchalkDefects } from '../../lab/independent/digitalchalk-defects.ts'
import { polisDefects } from '../../lab/independent/polis-defects.ts'
import { regitDefects } from '../../lab/independent/regit-defects.ts'
import { startIndependent, type Independent } from '../../lab/independent/server.ts'

const apis: readonly (readonly [api: string, defects: readonly Defect[]])[] = [
  ['regit', regitDefects],
  ['polis', polisDefects],
  ['cloud-payments', cloudPaymentsDefects],
  ['digitalchalk', digitalchalkDefects],
  ['dialogportal', dialogportalDefects],
]

describe.each(apis)('a second implementation of %s', (api, defects) => {
  let server: Independent
  let report: Report

  beforeAll(async () => {
    server = await startIndependent({ apis: [api], defects: new Set(), reset: true })
    report = await runConformance(openApisUnderTest([api], { baseUrl: server.url }))
  }, 120_000)

  afterAll(() => server.close())

  test('raises no false alarm', () => {
    const alarms = [...report.failures, ...report.assumptions, ...report.flaky]
    expect(alarms.map(({ key, tier, caseIds: [first] }) => `${tier} ${key} (${first})`)).toEqual([])
  })

  test('raises none in a second run either, on a server that keeps what the first one did', async () => {
    const keeping = await startIndependent({ apis: [api], defects: new Set(), reset: false })
    const runs: Report[] = []
    for (const seed of [1, 2])
      runs.push(await runConformance(openApisUnderTest([api], { baseUrl: keeping.url }), { seed }))
    await keeping.close()
    const alarms = runs.flatMap((run) => [...run.failures, ...run.assumptions, ...run.flaky])
    expect(alarms.map(({ key }) => key)).toEqual([])
  }, 120_000)

  test('names every mistake that it can make once', () => {
    const ids = defects.map(({ id }) => id)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
    expect(ids.filter((id) => !id.startsWith(`${api}/`))).toEqual([])
  })
})

test('a server that keeps the answers of a survey as they come is right, too (polis 6, 7)', async () => {
  const liberties = new Set(['polis/data/response-keys-unchecked', 'polis/data/answers-any-type'])
  const server = await startIndependent({ apis: ['polis'], defects: liberties, reset: true })
  const report = await runConformance(openApisUnderTest(['polis'], { baseUrl: server.url }))
  await server.close()
  expect([...report.failures, ...report.assumptions].map(({ key }) => key)).toEqual([])
}, 120_000)

test('a server that answers without what a later step needs ends the workflow, not the run', async () => {
  const defects = new Set(['dialogportal/reply/transactionID-missing'])
  const server = await startIndependent({ apis: ['dialogportal'], defects, reset: true })
  const report = await runConformance(openApisUnderTest(['dialogportal'], { baseUrl: server.url }), { only: ['flow'] })
  await server.close()
  expect(report.failures.map(({ check }) => check)).toContain('flow')
})

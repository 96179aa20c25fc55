import { expect, test } from 'vitest'
import { createPayments, type PaymentsQuirk } from '../../lab/foreign/payments.ts'
import { createPetstore, type PetstoreQuirk } from '../../lab/foreign/petstore.ts'
import { createProjects, type ProjectsQuirk } from '../../lab/foreign/projects.ts'
import { tryServer } from '../../lab/foreign/try.ts'
import type { CheckId } from '../../src/conform/check.ts'

// A few of the servers of lab/foreign; `npm run test:ci` runs them all.

const petstore: readonly (readonly [PetstoreQuirk, CheckId])[] = [
  ['loses an update', 'update-lost'],
  ['ignores the filter', 'filter-wrong'],
  ['takes any limit', 'invalid-accepted'],
  ['reads a lenient id', 'invalid-accepted'],
]
const payments: readonly (readonly [PaymentsQuirk, CheckId])[] = [
  ['needs no key', 'credentials-ignored'],
  ['ignores the cursor', 'page-wrong'],
  ['takes any tax exemption', 'invalid-accepted'],
]
const projects: readonly (readonly [ProjectsQuirk, CheckId])[] = [
  ['ignores the page', 'page-wrong'],
  ['has a wrong total', 'page-wrong'],
  ['sorts one way only', 'sort-wrong'],
  ['an update takes the rest away', 'update-spills'],
]

test.each(petstore)('a petstore that %s is told of %s', async (quirk, check) => {
  expect((await tryServer('petstore.yaml', createPetstore(quirk))).failures.map((each) => each.check)).toContain(check)
})

test.each(payments)('an API of forms that %s is told of %s', async (quirk, check) => {
  const report = await tryServer('payments.yaml', createPayments(quirk), { authorization: 'Bearer sk_test_1' })
  expect(report.failures.map((each) => each.check)).toContain(check)
})

test.each(projects)('an API of envelopes that %s is told of %s', async (quirk, check) => {
  const report = await tryServer('projects.yaml', createProjects(quirk), { 'x-api-key': 'secret' })
  expect(report.failures.map((each) => each.check)).toContain(check)
})

test('correct servers of three documents are blamed for nothing', async () => {
  const reports = [
    await tryServer('petstore.yaml', createPetstore('as it stands')),
    await tryServer('payments.yaml', createPayments('as it stands'), { authorization: 'Bearer sk_test_1' }),
    await tryServer('projects.yaml', createProjects('as it stands'), { 'x-api-key': 'secret' }),
  ]
  expect(reports.flatMap(({ failures, flaky }) => [...failures, ...flaky].map(({ key }) => key))).toEqual([])
})

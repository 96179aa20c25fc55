import { beforeAll, describe, expect, test } from 'vitest'
import { reportCtrf } from '../../../src/conform/report/ctrf.ts'
import { reportMarkdown } from '../../../src/conform/report/markdown.ts'
import type { Finding, Report } from '../../../src/conform/report/report.ts'
import { reportSarif } from '../../../src/conform/report/sarif.ts'
import { summaryOf } from '../../../src/conform/report/summary.ts'
import { hostile, wrongPetsReport, type PetsReport } from './pets-report.ts'

let found: PetsReport

beforeAll(async () => {
  found = await wrongPetsReport()
}, 60_000)

/** A report with so many operations that fail alike. */
function alike(count: number): Report {
  const [first] = found.report.failures as [Finding]
  const failures = Array.from({ length: count }, (_, index) => ({ ...first, operation: `operation${index}` }))
  return { ...found.report, failures, totals: { ...found.report.totals, failures: count } }
}

describe('the summary', () => {
  test('has one line for a check that fails alike on many operations', () => {
    const text = summaryOf(alike(30))
    const [first] = found.report.failures as [Finding]
    expect(text).toContain(`${first.check} 30 operations: ${first.title} (and 29 alike)`)
    expect(text.split('\n').length).toBeLessThan(40)
    expect(text.match(/ --case '/g)).toHaveLength(1)
  })

  test('has everything of everything with --verbose', () => {
    expect(summaryOf(alike(30), { verbose: true }).match(/ --case '/g)?.length).toBeGreaterThanOrEqual(30)
  })

  test('folds assumptions to one line for each kind, and opens them with --verbose', () => {
    expect(found.report.assumptions.length).toBeGreaterThan(0)
    expect(summaryOf(found.report)).toContain('(each with --verbose)')
    expect(summaryOf(found.report)).not.toContain('assumed   no page says so')
    expect(summaryOf(found.report, { verbose: true })).toContain('assumed   no page says so')
  })

  test('has with --quiet one line for each cause, and the verdict', () => {
    const lines = summaryOf(alike(30), { quiet: true }).trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[1]).toContain(' differs: ')
  })

  test('shows how a case is played again, and no keys', () => {
    const [first] = found.report.failures as [Finding]
    const text = summaryOf(found.report, { command: 'understudy conform pets --base-url http://x' })
    expect(text).toContain(`understudy conform pets --base-url http://x --case '${first.example.caseId}'`)
    expect(text).not.toContain(first.key)
  })

  test('lets nothing that the server sent steer the terminal', () => {
    expect(hostile).toContain('\b')
    expect(summaryOf(found.report, { verbose: true })).not.toContain('\b')
  })

  test('hints at a target file where valid requests find nothing', () => {
    const [first] = found.report.failures as [Finding]
    const exchanges = [{ ...first.example.exchanges[0], outcome: { kind: 'answer', status: 404 } }] as never
    const finding: Finding = { ...first, check: 'valid-refused', example: { ...first.example, exchanges } }
    const text = summaryOf({ ...found.report, failures: [finding, finding, finding] })
    expect(text).toContain('Hint: 3 valid requests are answered with 404')
    expect(text).toContain('understudy target pets')
    expect(summaryOf(found.report)).not.toContain('Hint:')
  })
})

test('the page for a CI job is Markdown in which nothing that the server sent is markup', () => {
  const page = reportMarkdown(found.report, found.secrets)
  expect(page).toMatch(/^## Conformance of pets: ❌ differs\n/)
  expect(page).toContain('| Failures | Assumptions not shared |')
  expect(page).not.toContain('<script>')
  expect(page).not.toContain('Bearer keeper')
  for (const { title } of found.report.failures.slice(0, 1)) expect(page).toContain(title.slice(0, 20))
})

describe('SARIF', () => {
  const sarif = (
    report: Report,
  ): { runs: { results: Record<string, unknown>[]; tool: { driver: { rules: { id: string }[] } } }[] } =>
    JSON.parse(reportSarif(report, [found.api], found.secrets)) as never

  test('has a result for each finding, at its place in the document', () => {
    const [run] = sarif(found.report).runs
    const { failures, assumptions } = found.report
    expect(run?.results).toHaveLength(failures.length + assumptions.length)
    expect(run?.results[0]).toMatchObject({
      ruleId: failures[0]?.check,
      level: 'error',
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: expect.stringMatching(/pets\.yaml$/) } },
          logicalLocations: [{ fullyQualifiedName: `pets#${failures[0]?.pointer}` }],
        },
      ],
      partialFingerprints: { 'understudyKey/v1': failures[0]?.key },
    })
    for (const { ruleId, ruleIndex } of run?.results ?? [])
      expect(run?.tool.driver.rules[ruleIndex as number]?.id).toBe(ruleId)
  })

  test('tells an assumption as a note, with --strict as an error', () => {
    const levels = (report: Report): unknown[] => sarif(report).runs[0]?.results.map(({ level }) => level) ?? []
    expect(levels(found.report)).toContain('note')
    expect(levels({ ...found.report, strict: true })).not.toContain('note')
  })

  test('suppresses what the baseline knows', () => {
    const { failures } = found.report
    const [run] = sarif({ ...found.report, failures: [], assumptions: [], silenced: failures }).runs
    expect(run?.results[0]).toMatchObject({ suppressions: [{ kind: 'external' }] })
  })
})

test('CTRF has a test for each case, and counts that add up', () => {
  const { results } = JSON.parse(reportCtrf(found.report, 1_800_000_000_000.4, found.secrets)) as {
    results: { summary: Record<string, number>; tests: { status: string; name: string }[] }
  }
  const { tests, passed = 0, failed = 0, skipped = 0, other = 0, start = 0, stop } = results.summary
  expect(tests).toBe(found.report.cases.length)
  expect(passed + failed + skipped + other).toBe(tests)
  expect(failed).toBe(found.report.cases.filter(({ verdict }) => verdict === 'failed').length)
  expect(stop).toBe(1_800_000_000_000)
  expect(Number.isInteger(start) && start < 1_800_000_000_000).toBe(true)
})

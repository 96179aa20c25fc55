import type { Failure } from '../check.ts'
import type { CaseResult, Report } from './report.ts'
import type { JunitCase, JunitSuite } from './junit.ts'

/** A suite for each operation, a test for each case. */
export function conformSuites(report: Report): JunitSuite[] {
  const suites = new Map<string, JunitCase[]>()
  for (const result of report.cases) {
    const name = `${result.api}.${result.operation ?? 'routing'}`
    suites.set(name, [...(suites.get(name) ?? []), junitCase(result, report.strict)])
  }
  return [...suites].map(([name, cases]) => ({ name, cases }))
}

function junitCase(result: CaseResult, strict: boolean): JunitCase {
  const { name, durationMs, verdict, reason, failures } = result
  const told = failures.map(tell)
  const type = [...new Set(failures.map(({ check }) => check))].join(' ')
  switch (verdict) {
    case 'passed':
      return { name, durationMs, outcome: 'passed', messages: [] }
    case 'failed':
      return { name, durationMs, outcome: 'failed', messages: told, type }
    case 'assumption':
      return strict
        ? { name, durationMs, outcome: 'failed', messages: told, type }
        : { name, durationMs, outcome: 'skipped', messages: [`assumption not shared: ${told.join('\n')}`] }
    case 'not-reached':
      return { name, durationMs, outcome: 'skipped', messages: [`not reached: ${reason ?? ''}`] }
    case 'flaky':
    case 'silenced':
      return { name, durationMs, outcome: 'skipped', messages: [`${verdict}: ${told.join('\n')}`] }
  }
}

function tell({ check, message, api, pointer, why, expected, got, curls, script }: Failure): string {
  return [
    `${check}: ${message}`,
    `spec:     ${api}#${pointer}`,
    ...(why === undefined ? [] : [`assumed:  ${why}`]),
    `expected: ${expected}`,
    `got:      ${got}`,
    script ?? curls.join('\n'),
    '',
  ].join('\n')
}

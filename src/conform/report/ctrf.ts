import { version } from '../../version.ts'
import { masked, type Secrets } from './curl.ts'
import type { CaseResult, Report } from './report.ts'

/** The report in the Common Test Report Format (`--ctrf FILE`): a test for each case. `stopMs`: when the run ended, since 1970. */
export function reportCtrf(report: Report, stopMs: number, secrets: Secrets = {}): string {
  const tests = report.cases.map((each) => test(each, report.strict))
  const count = (status: Status): number => tests.filter((each) => each.status === status).length
  const stop = Math.round(stopMs)
  const content = {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    generatedBy: `understudy ${version}`,
    results: {
      tool: { name: 'understudy', version },
      summary: {
        tests: tests.length,
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        pending: 0,
        other: count('other'),
        start: Math.round(stop - report.durationMs),
        stop,
      },
      tests,
    },
  }
  const hide = (_: string, value: unknown): unknown => (typeof value === 'string' ? masked(value, secrets) : value)
  return `${JSON.stringify(content, hide, 2)}\n`
}

type Status = 'passed' | 'failed' | 'skipped' | 'other'

interface CtrfTest {
  readonly name: string
  readonly status: Status
  readonly duration: number
  readonly rawStatus: string
  readonly message?: string
  readonly trace?: string
  readonly flaky?: true
  readonly tags: readonly string[]
}

function test(result: CaseResult, strict: boolean): CtrfTest {
  const { id, api, operation, verdict, reason, failures, durationMs } = result
  const [first] = failures
  const message = first === undefined ? reason : `${first.check}: ${first.message}`
  return {
    name: id,
    status: statusOf(verdict, strict),
    duration: Math.round(durationMs),
    rawStatus: verdict,
    ...(message !== undefined && { message }),
    ...(first !== undefined && { trace: first.curls.join('\n') }),
    ...(verdict === 'flaky' && { flaky: true }),
    tags: [api, ...(operation === undefined ? [] : [operation])],
  }
}

/** An assumption that is not shared is neither passed nor failed, unless `--strict`. */
function statusOf(verdict: CaseResult['verdict'], strict: boolean): Status {
  switch (verdict) {
    case 'passed':
      return 'passed'
    case 'failed':
      return 'failed'
    case 'assumption':
      return strict ? 'failed' : 'other'
    case 'flaky':
    case 'silenced':
      return 'other'
    case 'not-reached':
      return 'skipped'
  }
}

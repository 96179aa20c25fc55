import { declaredKey } from '../../openapi/responses.ts'
import type { Operation } from '../../openapi/api.ts'
import type { Case, Verdict } from '../case.ts'
import { checks, type CheckId, type Failure } from '../check.ts'
import { RATE_LIMITED } from '../report/report.ts'
import type { CaseResult, CheckCount, Finding, NotReached, OperationCount, Report } from '../report/report.ts'
import type { Session } from './session.ts'
import { silencedBy, type Baseline } from './baseline.ts'
import { grouped, keyOf } from './findings.ts'
import { isOneCause } from './one-cause.ts'

/** How a failure is marked that did not come back. */
const FLAKY = 'only once: '

/** What the report needs to know of the options of a run. */
export interface ReportOptions {
  readonly seed?: number
  readonly strict?: boolean
  readonly only?: readonly CheckId[]
  readonly baseline?: Baseline
}

/** Marks a failure that did not come back when its case was run once more. */
export function asFlaky(failure: Failure): Failure {
  return { ...failure, message: FLAKY + failure.message }
}

export function resultOf(testCase: Case, verdict: Verdict, durationMs: number, options: ReportOptions): CaseResult {
  const base = {
    id: testCase.id,
    name: testCase.name,
    api: testCase.api,
    operation: testCase.operation?.id,
    durationMs,
  }
  if (verdict.kind === 'not-reached') return { ...base, verdict: 'not-reached', reason: verdict.reason, failures: [] }
  if (verdict.kind === 'passed') return { ...base, verdict: 'passed', failures: [] }
  const failures = verdict.failures.filter((each) => options.only === undefined || options.only.includes(each.check))
  const real = failures.filter((each) => !isFlaky(each) && !silencedBy(options.baseline, keyOf(each)))
  if (failures.length === 0) return { ...base, verdict: 'passed', failures: [] }
  if (real.length === 0) return { ...base, verdict: failures.every(isFlaky) ? 'flaky' : 'silenced', failures }
  return { ...base, verdict: real.some((each) => each.tier === 'documented') ? 'failed' : 'assumption', failures }
}

function isFlaky(failure: Failure): boolean {
  return failure.message.startsWith(FLAKY)
}

export function countOperations(session: Session, results: readonly CaseResult[]): OperationCount[] {
  const { api } = session.context
  const count = (operation: string | undefined, statuses: Record<string, boolean>): OperationCount => {
    const own = results.filter((each) => each.operation === operation)
    const verdicts = (verdict: CaseResult['verdict']): number => own.filter((each) => each.verdict === verdict).length
    return {
      api: api.name,
      operation,
      cases: own.length,
      failures: verdicts('failed'),
      assumptions: verdicts('assumption'),
      notReached: verdicts('not-reached'),
      statuses,
    }
  }
  const declared = api.operations.map((operation) => {
    const seen = session.statuses.get(operation.id) ?? new Set()
    return count(operation.id, statusesSeen(operation, seen))
  })
  return [...declared, count(undefined, {})].filter((each) => each.cases > 0)
}

/** The declared statuses, and whether one of those that came is meant by each: `404` by `4XX` and by `default`, too. */
export function statusesSeen({ responses }: Operation, seen: ReadonlySet<string>): Record<string, boolean> {
  const meant = [...seen].map((status) => declaredKey(responses, status))
  return Object.fromEntries(Object.keys(responses).map((status) => [status, meant.includes(status)]))
}

export interface Outcome {
  readonly apis: readonly string[]
  readonly options: ReportOptions
  readonly results: readonly CaseResult[]
  readonly operations: readonly OperationCount[]
  readonly requests: number
  readonly repeated?: number
  readonly waits?: number
  readonly runId?: number
  readonly target: string
  readonly durationMs: number
  readonly interrupted: boolean
}

/** Sums up what came of the cases. */
export function reportOf(outcome: Outcome): Report {
  const {
    apis,
    options,
    results,
    operations,
    requests,
    repeated = 0,
    waits = 0,
    target,
    durationMs,
    interrupted,
    runId,
  } = outcome
  const all = results.flatMap((each) => each.failures)
  const flaky = grouped(all.filter(isFlaky).map((each) => ({ ...each, message: each.message.slice(FLAKY.length) })))
  const steady = all.filter((each) => !isFlaky(each))
  const silenced = grouped(steady.filter((each) => silencedBy(options.baseline, keyOf(each))))
  const found = grouped(steady.filter((each) => !silencedBy(options.baseline, keyOf(each))))
  const findings = found.toSorted((one, other) => Number(isOneCause(other)) - Number(isOneCause(one)))
  const failures = findings.filter((each) => each.tier === 'documented')
  const assumptions = findings.filter((each) => each.tier === 'assumed')
  const count = (...verdicts: readonly CaseResult['verdict'][]): number =>
    results.filter((each) => verdicts.includes(each.verdict)).length
  return {
    target,
    apis,
    seed: options.seed ?? 1,
    ...(runId !== undefined && { runId }),
    strict: options.strict ?? false,
    durationMs,
    ...(interrupted && { interrupted }),
    ...(results.some(({ reason }) => reason === RATE_LIMITED) && { limited: true as const }),
    totals: {
      cases: results.length,
      requests,
      repeated,
      waits,
      passed: count('passed'),
      failed: count('failed', 'assumption'),
      notReached: count('not-reached'),
      failures: failures.length,
      assumptions: assumptions.length,
      flaky: flaky.length,
      silenced: silenced.length,
    },
    failures,
    assumptions,
    flaky,
    silenced,
    notReached: notReachedOf(results),
    operations,
    checks: countChecks(results, findings),
    cases: results,
  }
}

function notReachedOf(results: readonly CaseResult[]): NotReached[] {
  return results
    .filter((each) => each.verdict === 'not-reached')
    .map((each) => ({ caseId: each.id, api: each.api, operation: each.operation, reason: each.reason ?? '' }))
}

function countChecks(results: readonly CaseResult[], findings: readonly Finding[]): CheckCount[] {
  const raised = new Map<CheckId, number>()
  for (const { failures } of results) for (const { check } of failures) raised.set(check, (raised.get(check) ?? 0) + 1)
  return (Object.keys(checks) as CheckId[])
    .map((check) => ({
      check,
      cases: raised.get(check) ?? 0,
      failures: findings.filter((each) => each.check === check && each.tier === 'documented').length,
      assumptions: findings.filter((each) => each.check === check && each.tier === 'assumed').length,
    }))
    .filter((each) => each.cases > 0)
}

import type { Case, RequestCase, Verdict } from '../case.ts'
import type { CaseResult } from '../report/report.ts'
import { runFromAnywhere } from './run-from-anywhere.ts'
import { isFlow } from '../case.ts'
import { tidy, type Session } from './session.ts'
import { usedUp, withoutOwnRows, type UsedUp } from './adjust-verdict.ts'
import { rerun } from './rerun.ts'
import { eachIn } from './pool.ts'
import { resultOf } from './build-report.ts'
import { runParallel, type Recorder } from './run-parallel.ts'
import { RateLimited } from '../transport/rate-limit.ts'
import { RATE_LIMITED } from '../report/report.ts'
import type { Selected } from './select.ts'
import { writesToItem } from './without-reset.ts'
import type { RunOptions } from './api-under-test.ts'
import { closeParallelSessions, openParallelSessions } from './parallel-sessions.ts'

/** More than the server has cores helps no more. */
const PARALLEL_SESSIONS = 6

/** Opening one has to pay. */
const CASES_PER_SESSION = 20

const INTERRUPTED: Verdict = { kind: 'not-reached', reason: 'the run was interrupted before' }
const LIMITED: Verdict = { kind: 'not-reached', reason: RATE_LIMITED }

/** Runs what is selected: first, together, what changes nothing; then the rest, each case from a known start. */
export async function runCases(
  session: Session,
  selected: readonly Selected[],
  options: RunOptions,
): Promise<CaseResult[]> {
  const results = new Map<Case, CaseResult>()
  const record = createRecorder(session, results, { total: selected.length, options })
  for (const { testCase, skipped } of selected)
    if (skipped !== undefined) record(testCase, { kind: 'not-reached', reason: skipped }, 0)
  const cases = selected.filter((each) => each.skipped === undefined).map((each) => each.testCase)
  const isParallel = (each: Case): each is RequestCase =>
    !isFlow(each) &&
    each.changesNothing &&
    !each.guessed &&
    !writesToItem(session, each) &&
    session.control.isGiven(each.given)
  const parallel = cases.filter(isParallel)
  const moving = cases.filter((each) => !parallel.includes(each as RequestCase))
  const runAll = async (): Promise<void> => {
    await tidy(session)
    await runParallel(session, parallel, { record, signal: options.signal })
    await runMoving(session, inOrder(session, moving), { record, options })
  }
  let left = INTERRUPTED
  const stop = (error: unknown): void => {
    if (!(error instanceof RateLimited)) throw error
    left = LIMITED
  }
  await session.gate.untilInterrupted(runAll().catch(stop))
  const failures = [...results.values()].flatMap((result) => result.failures)
  const gone = usedUp(session, failures)
  return selected.map(({ testCase }) => {
    const result = results.get(testCase) ?? resultOf(testCase, left, 0, options)
    return withoutUsedUp(gone, testCase, result, options)
  })
}

function createRecorder(
  session: Session,
  results: Map<Case, CaseResult>,
  { total, options }: { readonly total: number; readonly options: RunOptions },
): Recorder {
  let failed = 0
  return (testCase, verdict, durationMs) => {
    const result = resultOf(testCase, withoutOwnRows(session, verdict), durationMs, options)
    if (result.verdict === 'failed' || result.verdict === 'assumption') failed++
    results.set(testCase, result)
    options.onProgress?.({ api: session.context.api.name, done: results.size, total, failed })
  }
}

/** Cases that change something run in worlds of their own, where the server has such. */
async function runMoving(
  session: Session,
  cases: readonly Case[],
  { record, options }: { readonly record: Recorder; readonly options: RunOptions },
): Promise<void> {
  const wanted =
    options.rate === undefined ? Math.min(PARALLEL_SESSIONS, Math.ceil(cases.length / CASES_PER_SESSION)) : 1
  const parallelSessions = await openParallelSessions(session, wanted)
  const close = (): Promise<void> => closeParallelSessions(session, parallelSessions)
  session.closing.push(close)
  const dependent = new Map(parallelSessions.map((world) => [world, new Map<string, number>()]))
  await eachIn(parallelSessions, cases, async (world, testCase) => {
    if (options.signal?.aborted) return
    const started = performance.now()
    const verdict = await runFromAnywhere(world, testCase, dependent.get(world) ?? new Map<string, number>())
    record(testCase, await rerun(world, testCase, verdict), performance.now() - started)
  })
}

function withoutUsedUp(gone: UsedUp, testCase: Case, result: CaseResult, options: RunOptions): CaseResult {
  const { left, reason } = gone.without(result.failures)
  if (left.length === result.failures.length) return result
  const verdict: Verdict = left.length > 0 ? { kind: 'failed', failures: left } : { kind: 'not-reached', reason }
  return resultOf(testCase, verdict, result.durationMs, options)
}

/** Workflows count on the seeded rows: where nothing can be set back, they go first. */
function inOrder(session: Session, cases: readonly Case[]): Case[] {
  if (session.control.canReset) return [...cases]
  return cases.toSorted((one, other) => Number(other.kind === 'flow') - Number(one.kind === 'flow'))
}

import { isSafe } from '../conform/cases/request-case.ts'
import type { Failure } from '../conform/check.ts'
import type { CaseResult } from '../conform/report/report.ts'
import { resultOf } from '../conform/run/build-report.ts'
import { caseOf, failuresOf } from './failures.ts'
import type { Match } from './match.ts'
import { play, type Compared } from './run-walk.ts'
import type { DifferentialOptions } from './differential-options.ts'
import type { Step } from './step.ts'

/** Plays steps up to the one at which the servers part. */
export async function runRound(
  match: Match,
  round: readonly Step[],
  options: DifferentialOptions,
): Promise<CaseResult[]> {
  const started = performance.now()
  const played = await play(match, round, isParting)
  const durationMs = (performance.now() - started) / Math.max(played.length, 1)
  const results: CaseResult[] = []
  for (const [index, { step, differences }] of played.entries()) {
    const failures: Failure[] = []
    for (const difference of differences)
      failures.push(...(await failuresOf(match, played.slice(0, index + 1), difference)))
    results.push(
      resultOf(
        caseOf(match, step),
        failures.length === 0 ? { kind: 'passed' } : { kind: 'failed', failures },
        durationMs,
        options,
      ),
    )
  }
  const reason = whyNotReached(match)
  return [
    ...results,
    ...round
      .slice(played.length)
      .map((step) => resultOf(caseOf(match, step), { kind: 'not-reached', reason }, 0, options)),
  ]
}

function whyNotReached({ signal, canReplay }: Match): string {
  if (signal?.aborted) return 'the run was interrupted before'
  return canReplay
    ? 'the servers went different ways at the step before, and a new round began'
    : 'the servers went different ways before, and the target cannot be set back'
}

/** Whether the two servers are no longer in the same state, so that what follows says nothing. */
function isParting({ step, mock, exchanged }: Compared): boolean {
  if (isSafe(step.request.mock.method)) return false
  const [one, other] = [mock.outcome, exchanged.outcome].map(
    (outcome) => outcome.kind === 'answer' && outcome.status < 300,
  )
  return one !== other
}

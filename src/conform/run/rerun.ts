import type { Case, Verdict } from '../case.ts'
import { isSafe } from '../cases/request-case.ts'
import type { Failure } from '../check.ts'
import { runCase, isFlow, type Session } from './run-case.ts'
import { keyOf } from './findings.ts'
import { asFlaky } from './build-report.ts'

/** Runs a failed case once more; what does not come back is flaky. */
export async function rerun(session: Session, subject: Case, verdict: Verdict): Promise<Verdict> {
  if (verdict.kind !== 'failed') return verdict
  const changed = session.dirty && !session.control.canReset
  const isRepeatable = isFlow(subject) || isSafe(subject.request.method) || isUnanswered(verdict.failures)
  if (changed && !isRepeatable) return verdict
  const again = await runCase(session, subject)
  if (again.kind === 'not-reached') return verdict
  const others = again.kind === 'failed' ? again.failures : []
  const failures = verdict.failures.map((each): Failure => (others.some(isSame(each)) ? each : asFlaky(each)))
  return { kind: 'failed', failures }
}

/** A workflow that goes wrong at another step the second time has gone wrong twice: each third id may be the second or the third. */
function isSame(failure: Failure): (other: Failure) => boolean {
  const key = keyOf(failure)
  return (other) =>
    keyOf(other) === key || (failure.check === 'flow' && other.check === 'flow' && other.tier === failure.tier)
}

/** Silence tells nothing of the server's state: whether it comes back is worth a second request in any case. */
function isUnanswered(failures: readonly Failure[]): boolean {
  return failures.every(({ check }) => check === 'no-answer')
}

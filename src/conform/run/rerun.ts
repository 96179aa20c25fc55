import type { Case, Verdict } from '../case.ts'
import { isSafe } from '../cases/request-case.ts'
import type { Failure } from '../check.ts'
import { runCase } from './run-case.ts'
import { isFlow } from '../case.ts'
import { type Session } from './session.ts'
import { withoutUnrepeated } from './adjust-verdict.ts'

/** Runs a failed case once more; what does not come back is flaky. */
export async function rerun(session: Session, testCase: Case, verdict: Verdict): Promise<Verdict> {
  if (verdict.kind !== 'failed' || verdict.failures.some(({ check }) => check === 'server-died')) return verdict
  const changed = session.dirty && !session.control.canReset
  const isRepeatable = isFlow(testCase) || isSafe(testCase.request.method) || isUnanswered(verdict.failures)
  if (changed && !isRepeatable) return verdict
  return withoutUnrepeated(verdict, await runCase(session, testCase))
}

/** Silence tells nothing of the server's state: whether it comes back is worth a second request in any case. */
function isUnanswered(failures: readonly Failure[]): boolean {
  return failures.every(({ check }) => check === 'no-answer')
}

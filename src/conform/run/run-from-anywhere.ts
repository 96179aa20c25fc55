import { isFlow, type Case, type RequestCase, type Verdict } from '../case.ts'
import { runCase } from './run-case.ts'
import { send, type Session } from './session.ts'
import { verdictOf } from './verdict-of.ts'

/** Operations whose successes have depended on what stood there so often are brought to a known start at once. */
const TRIES = 2

/**
 * Runs a case that changes something. A request that is to succeed is sent as the server stands, without going back to the
 * seed first: a success tells as much from anywhere. Whatever else comes of it may follow from earlier cases, so that it is
 * forgotten and the case is run from a known start.
 */
export async function runFromAnywhere(session: Session, testCase: Case, failed: Map<string, number>): Promise<Verdict> {
  const operation = testCase.operation?.id ?? ''
  if (!isIndifferent(session, testCase) || (failed.get(operation) ?? 0) >= TRIES) return runCase(session, testCase)
  const verdict = verdictOf(session, testCase, await send(session, testCase.request, operation))
  if (verdict.kind === 'passed') return verdict
  failed.set(operation, (failed.get(operation) ?? 0) + 1)
  session.dirty = true
  return runCase(session, testCase)
}

function isIndifferent(session: Session, testCase: Case): testCase is RequestCase {
  return (
    !isFlow(testCase) &&
    !testCase.guessed &&
    session.dirty &&
    session.control.canReset &&
    testCase.expectation.kind === 'success' &&
    session.control.isGiven(testCase.given)
  )
}

import type { RequestCase, Verdict } from '../case.ts'
import { checkCase } from '../checks/check-case.ts'
import { isGone } from '../transport/lost-server.ts'
import type { Exchanged } from '../transport/transport.ts'
import { isUnknownThing, serverGone, unknownThing } from './adjust-verdict.ts'
import type { Session } from './session.ts'

/** What the answer to a case says of the server. */
export function verdictOf(session: Session, testCase: RequestCase, exchanged: Exchanged): Verdict {
  if (isGone(exchanged)) return serverGone()
  if (isUnknownThing(session, testCase, exchanged)) return unknownThing()
  const failures = checkCase(session.context, testCase, exchanged)
  return failures.length === 0 ? { kind: 'passed' } : { kind: 'failed', failures }
}

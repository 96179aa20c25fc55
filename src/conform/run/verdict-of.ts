import type { RequestCase, Verdict } from '../case.ts'
import { checkCase } from '../checks/check-case.ts'
import type { Exchanged } from '../transport/transport.ts'
import { isUnknownThing, unknownThing } from './adjust-verdict.ts'
import type { Session } from './session.ts'

/** What the answer to a case says of the server. */
export function verdictOf(session: Session, subject: RequestCase, exchanged: Exchanged): Verdict {
  if (isUnknownThing(subject, exchanged)) return unknownThing()
  const failures = checkCase(session.context, subject, exchanged)
  return failures.length === 0 ? { kind: 'passed' } : { kind: 'failed', failures }
}

import { tidy, type Session } from './attempt.ts'

/** Removes what this run has created where the server can't be reset. */
export async function cleanUp(session: Session): Promise<void> {
  if (session.control.canReset) return tidy({ ...session, dirty: true })
  for (const undo of session.undo.splice(0).toReversed()) await undo()
}

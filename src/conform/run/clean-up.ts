import { tidy, type Session } from './session.ts'

/** Closes the worlds of this run, and sets the server back, or where it can't be, removes what the run has created. */
export async function cleanUp(session: Session): Promise<void> {
  for (const close of session.closing.splice(0)) await close()
  if (session.control.canReset) return tidy({ ...session, dirty: true })
  for (const undo of session.undo.splice(0).toReversed()) await undo()
}

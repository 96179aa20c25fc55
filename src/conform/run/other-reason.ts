import type { RequestCase, Verdict } from '../case.ts'
import { requestOf } from '../cases/draft.ts'
import type { Exchanged } from '../transport/transport.ts'
import { isForOtherReason, refusedForOtherReason } from './adjust-verdict.ts'
import { send, tidy, type Session } from './session.ts'
import { isRefused, runOnOwnThing, undo } from './without-reset.ts'
import { verdictOf } from './verdict-of.ts'

/**
 * Looks at a request that was refused for another reason once more, from a start at which the unchanged request succeeds. Where it does, the change is what
 * is refused, whatever the status says; where it does not, the case is not reached.
 */
export async function lookAgain(session: Session, testCase: RequestCase): Promise<Verdict> {
  const exchanged = await fromKnownStart(session, testCase)
  if ('missing' in exchanged) return { kind: 'not-reached', reason: exchanged.missing }
  if (!isForOtherReason(testCase, exchanged)) return verdictOf(session, testCase, exchanged)
  const other = await bySomebodyElse(session, testCase, exchanged)
  if (other !== undefined) return verdictOf(session, testCase, other)
  if (await succeedsUnchanged(session, testCase)) return verdictOf(session, testCase, exchanged)
  return refusedForOtherReason(exchanged)
}

/**
 * What becomes of a request that its sender may not make, when somebody else sends it; `undefined` where nobody comes further.
 * A value that the server fills in for a missing one may be what the first sender must not say.
 */
async function bySomebodyElse(
  session: Session,
  testCase: RequestCase,
  { outcome }: Exchanged,
): Promise<Exchanged | undefined> {
  if (outcome.kind !== 'answer' || outcome.status !== 403) return undefined
  const { headers } = testCase.request
  for (const credential of Object.values(session.context.target.credentials)) {
    const own = Object.entries(credential)
    const others = headers.filter(([name]) => !(name.toLowerCase() in credential))
    const isSame = own.every(([name, value]) =>
      headers.some(([each, old]) => each.toLowerCase() === name && old === value),
    )
    if (isSame || others.length + own.length !== headers.length) continue
    const request = { ...testCase.request, headers: [...own, ...others] }
    const exchanged = await fromKnownStart(session, { ...testCase, request })
    if (!('missing' in exchanged) && !isForOtherReason(testCase, exchanged)) return exchanged
  }
  return undefined
}

async function fromKnownStart(
  session: Session,
  testCase: RequestCase,
): Promise<Exchanged | { readonly missing: string }> {
  if (!session.control.canReset) return runOnOwnThing(session, testCase)
  session.dirty = true
  await tidy(session)
  if (testCase.given.length > 0) await session.control.establish(testCase.given)
  return send(session, testCase.request, testCase.operation?.id)
}

async function succeedsUnchanged(session: Session, { given, operation }: RequestCase): Promise<boolean> {
  const base = operation && session.plan.bases.get(operation)
  if (base === undefined) return false
  if (session.control.canReset) {
    session.dirty = true
    await tidy(session)
    if (given.length > 0) await session.control.establish(given)
  }
  const exchanged = await send(session, requestOf(base.draft), operation?.id)
  if (isRefused(session, exchanged)) return false
  if (!session.control.canReset) await undo(session, exchanged)
  return true
}

import { isFlow, type Case, type FlowCase, type FlowRunner, type RequestCase, type Verdict } from '../case.ts'
import type { Exchanged, OutgoingRequest } from '../transport/transport.ts'
import { isForOtherReason, seenLate, withoutGone } from './adjust-verdict.ts'
import { createPatience, mayBeLate } from './late-reads.ts'
import { lookAgain } from './other-reason.ts'
import { note, send, tidy, type Session } from './session.ts'
import { verdictOf } from './verdict-of.ts'
import { runCaseWithoutReset, undo, undoByLink, writesToItem } from './without-reset.ts'

/** Runs one case from a known start, as far as the server lets itself be brought there. */
export async function runCase(session: Session, testCase: Case): Promise<Verdict> {
  await tidy(session)
  const established = await establish(session, testCase)
  if (established !== undefined) return { kind: 'not-reached', reason: established }
  if (isFlow(testCase)) return playPatiently(session, testCase)
  const isHarmless = session.control.canReset || (testCase.changesNothing && !writesToItem(session, testCase))
  const asItIs = isHarmless && !testCase.guessed
  return asItIs ? request(session, testCase) : runCaseWithoutReset(session, testCase)
}

/** Sends a case's request and checks the answer, whatever state the server is in; what was taken against our expectation is taken back. */
async function request(session: Session, testCase: RequestCase): Promise<Verdict> {
  const exchanged = await send(session, testCase.request, testCase.operation?.id)
  if (isForOtherReason(testCase, exchanged)) return lookAgain(session, testCase)
  const verdict = verdictOf(session, testCase, exchanged)
  if (!session.control.canReset && testCase.expectation.kind === 'refusal') await undo(session, exchanged)
  return verdict
}

async function establish(session: Session, testCase: Case): Promise<string | undefined> {
  if (testCase.given.length === 0 || (session.control.canReset && session.control.isGiven(testCase.given)))
    return undefined
  const result = await session.control.establish(testCase.given)
  session.dirty = true
  return 'missing' in result ? result.missing : undefined
}

/** A flow that fails is played once more with patience, where reads may lag behind writes: then the delay is all there is. */
async function playPatiently(session: Session, testCase: FlowCase): Promise<Verdict> {
  const { lateness } = session
  const verdict = await play(session, testCase)
  if (!mayBeLate(lateness, verdict) || verdict.kind !== 'failed') return verdict
  lateness.isTried = true
  await tidy(session)
  await establish(session, testCase)
  const again = await play(session, testCase, createPatience(lateness.ms))
  if (again.kind !== 'passed') return verdict
  lateness.isKnown = true
  return seenLate(testCase, verdict.failures, lateness.ms)
}

async function play(
  session: Session,
  testCase: FlowCase,
  patience: (request: OutgoingRequest) => Promise<void> = async () => undefined,
): Promise<Verdict> {
  const exchanges: Exchanged[] = []
  const { api, seed, target } = session.context
  const runner: FlowRunner = {
    api,
    seed,
    target,
    exchanges,
    send: async (outgoing) => {
      await patience(outgoing)
      const exchanged = await session.transport.send(outgoing)
      exchanges.push(exchanged)
      note(session, exchanged)
      return exchanged
    },
    created: (undo) => void session.undo.push(undo),
    undo: async (exchanged) => {
      if (!session.control.canReset) await undoByLink(session, exchanged)
    },
    earlier: (operation) => session.made.get(operation) ?? [],
    reset: async () => {
      await tidy(session)
      return session.control.canReset
    },
    setState: async (given) => {
      const result = await session.control.establish([given])
      session.dirty = true
      return 'values' in result ? result.values : undefined
    },
  }
  const cleanUp = async (): Promise<void> => {
    if (!session.control.canReset) await cleanUpAfter(session, testCase, exchanges.slice())
  }
  try {
    const verdict = withoutGone(session, testCase, await testCase.play(runner), exchanges)
    await cleanUp()
    return verdict
  } catch (error) {
    // Only an interruption ends a flow like this; what it has done is taken back at the end of the run.
    session.undo.push(cleanUp)
    throw error
  }
}

async function cleanUpAfter(session: Session, testCase: FlowCase, exchanges: readonly Exchanged[]): Promise<void> {
  for (const undo of session.undo.splice(0).toReversed()) await undo()
  // Workflows take back what they do themselves.
  if (testCase.kind === 'flow') return
  for (const exchanged of exchanges.toReversed())
    await (testCase.kind === 'random' ? undo(session, exchanged) : undoByLink(session, exchanged))
}

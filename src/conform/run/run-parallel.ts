import type { Case, RequestCase, Verdict } from '../case.ts'
import { isSafe } from '../cases/request-case.ts'
import { runCase } from './run-case.ts'
import { send, type Session } from './session.ts'
import { verdictOf } from './verdict-of.ts'
import { rerun } from './rerun.ts'
import { hasDied } from '../transport/lost-server.ts'
import { isForOtherReason } from './adjust-verdict.ts'
import { lookAgain } from './other-reason.ts'
import { keyOf } from './findings.ts'
import { undo } from './without-reset.ts'
import { untilAborted } from './interrupt.ts'
import { inParallel, WIDTH } from './pool.ts'

/** How many cases of one finding are run once more; the others are taken to be like them. */
const ENOUGH = 3

/** Takes down what came of one case. */
export type Recorder = (testCase: Case, verdict: Verdict, durationMs: number) => void

interface Tried {
  readonly testCase: RequestCase
  readonly verdict: Verdict
  readonly durationMs: number
  /** Whether it was refused for another reason than the one that was looked for. */
  readonly isUnclear: boolean
  /** Whether the server died of it: once is enough. */
  readonly isDeadly: boolean
}

/** Requests that leave a correct server as it was go out together; those that failed follow once more, one by one. */
export async function runParallel(
  session: Session,
  cases: readonly RequestCase[],
  { record, signal }: { readonly record: Recorder; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const tried = await inParallel(untilAborted(cases, signal), WIDTH, async (testCase): Promise<Tried> => {
    const started = performance.now()
    const exchanged = await send(session, testCase.request, testCase.operation?.id)
    const verdict = verdictOf(session, testCase, exchanged)
    const durationMs = performance.now() - started
    if (!session.control.canReset && !isSafe(testCase.request.method)) await undo(session, exchanged)
    const isUnclear = isForOtherReason(testCase, exchanged)
    const isDeadly = hasDied(exchanged)
    if ((verdict.kind !== 'failed' && !isUnclear) || isDeadly) record(testCase, verdict, durationMs)
    return { testCase, verdict, durationMs, isUnclear, isDeadly }
  })
  // Looking again goes back to the seed, and then nobody could tell that these answers are stained.
  const isStained = session.dirty && session.control.canReset
  const unclear = tried.filter(({ isUnclear }) => isUnclear)
  for (const { testCase, durationMs } of untilAborted(unclear, signal)) {
    const verdict = await lookAgain(session, testCase)
    record(testCase, await rerun(session, testCase, verdict), durationMs)
  }
  const failed = tried.filter(
    ({ verdict, isDeadly, isUnclear }) => verdict.kind === 'failed' && !isUnclear && !isDeadly,
  )
  await runOnceMore(session, untilAborted(failed, signal), { record, isStained })
}

/** What went out beside a request that changed something after all tells little: it is tried again from the seed first. */
async function runOnceMore(
  session: Session,
  failed: Iterable<Tried>,
  { record, isStained }: { readonly record: Recorder; readonly isStained: boolean },
): Promise<void> {
  const repeated = new Map<string, number>()
  for (const { testCase, verdict, durationMs } of failed) {
    const isKnown = keysOf(verdict).every((key) => (repeated.get(key) ?? 0) >= ENOUGH)
    const first = isStained && !isKnown ? await runCase(session, testCase) : verdict
    record(testCase, isKnown ? first : await rerun(session, testCase, first), durationMs)
    for (const key of keysOf(first)) repeated.set(key, (repeated.get(key) ?? 0) + 1)
  }
}

function keysOf(verdict: Verdict): readonly string[] {
  return verdict.kind === 'failed' ? verdict.failures.map(keyOf) : []
}

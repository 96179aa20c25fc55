import { UnderstudyError } from '../../errors.ts'
import type { CaseResult, OperationCount } from '../report/report.ts'
import { RateLimited } from '../transport/rate-limit.ts'
import { SERVER_GONE } from './adjust-verdict.ts'
import type { ApiUnderTest, RunOptions } from './api-under-test.ts'
import { countOperations } from './build-report.ts'
import { cleanUp } from './clean-up.ts'
import { withOneCause } from './one-cause.ts'
import { openSession, type Beside } from './open-session.ts'
import { assertPreflight } from './preflight.ts'
import { runCases } from './run-cases.ts'
import { select } from './select.ts'

/** What came of the cases of one API; plain values, which a thread can hand over. */
export interface ApiRun {
  readonly results: readonly CaseResult[]
  readonly operations: readonly OperationCount[]
  readonly requests: number
  readonly repeated: number
  readonly waits: number
  /** The server has died, and nobody has started it again. */
  readonly isGone: boolean
  /** It keeps what the run has sent, and so was sent values with the run's id. */
  readonly isKept: boolean
}

export const NOTHING: ApiRun = {
  results: [],
  operations: [],
  requests: 0,
  repeated: 0,
  waits: 0,
  isGone: false,
  isKept: false,
}

/** Runs the cases of one API; none where the server has died before. Throws TARGET_UNREACHABLE. */
export async function runApi(apiUnderTest: ApiUnderTest, options: RunOptions, beside: Beside): Promise<ApiRun> {
  if (beside.breaker.isGone) return unreached(apiUnderTest)
  try {
    return await runReachable(apiUnderTest, options, beside)
  } catch (error) {
    if (error instanceof UnderstudyError && beside.breaker.isGone) return unreached(apiUnderTest)
    throw error
  }
}

async function runReachable(apiUnderTest: ApiUnderTest, options: RunOptions, beside: Beside): Promise<ApiRun> {
  const { session, cases, leave, close } = await openSession(apiUnderTest, options, beside)
  try {
    const selected = select(cases, apiUnderTest.target, options)
    await assertPreflight(
      session,
      selected.filter((each) => each.skipped === undefined).map((each) => each.testCase),
    )
    const results = withOneCause(session, await runCases(session, selected, options))
    await session.gate.cleaning(async () => {
      await cleanUp(session).catch(ignoreRateLimit)
      await leave()
    })
    const { count: requests, repeated, waits } = session.transport
    return {
      results,
      operations: countOperations(session, results),
      requests,
      repeated,
      waits,
      isGone: beside.breaker.isGone,
      isKept: !session.control.canReset,
    }
  } finally {
    close()
  }
}

/** An API whose server has died while another API was tried on it. */
function unreached({ api }: ApiUnderTest): ApiRun {
  const name = 'every case'
  const result: CaseResult = {
    id: `${api.name}: ${name}`,
    name,
    api: api.name,
    operation: undefined,
    verdict: 'not-reached',
    reason: SERVER_GONE,
    failures: [],
    durationMs: 0,
  }
  return { ...NOTHING, results: [result], isGone: true }
}

/** What could not be cleaned up on a server that takes no more requests stays. */
function ignoreRateLimit(error: unknown): void {
  if (!(error instanceof RateLimited)) throw error
}

import type { CaseResult, OperationCount, Report } from '../report/report.ts'
import { cleanUp } from './clean-up.ts'
import { inParallel } from './pool.ts'
import { createTurns } from './turns.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { closeParallelSessions, openParallelSession } from './parallel-sessions.ts'
import { openSession } from './open-session.ts'
import { countOperations, reportOf } from './build-report.ts'
import { withOneCause } from './one-cause.ts'
import { runCases } from './run-cases.ts'
import { select } from './select.ts'
import type { RunOptions, ApiUnderTest } from './api-under-test.ts'
import { SERVER_GONE } from './adjust-verdict.ts'
import { assertPreflight } from './preflight.ts'
import { UnderstudyError } from '../../errors.ts'
import { RateLimited } from '../transport/rate-limit.ts'

/** APIs of one server that are tried at once, where it has sessions: one is planned while the server answers another. */
const APIS_AT_ONCE = 3

/** Runs every case against the targets. Throws TARGET_UNREACHABLE when a server does not answer or refuses the credentials. */
export async function runConformance(
  apisUnderTest: readonly ApiUnderTest[],
  options: RunOptions = {},
): Promise<Report> {
  const started = performance.now()
  const runs = await runEach(apisUnderTest, options)
  const sum = (count: (run: ApiRun) => number): number => runs.reduce((total, run) => total + count(run), 0)
  const target = [...new Set(apisUnderTest.map((each) => each.target.baseUrl))].join(', ')
  return reportOf({
    apis: apisUnderTest.map((each) => each.api.name),
    options,
    results: runs.flatMap(({ results }) => results),
    operations: runs.flatMap(({ operations }) => operations),
    requests: sum(({ requests }) => requests),
    repeated: sum(({ repeated }) => repeated),
    waits: sum(({ waits }) => waits),
    target,
    durationMs: performance.now() - started,
    interrupted: options.signal?.aborted ?? false,
  })
}

/** Runs the APIs in the order of their turns; what one of them throws is thrown when the others are through. */
async function runEach(apisUnderTest: readonly ApiUnderTest[], options: RunOptions): Promise<ApiRun[]> {
  const isAlone = apisUnderTest.length < 2 || options.rate !== undefined
  const breakers = breakersOf(apisUnderTest)
  const turns = createTurns()
  const errors: unknown[] = []
  const runs = await inParallel(apisUnderTest, isAlone ? 1 : APIS_AT_ONCE, async (apiUnderTest): Promise<ApiRun> => {
    const breaker = breakers.get(apiUnderTest.target.baseUrl) as CircuitBreaker
    const done = await turns.take()
    if (errors.length > 0 || options.signal?.aborted) return NOTHING
    try {
      if (breaker.isGone) return unreached(apiUnderTest)
      return await runApi(apiUnderTest, options, { breaker, ...(!isAlone && { onSession: done }) })
    } catch (error) {
      if (error instanceof UnderstudyError && breaker.isGone) return unreached(apiUnderTest)
      errors.push(error)
      return NOTHING
    } finally {
      done()
    }
  })
  if (errors.length > 0) throw errors[0]
  return runs
}

function breakersOf(apisUnderTest: readonly ApiUnderTest[]): ReadonlyMap<string, CircuitBreaker> {
  return new Map(apisUnderTest.map(({ target }) => [target.baseUrl, new CircuitBreaker(target.timeoutMs)]))
}

const NOTHING: ApiRun = { results: [], operations: [], requests: 0, repeated: 0, waits: 0 }

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
  return { ...NOTHING, results: [result] }
}

/** What could not be cleaned up on a server that takes no more requests stays. */
function ignoreRateLimit(error: unknown): void {
  if (!(error instanceof RateLimited)) throw error
}

interface ApiRun {
  readonly results: readonly CaseResult[]
  readonly operations: readonly OperationCount[]
  readonly requests: number
  readonly repeated: number
  readonly waits: number
}

interface Beside {
  readonly breaker: CircuitBreaker
  /** The next API may be tried: this one has a session of its own. */
  readonly onSession?: () => void
}

async function runApi(
  apiUnderTest: ApiUnderTest,
  options: RunOptions,
  { breaker, onSession }: Beside,
): Promise<ApiRun> {
  const { session: shared, cases, close } = await openSession(apiUnderTest, options, breaker)
  const own = onSession && shared.control.canReset ? await openParallelSession(shared) : undefined
  if (own) onSession?.()
  const session = own ?? shared
  try {
    const selected = select(cases, apiUnderTest.target, options)
    await assertPreflight(
      session,
      selected.filter((each) => each.skipped === undefined).map((each) => each.testCase),
    )
    const results = withOneCause(session, await runCases(session, selected, options))
    await session.gate.cleaning(async () => {
      await cleanUp(session).catch(ignoreRateLimit)
      if (own) await closeParallelSessions(shared, [own])
    })
    const { count: requests, repeated, waits } = session.transport
    return { results, operations: countOperations(session, results), requests, repeated, waits }
  } finally {
    close()
  }
}

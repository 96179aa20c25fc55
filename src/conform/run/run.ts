import type { Report } from '../report/report.ts'
import type { ApiUnderTest, RunOptions } from './api-under-test.ts'
import { reportOf } from './build-report.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { NOTHING, runApi, type ApiRun } from './run-api.ts'
import { runThere, type ApiThread } from './api-thread.ts'
import { newRunId } from './run-id.ts'
import { createTurns } from './turns.ts'

/** APIs of one server that a thread tries at once, where it has sessions: one is planned while the server answers another. */
const APIS_AT_ONCE = 3

/**
 * Runs every case against the targets; some of the APIs in `thread`, if one is given. Throws TARGET_UNREACHABLE when a server
 * does not answer or refuses the credentials.
 */
export async function runConformance(
  apisUnderTest: readonly ApiUnderTest[],
  given: RunOptions = {},
  thread?: ApiThread,
): Promise<Report> {
  const runId = given.runId ?? newRunId()
  const options = { ...given, runId }
  const started = performance.now()
  const runs = await runEach(apisUnderTest, options, thread)
  const sum = (count: (run: ApiRun) => number): number => runs.reduce((total, run) => total + count(run), 0)
  const target = [...new Set(apisUnderTest.map((each) => each.target.baseUrl))].join(', ')
  return reportOf({
    apis: apisUnderTest.map((each) => each.api.name),
    options,
    ...(runs.some(({ isKept }) => isKept) && { runId }),
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

/**
 * Runs the APIs in the order of their turns; what one of them throws is thrown when the others are through. A server without
 * sessions is tried by one API at a time, and never by the thread.
 */
async function runEach(
  apisUnderTest: readonly ApiUnderTest[],
  options: RunOptions,
  thread: ApiThread | undefined,
): Promise<ApiRun[]> {
  const isAlone = apisUnderTest.length < 2 || options.rate !== undefined
  const breakers = breakersOf(apisUnderTest)
  const turns = createTurns()
  const errors: unknown[] = []
  const left = [...apisUnderTest]
  const runs = new Map<ApiUnderTest, ApiRun>()
  let hasSessions = false
  const drain = async (helper?: ApiThread): Promise<void> => {
    while (left.length > 0) {
      const done = await turns.take()
      const isThere = helper !== undefined && hasSessions
      // The thread begins with the last one: whoever is through early takes what lies between.
      const each = isThere ? left.pop() : left.shift()
      if (each === undefined || errors.length > 0 || options.signal?.aborted) return done()
      const onSession = (): void => {
        hasSessions = true
        done()
      }
      const beside = { breaker: breakers.get(each.target.baseUrl) as CircuitBreaker, ...(!isAlone && { onSession }) }
      await (isThere ? runThere(helper, each, options, beside) : runApi(each, options, beside))
        .then((run) => runs.set(each, run))
        .catch((error: unknown) => errors.push(error))
      done()
    }
  }
  const helpers = thread
    ? [undefined, thread, undefined, thread]
    : Array.from({ length: APIS_AT_ONCE }, () => undefined)
  await Promise.all(isAlone ? [drain()] : helpers.map(drain))
  if (errors.length > 0) throw errors[0]
  return apisUnderTest.map((each) => runs.get(each) ?? NOTHING)
}

function breakersOf(apisUnderTest: readonly ApiUnderTest[]): ReadonlyMap<string, CircuitBreaker> {
  return new Map(apisUnderTest.map(({ target }) => [target.baseUrl, new CircuitBreaker(target.timeoutMs)]))
}

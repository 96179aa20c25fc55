import type { CaseResult, OperationCount, Report } from '../report/report.ts'
import { cleanUp } from './clean-up.ts'
import { untilAborted } from './interrupt.ts'
import { openSession } from './open-session.ts'
import { countOperations, reportOf } from './build-report.ts'
import { runCases } from './run-cases.ts'
import { select } from './select.ts'
import type { RunOptions, ApiUnderTest } from './api-under-test.ts'
import { SERVER_GONE } from './adjust-verdict.ts'
import { assertPreflight } from './preflight.ts'
import { RateLimited } from '../transport/rate-limit.ts'

/** Runs every case against the targets. Throws TARGET_UNREACHABLE when a server does not answer or refuses the credentials. */
export async function runConformance(
  apisUnderTest: readonly ApiUnderTest[],
  options: RunOptions = {},
): Promise<Report> {
  const started = performance.now()
  const results: CaseResult[] = []
  const operations: OperationCount[] = []
  const sent = { requests: 0, repeated: 0, waits: 0 }
  for (const subject of untilAborted(apisUnderTest, options.signal)) {
    if (hasDied(results, subject)) {
      results.push(unreached(subject))
      continue
    }
    const run = await runApi(subject, options)
    results.push(...run.results)
    operations.push(...run.operations)
    sent.requests += run.requests
    sent.repeated += run.repeated
    sent.waits += run.waits
  }
  const target = [...new Set(apisUnderTest.map((each) => each.target.baseUrl))].join(', ')
  return reportOf({
    apis: apisUnderTest.map((each) => each.api.name),
    options,
    results,
    operations,
    ...sent,
    target,
    durationMs: performance.now() - started,
    interrupted: options.signal?.aborted ?? false,
  })
}

/** Whether the server of an API has died while another API was tried on it. */
function hasDied(results: readonly CaseResult[], { target }: ApiUnderTest): boolean {
  const last = results.at(-1)
  const deadly = results.flatMap(({ failures }) => failures).find(({ check }) => check === 'server-died')
  const url = deadly?.exchanges.at(-1)?.sent.url
  return url?.startsWith(target.baseUrl) === true && last?.reason === SERVER_GONE
}

function unreached({ api }: ApiUnderTest): CaseResult {
  const reason = SERVER_GONE
  const name = 'every case'
  return {
    id: `${api.name}: ${name}`,
    name,
    api: api.name,
    operation: undefined,
    verdict: 'not-reached',
    reason,
    failures: [],
    durationMs: 0,
  }
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

async function runApi(subject: ApiUnderTest, options: RunOptions): Promise<ApiRun> {
  const { session, cases, close } = await openSession(subject, options)
  try {
    const selected = select(cases, subject.target, options)
    await assertPreflight(
      session,
      selected.filter((each) => each.skipped === undefined).map((each) => each.subject),
    )
    const results = await runCases(session, selected, options)
    await session.gate.cleaning(() => cleanUp(session).catch(ignoreRateLimit))
    const { count: requests, repeated, waits } = session.transport
    return { results, operations: countOperations(session, results), requests, repeated, waits }
  } finally {
    close()
  }
}

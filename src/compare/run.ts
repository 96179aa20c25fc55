import type { Operation } from '../openapi/api.ts'
import { createContext } from '../conform/context.ts'
import type { CaseResult, OperationCount, Report } from '../conform/report/report.ts'
import { untilAborted } from '../conform/run/interrupt.ts'
import { reportOf, statusesSeen } from '../conform/run/build-report.ts'
import type { ApiUnderTest } from '../conform/run/api-under-test.ts'
import { targetAt } from '../conform/target.ts'
import { openTransport } from '../conform/transport/open-transport.ts'
import { createTransport } from '../conform/transport/transport.ts'
import type { DifferentialOptions } from './differential-options.ts'
import { openMatch, reset, type Match } from './match.ts'
import { planWalk } from './plan.ts'
import { runRound } from './round.ts'

const STEPS = 300

/**
 * Sends one walk of operations to the mock and to the targets and reports what differs beyond ids, times and entity tags.
 * Throws TARGET_UNREACHABLE when a server does not answer.
 */
export async function runDifferential(
  apisUnderTest: readonly ApiUnderTest[],
  options: DifferentialOptions,
): Promise<Report> {
  const started = performance.now()
  const runs: ApiRun[] = []
  for (const apiUnderTest of untilAborted(apisUnderTest, options.signal)) runs.push(await runApi(apiUnderTest, options))
  return reportOf({
    apis: apisUnderTest.map(({ api }) => api.name),
    options,
    results: runs.flatMap(({ results }) => results),
    operations: runs.flatMap(({ operations }) => operations),
    requests: runs.reduce((sum, { requests }) => sum + requests, 0),
    target: [...new Set(apisUnderTest.map(({ target }) => target.baseUrl))].join(', '),
    durationMs: performance.now() - started,
    interrupted: options.signal?.aborted ?? false,
  })
}

interface ApiRun {
  readonly results: readonly CaseResult[]
  readonly operations: readonly OperationCount[]
  readonly requests: number
}

async function runApi(apiUnderTest: ApiUnderTest, options: DifferentialOptions): Promise<ApiRun> {
  const { api, seed, target } = apiUnderTest
  const contexts = {
    mock: createContext(api, seed, targetAt(api, seed, options.mockUrl)),
    target: createContext(api, seed, target),
  }
  const mock = createTransport({ baseUrl: options.mockUrl })
  const server = openTransport(target, options.rate === undefined ? {} : { rate: options.rate })
  try {
    const match: Match = { ...(await openMatch(contexts, mock, server)), signal: options.signal }
    const rounds = planWalk(contexts, {
      steps: options.steps ?? STEPS,
      seed: options.seed ?? 1,
      lacking: match.lacking,
    })
    const results: CaseResult[] = []
    const total = rounds.reduce((sum, round) => sum + round.length, 0)
    for (const round of untilAborted(rounds, options.signal)) {
      results.push(...(await runRound(match, round, options)))
      options.onProgress?.({
        api: api.name,
        done: results.length,
        total,
        failed: results.filter(({ failures }) => failures.length > 0).length,
      })
      if (!match.canReplay && results.at(-1)?.verdict === 'not-reached') break
    }
    for (const undo of match.undo.splice(0).toReversed()) await undo()
    if (match.resetUrl !== undefined) await reset(server)
    return { results, operations: countsOf(match, results), requests: server.count }
  } finally {
    mock.close()
    server.close()
  }
}

function countsOf(match: Match, results: readonly CaseResult[]): OperationCount[] {
  const { api } = match.contexts.target
  const count = (operation: Operation): OperationCount => {
    const own = results.filter((each) => each.operation === operation.id)
    const verdicts = (verdict: CaseResult['verdict']): number => own.filter((each) => each.verdict === verdict).length
    const seen = match.statuses.get(operation.id) ?? new Set()
    return {
      api: api.name,
      operation: operation.id,
      cases: own.length,
      failures: verdicts('failed'),
      assumptions: verdicts('assumption'),
      notReached: verdicts('not-reached'),
      statuses: statusesSeen(operation, seen),
    }
  }
  return api.operations.map(count).filter(({ cases }) => cases > 0)
}

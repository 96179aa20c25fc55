import { UnderstudyError } from '../../errors.ts'
import type { Operation } from '../../spec/api.ts'
import { isObject } from '../../spec/pointer.ts'
import { createContext } from '../cases/context.ts'
import { isSafe } from '../cases/request-case.ts'
import { createdId, remove, resourcesOf, type Resource } from '../cases/resource.ts'
import { planCases } from '../cases/cases-for.ts'
import { failure } from '../checks/failure.ts'
import type { Failure } from '../check.ts'
import type { CaseResult, OperationCount, Report } from '../report.ts'
import { openControl } from '../run/control.ts'
import { keyOf } from '../run/findings.ts'
import { asFlaky, reportOf, resultOf, statusesSeen, type ReportOptions } from '../run/report-of.ts'
import type { Progress, Subject } from '../run/run.ts'
import { targetAt } from '../target.ts'
import { createTransport, type Exchanged, type Transport } from '../transport.ts'
import { contrastsOf, type Contrast } from './contrast.ts'
import { createCorrespondence } from './correspondence.ts'
import { planWalk, type Contexts } from './plan.ts'
import { createPlayer } from './player.ts'
import { walkScript, type Played } from './script.ts'
import { shrunk } from './shrink.ts'
import type { Step } from './step.ts'

export interface DifferentialOptions extends ReportOptions {
  /** Base URL of a mock that nobody else uses. */
  readonly mockUrl: string
  /** Requests for each API; default 300. */
  readonly steps?: number
  /** Requests a second to the target. */
  readonly rate?: number
  readonly onProgress?: (progress: Progress) => void
}

const STEPS = 300
/** Replays for one difference. */
const TRIES = 60
/** Differences that are shrunk; more than these nobody reads. */
const SHRUNK_AT_MOST = 40

/**
 * Sends one walk of operations to the mock and to the targets and reports what differs beyond ids, times and entity tags.
 * Throws TARGET_UNREACHABLE when a server does not answer.
 */
export async function runDifferential(subjects: readonly Subject[], options: DifferentialOptions): Promise<Report> {
  const started = performance.now()
  const runs: ApiRun[] = []
  for (const subject of subjects) runs.push(await runApi(subject, options))
  return reportOf({
    apis: subjects.map(({ api }) => api.name),
    options,
    results: runs.flatMap(({ results }) => results),
    operations: runs.flatMap(({ operations }) => operations),
    requests: runs.reduce((sum, { requests }) => sum + requests, 0),
    target: [...new Set(subjects.map(({ target }) => target.baseUrl))].join(', '),
    durationMs: performance.now() - started,
  })
}

interface ApiRun {
  readonly results: readonly CaseResult[]
  readonly operations: readonly OperationCount[]
  readonly requests: number
}

/** Both servers while the walk goes on. */
interface Match {
  readonly contexts: Contexts
  readonly mock: Transport
  readonly target: Transport
  /** Whether both are where they were when a round begins. */
  readonly canReplay: boolean
  /** Where the target is set back, if it can be. */
  readonly resetUrl: string | undefined
  readonly resources: readonly Resource[]
  /** What has been found so far. */
  readonly known: Set<string>
  /** Whether the target is known to have the rows of the seed. */
  readonly hasOurRows: boolean
  /** Ids of our rows that it may not have. */
  readonly lacking: readonly string[]
  readonly statuses: Map<string, Set<string>>
  readonly undo: (() => Promise<void>)[]
}

async function runApi(subject: Subject, options: DifferentialOptions): Promise<ApiRun> {
  const { api, seed, target } = subject
  const contexts = {
    mock: createContext(api, seed, targetAt(api, seed, options.mockUrl)),
    target: createContext(api, seed, target),
  }
  const mock = createTransport({ baseUrl: options.mockUrl })
  const server = createTransport({
    baseUrl: target.baseUrl,
    headers: target.headers,
    timeoutMs: target.timeoutMs,
    ...(options.rate !== undefined && { rate: options.rate }),
  })
  try {
    const match = await openMatch(contexts, mock, server)
    const rounds = planWalk(contexts, {
      steps: options.steps ?? STEPS,
      seed: options.seed ?? 1,
      lacking: match.lacking,
    })
    const results: CaseResult[] = []
    const total = rounds.reduce((sum, round) => sum + round.length, 0)
    for (const round of rounds) {
      results.push(...(await playRound(match, round, options)))
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

async function openMatch(contexts: Contexts, mock: Transport, target: Transport): Promise<Match> {
  const { target: described } = contexts.target
  const { outcome } = await target.send({ method: 'GET', path: '/', headers: [] })
  if (outcome.kind !== 'answer') {
    throw new UnderstudyError(
      'TARGET_UNREACHABLE',
      `does not answer (${outcome.message}); is it running?`,
      described.baseUrl,
    )
  }
  if (!(await reset(mock)))
    throw new UnderstudyError('TARGET_UNREACHABLE', 'is no mock: it cannot be set back', contexts.mock.target.baseUrl)
  const control = await openControl(contexts.target, target)
  const { canReset } = control
  return {
    contexts,
    mock,
    target,
    canReplay: canReset || described.safe,
    resetUrl: canReset ? `${described.baseUrl}/__mock/reset` : undefined,
    resources: resourcesOf(planCases(contexts.target, 0).bases),
    known: new Set(),
    hasOurRows: control.knows('') === true,
    lacking: ownRows(contexts.target).filter((value) => control.knows(value) !== true),
    statuses: new Map(),
    undo: [],
  }
}

/** Values of `x-variables` that stand for rows which only our fixtures have, unless the target file names others. */
function ownRows({ api, target }: Contexts['target']): string[] {
  const variables = api.document['x-variables']
  return Object.entries(isObject(variables) ? variables : {}).flatMap(([name, variable]) => {
    const isOwn = isObject(variable) && variable['x-own'] === true && !(name in target.variables)
    return isOwn && typeof variable['value'] === 'string' ? [variable['value']] : []
  })
}

async function reset(server: Transport): Promise<boolean> {
  const { outcome } = await server.send({ method: 'POST', path: '/__mock/reset', headers: [] })
  return outcome.kind === 'answer' && outcome.status >= 200 && outcome.status < 300
}

interface Compared extends Played {
  readonly mock: Exchanged
  readonly contrasts: readonly Contrast[]
}

/** Plays steps on both, from the seed on where that is possible; `isDone` may end it early. */
async function play(
  match: Match,
  steps: readonly Step[],
  isDone: (compared: Compared) => boolean = () => false,
): Promise<Compared[]> {
  const { contexts, mock, target } = match
  if (match.resetUrl !== undefined) await Promise.all([reset(mock), reset(target)])
  const same = createCorrespondence(contexts.mock.seed, {
    mock: contexts.mock.target.baseUrl,
    target: contexts.target.target.baseUrl,
  })
  const players = { mock: createPlayer('mock', mock), target: createPlayer('target', target) }
  const played: Compared[] = []
  for (const step of steps) {
    same.sent(step.request.mock, step.request.target)
    const [ours, theirs] = await Promise.all([players.mock.play(step), players.target.play(step)])
    note(match, step, theirs)
    const compared = {
      step,
      exchanged: theirs,
      mock: ours,
      contrasts: contrastsOf({ context: contexts.target, same, hasOurRows: match.hasOurRows }, step, ours, theirs),
    }
    played.push(compared)
    if (isDone(compared)) break
  }
  return played
}

function note(match: Match, { operation }: Step, exchanged: Exchanged): void {
  if (exchanged.outcome.kind !== 'answer') return
  const seen = match.statuses.get(operation.id) ?? new Set()
  match.statuses.set(operation.id, seen.add(String(exchanged.outcome.status)))
  const resource = match.resources.find(({ create }) => create?.draft.operation === operation)
  const id = resource && exchanged.outcome.status < 300 ? createdId(resource, exchanged) : undefined
  if (resource && id !== undefined && match.resetUrl === undefined)
    match.undo.push(() => remove({ send: (request) => match.target.send(request) }, resource, id))
}

async function playRound(match: Match, round: readonly Step[], options: DifferentialOptions): Promise<CaseResult[]> {
  const started = performance.now()
  const played = await play(match, round, isParting)
  const durationMs = (performance.now() - started) / Math.max(played.length, 1)
  const results: CaseResult[] = []
  for (const [index, { step, contrasts }] of played.entries()) {
    const failures: Failure[] = []
    for (const contrast of contrasts) failures.push(...(await failuresOf(match, played.slice(0, index + 1), contrast)))
    results.push(
      resultOf(
        caseOf(match, step),
        failures.length === 0 ? { kind: 'passed' } : { kind: 'failed', failures },
        durationMs,
        options,
      ),
    )
  }
  const reason = match.canReplay
    ? 'the servers went different ways at the step before, and a new round began'
    : 'the servers went different ways before, and the target cannot be set back'
  return [
    ...results,
    ...round
      .slice(played.length)
      .map((step) => resultOf(caseOf(match, step), { kind: 'not-reached', reason }, 0, options)),
  ]
}

/** Whether the two servers are no longer in the same state, so that what follows says nothing. */
function isParting({ step, mock, exchanged }: Compared): boolean {
  if (isSafe(step.request.mock.method)) return false
  const [one, other] = [mock.outcome, exchanged.outcome].map(
    (outcome) => outcome.kind === 'answer' && outcome.status < 300,
  )
  return one !== other
}

function caseOf({ contexts }: Match, step: Step): Parameters<typeof resultOf>[0] {
  const { operation, name, request, why } = step
  return {
    id: `${contexts.target.api.name}/step ${step.number + 1}: ${operation.id}, ${name}`,
    name: `step ${step.number + 1}: ${name}`,
    kind: 'random',
    api: contexts.target.api.name,
    operation,
    checks: ['differs-from-mock'],
    pointer: operation.pointer,
    tier: why === undefined ? 'documented' : 'assumed',
    given: [],
    changesNothing: false,
    request: request.target,
    expectation: { kind: 'any' },
  }
}

/** A difference that has been seen before is not looked at again. */
async function failuresOf(match: Match, played: readonly Compared[], contrast: Contrast): Promise<Failure[]> {
  const { step } = played.at(-1) as Compared
  const first = failureOf(match, played, contrast)
  const key = keyOf(first)
  if (match.known.has(key)) return [first]
  match.known.add(key)
  if (!match.canReplay || match.known.size > SHRUNK_AT_MOST) return [first]
  const showing = async (steps: readonly Step[]): Promise<readonly Compared[] | undefined> => {
    const again = await play(match, steps)
    const last = again.at(-1)
    return last?.step.number === step.number &&
      last.contrasts.some(({ pointer, message }) => pointer === contrast.pointer && message === contrast.message)
      ? again
      : undefined
  }
  let shortest = await showing(played.map((each) => each.step))
  if (!shortest) return [asFlaky(first)]
  await shrunk(
    shortest.map((each) => each.step),
    async (steps) => {
      const again = await showing(steps)
      if (again) shortest = again
      return again !== undefined
    },
    TRIES,
  )
  const again = shortest
    .at(-1)
    ?.contrasts.find(({ pointer, message }) => pointer === contrast.pointer && message === contrast.message)
  return [failureOf(match, shortest, again ?? contrast)]
}

function failureOf(match: Match, walk: readonly Compared[], contrast: Contrast): Failure {
  const context = match.contexts.target
  const { step } = walk.at(-1) as Compared
  const caseId = caseOf(match, step).id
  const plain = failure(context, {
    check: 'differs-from-mock',
    operation: step.operation,
    caseId,
    pointer: contrast.pointer,
    message: contrast.message,
    expected: contrast.expected,
    got: contrast.got,
    why: contrast.why,
    exchanges: walk.map(({ exchanged }) => exchanged),
  })
  const { secrets } = context.target
  const script = walkScript({ about: `${caseId}\n${plain.message}`, walk, contrast, secrets, resetUrl: match.resetUrl })
  return { ...plain, script }
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

import { UnderstudyError } from '../../errors.ts'
import type { Seed } from '../../seed/seed.ts'
import type { Api } from '../../spec/api.ts'
import { isObject } from '../../spec/pointer.ts'
import type { Case, RequestCase, Verdict } from '../case.ts'
import { planCases } from '../cases/cases-for.ts'
import { createContext, type Context } from '../cases/context.ts'
import { isSafe } from '../cases/request-case.ts'
import type { CheckId, Failure } from '../check.ts'
import type { CaseResult, OperationCount, Report } from '../report.ts'
import type { Target } from '../target.ts'
import { createTransport } from '../transport.ts'
import { attempt, isFlow, send, tidy, verdictOf, type Session } from './attempt.ts'
import type { Baseline } from './baseline.ts'
import { openControl } from './control.ts'
import { keyOf } from './findings.ts'
import { takeBack } from './frugal.ts'
import { eachIn, inParallel } from './pool.ts'
import { withPatience } from './patience.ts'
import { asFlaky, countOperations, reportOf, resultOf } from './report-of.ts'
import { withoutUsedUp } from './used-up.ts'
import { closeWorlds, openWorlds } from './worlds.ts'

export interface Subject {
  readonly api: Api
  readonly seed: Seed
  readonly target: Target
  /** Cases from elsewhere, such as the workflows beside the spec. */
  readonly more?: (context: Context) => readonly Case[]
}

export interface RunOptions {
  readonly seed?: number
  readonly strict?: boolean
  /** Only these checks. */
  readonly only?: readonly CheckId[]
  readonly maxCases?: number
  /** Random bodies for each operation and kind; default 25. */
  readonly randomCases?: number
  /** Requests a second. */
  readonly rate?: number
  readonly baseline?: Baseline
  readonly onProgress?: (progress: Progress) => void
}

export interface Progress {
  readonly api: string
  readonly done: number
  readonly total: number
  readonly failed: number
}

const WIDTH = 24
const RANDOM_CASES = 25
/** More than the server has cores helps no more. */
const WORLDS = 6
/** Opening one has to pay. */
const CASES_A_WORLD = 20

/** Runs every case against the targets. Throws TARGET_UNREACHABLE when a server does not answer or refuses the credentials. */
export async function runConformance(subjects: readonly Subject[], options: RunOptions = {}): Promise<Report> {
  const started = performance.now()
  const results: CaseResult[] = []
  const operations: OperationCount[] = []
  let requests = 0
  for (const subject of subjects) {
    const run = await runApi(subject, options)
    results.push(...run.results)
    operations.push(...run.operations)
    requests += run.requests
  }
  const target = [...new Set(subjects.map((each) => each.target.baseUrl))].join(', ')
  return reportOf({
    apis: subjects.map((each) => each.api.name),
    options,
    results,
    operations,
    requests,
    target,
    durationMs: performance.now() - started,
  })
}

interface ApiRun {
  readonly results: readonly CaseResult[]
  readonly operations: readonly OperationCount[]
  readonly requests: number
}

async function runApi(subject: Subject, options: RunOptions): Promise<ApiRun> {
  const { session, cases, close } = await openSession(subject, options)
  try {
    const selected = select(cases, subject.target, options)
    await assertWelcome(
      session,
      selected.filter((each) => each.skipped === undefined).map((each) => each.subject),
    )
    const results = await runCases(session, selected, options)
    await cleanUp(session)
    return { results, operations: countOperations(session, results), requests: session.transport.count }
  } finally {
    close()
  }
}

interface Opened {
  readonly session: Session
  readonly cases: readonly Case[]
  readonly close: () => void
}

async function openSession({ api, seed, target, more }: Subject, options: RunOptions): Promise<Opened> {
  const context = createContext(api, seed, target, options.seed)
  const plain = createTransport({
    baseUrl: target.baseUrl,
    headers: target.headers,
    timeoutMs: target.timeoutMs,
    connections: WIDTH,
    ...(options.rate !== undefined && { rate: options.rate }),
  })
  const transport = withPatience(plain, target.baseUrl)
  try {
    await assertReachable(transport, target)
    const control = await openControl(context, transport)
    const { cases, bases, resources } = planCases(context, options.randomCases ?? RANDOM_CASES, more?.(context))
    const session: Session = {
      context,
      transport,
      control,
      dirty: false,
      undo: [],
      statuses: new Map(),
      plan: { bases, resources },
      spent: new Set(),
      fresh: new Map(),
      made: new Map(),
    }
    const close = (): void => {
      control.close()
      transport.close()
    }
    return { session, cases, close }
  } catch (error) {
    transport.close()
    throw error
  }
}

/** The cases of one API and a server to try them on, for a test file with one test a case. */
export interface Suite {
  readonly cases: readonly Case[]
  /** Brings the server to where the case begins, as far as it lets itself be brought there, and runs it. */
  run(subject: Case): Promise<Verdict>
  /** Removes what the cases have created, and closes the connections. */
  close(): Promise<void>
}

/** Opens the suite of one API. Throws TARGET_UNREACHABLE when the server does not answer. */
export async function openSuite(subject: Subject, options: RunOptions = {}): Promise<Suite> {
  const { session, cases, close } = await openSession(subject, options)
  const selected = select(cases, subject.target, options)
  const skipped = new Map(selected.map((each) => [each.subject, each.skipped]))
  return {
    cases: selected.map((each) => each.subject),
    run: async (each) => {
      const reason = skipped.get(each)
      return reason === undefined ? believed(session, await attempt(session, each)) : { kind: 'not-reached', reason }
    },
    close: async () => {
      await cleanUp(session)
      close()
    },
  }
}

async function assertReachable(transport: ReturnType<typeof createTransport>, target: Target): Promise<void> {
  const { outcome } = await transport.send({ method: 'GET', path: '/', headers: [] })
  if (outcome.kind === 'answer') return
  throw new UnderstudyError(
    'TARGET_UNREACHABLE',
    `does not answer (${outcome.message}); is it running?`,
    target.baseUrl,
  )
}

/** Credentials that no operation takes are a mistake of the target file, and not hundreds of the server. */
async function assertWelcome(session: Session, cases: readonly Case[]): Promise<void> {
  const isCalm = (each: Case): each is RequestCase =>
    !isFlow(each) &&
    each.operation !== undefined &&
    each.given.length === 0 &&
    each.changesNothing &&
    (each.expectation.kind === 'success' || each.kind === 'mutation') &&
    !each.operation.security.some((schemes) => schemes.length === 0) &&
    each.operation.security.length > 0
  const probes = new Map(
    cases
      .filter(isCalm)
      .toReversed()
      .map((each) => [each.operation?.id, each]),
  )
  const answers = await inParallel([...probes.values()], 4, (probe) => send(session, probe.request))
  const statuses = answers.map(({ outcome }) => (outcome.kind === 'answer' ? outcome.status : 0))
  if (statuses.length > 0 && statuses.every((status) => status >= 300 && status < 400)) {
    const [{ outcome } = { outcome: undefined }] = answers
    const location = outcome?.kind === 'answer' ? (outcome.headers['location'] ?? '') : ''
    throw new UnderstudyError(
      'TARGET_UNREACHABLE',
      `redirects every request (${location}); give the base URL behind it`,
      session.context.target.baseUrl,
    )
  }
  if (statuses.length === 0 || !statuses.every((status) => status === 401)) return
  throw new UnderstudyError(
    'TARGET_UNREACHABLE',
    `refuses the credentials of ${session.context.api.name} with 401; give those of this server in a target file (--target FILE)`,
    session.context.target.baseUrl,
  )
}

interface Selected {
  readonly subject: Case
  readonly skipped?: string
}

function select(cases: readonly Case[], target: Target, options: RunOptions): Selected[] {
  const { only } = options
  const general = only?.some((check) => answerChecks.has(check)) ?? true
  const wanted = cases.filter((each) => general || each.checks.some((check) => only?.includes(check)))
  return wanted.slice(0, options.maxCases ?? Infinity).map((subject) => {
    const skipped = whySkipped(subject, target)
    return { subject, ...(skipped !== undefined && { skipped }) }
  })
}

/** Checks that any answer can raise. */
const answerChecks: ReadonlySet<CheckId> = new Set([
  'no-answer',
  'server-error',
  'status-undeclared',
  'content-type',
  'body-unparseable',
  'body-schema',
  'undeclared-property',
  'header-missing',
  'header-invalid',
  'body-forbidden',
  'error-shape',
  'internal-leak',
])

function whySkipped(subject: Case, target: Target): string | undefined {
  const { operation } = subject
  if (operation && target.forbidden.includes(operation.id)) return `${operation.id} must not be called on this server`
  if (!target.safe) return undefined
  const safe = isFlow(subject) ? subject.changesNothing : isSafe(subject.request.method)
  return safe ? undefined : 'only requests that change nothing are sent (--safe)'
}

async function runCases(session: Session, selected: readonly Selected[], options: RunOptions): Promise<CaseResult[]> {
  const results = new Map<Case, CaseResult>()
  let failed = 0
  const record = (subject: Case, verdict: Verdict, durationMs: number): void => {
    const result = resultOf(subject, believed(session, verdict), durationMs, options)
    if (result.verdict === 'failed' || result.verdict === 'assumption') failed++
    results.set(subject, result)
    options.onProgress?.({ api: session.context.api.name, done: results.size, total: selected.length, failed })
  }
  for (const { subject, skipped } of selected)
    if (skipped !== undefined) record(subject, { kind: 'not-reached', reason: skipped }, 0)
  const cases = selected.filter((each) => each.skipped === undefined).map((each) => each.subject)
  const calm = cases.filter(
    (each): each is RequestCase =>
      !isFlow(each) && each.changesNothing && !each.guessed && session.control.isGiven(each.given),
  )
  const moving = inOrder(
    session,
    cases.filter((each) => !calm.includes(each as RequestCase)),
  )
  await tidy(session)
  await runCalm(session, calm, record)
  const worlds = await openWorlds(
    session,
    options.rate === undefined ? Math.min(WORLDS, Math.ceil(moving.length / CASES_A_WORLD)) : 1,
  )
  await eachIn(worlds, moving, async (world, subject) => {
    const started = performance.now()
    const verdict = await attempt(world, subject)
    record(subject, await confirmed(world, subject, verdict), performance.now() - started)
  })
  await closeWorlds(session, worlds)
  return selected.map(({ subject }) => excused(session, subject, results.get(subject) as CaseResult, options))
}

/** Only the whole run tells whether an operation has succeeded at all. */
function excused(session: Session, subject: Case, result: CaseResult, options: RunOptions): CaseResult {
  const { left, reason } = withoutUsedUp(session, result.failures)
  if (left.length === result.failures.length) return result
  const verdict: Verdict = left.length > 0 ? { kind: 'failed', failures: left } : { kind: 'not-reached', reason }
  return resultOf(subject, verdict, result.durationMs, options)
}

/** Workflows count on the seeded rows: where nothing can be set back, they go first. */
function inOrder(session: Session, cases: readonly Case[]): Case[] {
  if (session.control.canReset) return [...cases]
  return cases.toSorted((one, other) => Number(other.kind === 'flow') - Number(one.kind === 'flow'))
}

/** Requests that leave a correct server as it was go out together. */
async function runCalm(
  session: Session,
  cases: readonly RequestCase[],
  record: (subject: Case, verdict: Verdict, durationMs: number) => void,
): Promise<void> {
  const failed: { readonly subject: RequestCase; readonly verdict: Verdict; readonly durationMs: number }[] = []
  await inParallel(cases, WIDTH, async (subject) => {
    const started = performance.now()
    const exchanged = await send(session, subject.request, subject.operation?.id)
    const verdict = verdictOf(session, subject, exchanged)
    const durationMs = performance.now() - started
    if (!session.control.canReset && !isSafe(subject.request.method)) await takeBack(session, exchanged)
    if (verdict.kind === 'failed') failed.push({ subject, verdict, durationMs })
    else record(subject, verdict, durationMs)
  })
  const repeated = new Map<string, number>()
  const order = new Map(cases.map((each, index) => [each, index]))
  for (const { subject, verdict, durationMs } of failed.toSorted(
    (one, other) => (order.get(one.subject) ?? 0) - (order.get(other.subject) ?? 0),
  )) {
    const keys = verdict.kind === 'failed' ? verdict.failures.map(keyOf) : []
    const isKnown = keys.every((key) => (repeated.get(key) ?? 0) >= ENOUGH)
    record(subject, isKnown ? verdict : await confirmed(session, subject, verdict), durationMs)
    for (const key of keys) repeated.set(key, (repeated.get(key) ?? 0) + 1)
  }
}

/** How many cases of one finding are run once more; the others are taken to be like them. */
const ENOUGH = 3

/** Runs a failed case once more; what does not come back is flaky. */
async function confirmed(session: Session, subject: Case, verdict: Verdict): Promise<Verdict> {
  if (verdict.kind !== 'failed') return verdict
  const changed = session.dirty && !session.control.canReset
  const isRepeatable = isFlow(subject) || isSafe(subject.request.method) || isUnanswered(verdict.failures)
  if (changed && !isRepeatable) return verdict
  const again = await attempt(session, subject)
  if (again.kind === 'not-reached') return verdict
  const keys = new Set(again.kind === 'failed' ? again.failures.map(keyOf) : [])
  const failures = verdict.failures.map((each): Failure => (keys.has(keyOf(each)) ? each : asFlaky(each)))
  return { kind: 'failed', failures }
}

/** Silence tells nothing of the server's state: whether it comes back is worth a second request in any case. */
function isUnanswered(failures: readonly Failure[]): boolean {
  return failures.every(({ check }) => check === 'no-answer')
}

/**
 * Some variables name rows that our fixtures have beyond those that every server of the API is known to have (`x-own`). A
 * server that may lack such a row is not blamed for the answers to requests about it.
 */
function believed(session: Session, verdict: Verdict): Verdict {
  if (verdict.kind !== 'failed') return verdict
  const variables = session.context.api.document['x-variables']
  const own = Object.entries(isObject(variables) ? variables : {}).flatMap(([name, variable]) =>
    isObject(variable) &&
    variable['x-own'] === true &&
    typeof variable['value'] === 'string' &&
    !session.control.knows(variable['value'])
      ? [{ name, value: variable['value'] }]
      : [],
  )
  const lacking = verdict.failures.map((failure) =>
    own.find(({ value }) => failure.exchanges.some(({ sent }) => `${sent.path} ${textOf(sent.body)}`.includes(value))),
  )
  const failures = verdict.failures.filter((_, index) => lacking[index] === undefined)
  if (failures.length > 0) return { kind: 'failed', failures }
  return {
    kind: 'not-reached',
    reason: `needs a row of ours that this server may not have; name one of its own as ${lacking[0]?.name ?? ''} in a target file`,
  }
}

function textOf(body: string | Uint8Array | undefined): string {
  return typeof body === 'string' ? body : ''
}

/** Removes what this run has created where the server can't be reset. */
async function cleanUp(session: Session): Promise<void> {
  if (session.control.canReset) return tidy({ ...session, dirty: true })
  for (const undo of session.undo.splice(0).toReversed()) await undo()
}

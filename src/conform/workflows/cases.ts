import type { FlowCase, FlowRunner, Verdict } from '../case.ts'
import { otherBases, servesBase } from '../cases/path-prefixes.ts'
import type { Context } from '../context.ts'
import { checkAnswer } from '../checks/check-answer.ts'
import { failure } from '../checks/failure.ts'
import type { Failure } from '../check.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import type { Exchanged, OutgoingRequest } from '../transport/transport.ts'
import { linksOf } from '../run/links.ts'
import { loadWorkflows } from './load.ts'
import { runDigits } from '../run/run-id.ts'
import { MadeUpValues } from './made-up-values.ts'
import { laterFailures, takenIn, withoutFollowUpFailures } from './follow-up-failures.ts'
import { errorWithSuccessStatus } from '../checks/error-with-success-status.ts'
import { criterionAssumption } from './criterion-assumption.ts'
import { runWorkflow, type WorkflowEnvironment } from './run.ts'
import type { BrokenRule, TraceEntry, WorkflowResult } from './workflow-result.ts'
import type { Operation } from '../../openapi/api.ts'
import type { CredentialInput, Step, Workflow, WorkflowDocument } from './workflow.ts'

/**
 * The workflows beside an API's spec as cases, none where there is no such file. Those that the API cannot take back come
 * last. Throws SPEC_INVALID for a workflow file that is wrong.
 */
export function workflowCases(context: Context, folder: string): FlowCase[] {
  const document = loadWorkflows(context.api, folder)
  if (document === undefined) return []
  const server = new Server(context)
  const attempts = new Map(document.workflows.map((workflow) => [workflow, { count: 0 }]))
  return ['', ...otherBases(context)].flatMap((prefix) =>
    inOrder(document.workflows).map((workflow) =>
      workflowCase({ context, document, server, prefix }, workflow, attempts.get(workflow)),
    ),
  )
}

interface Flows {
  readonly context: Context
  readonly document: WorkflowDocument
  readonly server: Server
  /** Below which path the API is tried: `/Api`. */
  readonly prefix: string
}

/** The order of the file, in which no workflow hurts a later one; those that leave traces behind the others. */
function inOrder(workflows: readonly Workflow[]): Workflow[] {
  const rank = (workflow: Workflow): number => (workflow.needsReset || workflow.needsSeed ? 1 : 0)
  return workflows.toSorted((one, other) => rank(one) - rank(other))
}

function workflowCase(flows: Flows, workflow: Workflow, attempts: Attempts = { count: 0 }): FlowCase {
  const { context, document, prefix } = flows
  const operations = operationsOf(document, workflow)
  const why = assumptionAt(document.root, workflow.pointer)
  const name = `workflow ${workflow.id}${prefix === '' ? '' : `, below ${prefix}`}`
  return {
    id: `${context.api.name}/${operations[0]?.id ?? ''}: ${name}`,
    name,
    kind: 'flow',
    api: context.api.name,
    operation: operations[0],
    checks: ['flow'],
    pointer: operations[0]?.pointer ?? '/paths',
    tier: why === undefined ? 'documented' : 'assumed',
    ...(why !== undefined && { why }),
    given: [],
    changesNothing: operations.every(({ method }) => method === 'GET' || method === 'HEAD'),
    play: (runner) => play(flows, workflow, runner, attempts),
  }
}

interface Attempts {
  count: number
}

async function play(flows: Flows, workflow: Workflow, runner: FlowRunner, attempts: Attempts): Promise<Verdict> {
  const { context, document, server, prefix } = flows
  const forbidden = operationsOf(document, workflow).find(({ id }) => context.target.forbidden.includes(id))
  if (forbidden) return { kind: 'not-reached', reason: `${forbidden.id} must not be called on this server` }
  const canReset = await server.canReset(runner)
  if (prefix !== '' && !(await server.serves(runner, prefix)))
    return { kind: 'not-reached', reason: `there is nothing below ${prefix}` }
  if (workflow.needsSeed && !canReset)
    return { kind: 'not-reached', reason: 'needs a server that can be put back to its seed' }
  if (workflow.needsReset && !canReset && attempts.count > 0) {
    return { kind: 'not-reached', reason: 'was played once, and this server cannot be put back to its seed' }
  }
  const environment = (): WorkflowEnvironment => {
    const suffix = server.suffix(canReset, attempts.count++)
    let refused: string | undefined
    return {
      document,
      inputsOf: (each) => inputsOf(context, document, each, suffix),
      // What the refusal of a made-up value leaves undone, the steps behind it lack.
      excuse: (criterion, entry) =>
        (criterion && criterionAssumption(context, criterion, entry)) ??
        (refused ??= criterion && server.madeUp.whyRefused(criterion.text, entry.exchanged)),
      isRefused: (entry) => isRefused(context, entry),
      send: async (request: OutgoingRequest): Promise<Exchanged> => {
        const exchanged = await runner.send({ ...request, path: `${prefix}${request.path}` })
        server.madeUp.note(exchanged)
        return exchanged
      },
    }
  }
  const first = await runWorkflow(environment(), workflow)
  const again = async (after: WorkflowResult): Promise<WorkflowEnvironment> => {
    for (const exchanged of takenIn(after)) await runner.undo(exchanged)
    await runner.reset()
    return environment()
  }
  const replay = { workflow, links: linksOf(context.api), environment: again, canReset }
  const results = await withoutFollowUpFailures(first, replay)
  const later = workflow.needsReset && !canReset ? [] : await laterFailures(first, replay)
  for (const exchanged of [first, ...later].flatMap(takenIn)) await runner.undo(exchanged)
  return verdictOf(flows, workflow, [...results, ...later])
}

/** The first play, and what others showed that left out what hid it. */
function verdictOf(
  flows: Flows,
  workflow: Workflow,
  [result, ...later]: readonly [WorkflowResult, ...WorkflowResult[]],
): Verdict {
  const { context } = flows
  const caseId = workflowCase(flows, workflow).id
  const answers = result.trace.flatMap(({ step, exchanged }) =>
    checkAnswer(context, { caseId, operation: step.operation }, exchanged).map((each) =>
      onItsGround(flows, result, step, each),
    ),
  )
  const unreadable = new Set(
    answers.filter(({ check }) => check === 'body-unparseable').flatMap((each) => each.exchanges),
  )
  const rules = [result, ...later]
    .flatMap((each) => each.broken.map((broken) => failureOf(flows, caseId, broken, each)))
    .filter(({ exchanges }) => !unreadable.has(exchanges.at(-1) as Exchanged))
  const failures = [...answers, ...rules]
  if (failures.length > 0) return { kind: 'failed', failures }
  return result.notReached === undefined ? { kind: 'passed' } : { kind: 'not-reached', reason: result.notReached }
}

/** That a step is refused at all may be our assumption: then the status of its refusal breaks no promise. */
function onItsGround({ document }: Flows, { broken }: WorkflowResult, step: Step, raised: Failure): Failure {
  if (raised.check !== 'status-undeclared' || raised.tier === 'assumed') return raised
  const assumed = broken.find(
    (each) => each.step === step && each.tier === 'assumed' && each.expected.includes('$statusCode'),
  )
  const why = assumptionAt(document.root, step.pointer) ?? assumed?.why
  return why === undefined ? raised : { ...raised, tier: 'assumed', why }
}

function failureOf(
  { context, document }: Flows,
  caseId: string,
  broken: BrokenRule,
  { trace }: WorkflowResult,
): Failure {
  const { workflow, step, why } = broken
  const last = trace[broken.traceLength - 1]
  return failure(context, {
    check: 'flow',
    operation: step.kind === 'operation' ? step.operation : last?.step.operation,
    caseId,
    pointer: step.kind === 'operation' ? step.operation.pointer : (last?.step.operation.pointer ?? '/paths'),
    message: `${workflow.summary}: not so after ${step.description}`,
    expected: `${broken.expected} (${document.file}#${broken.pointer})`,
    got: broken.got,
    why,
    exchanges: trace.slice(0, broken.traceLength).map(({ exchanged }) => exchanged),
  })
}

function operationsOf(document: WorkflowDocument, workflow: Workflow): Operation[] {
  const found = workflow.steps.flatMap((step) => {
    if (step.kind === 'operation') return [step.operation]
    const called = document.workflows.find(({ id }) => id === step.workflowId)
    return called && called !== workflow ? operationsOf(document, called) : []
  })
  return [...new Set(found)]
}

/** What a target file says wins over the defaults: variables by name, credentials by the header that carries them. */
function inputsOf(
  context: Context,
  document: WorkflowDocument,
  workflow: Workflow,
  suffix: string,
): Record<string, unknown> {
  const { variables } = context.target
  return Object.fromEntries(
    Object.entries(workflow.inputs).map(([name, input]) => {
      const value =
        name in variables ? variables[name] : (credentialValue(context, document.credentials[name]) ?? input.default)
      return [name, workflow.fresh.includes(name) ? `${String(value)}${suffix}` : value]
    }),
  )
}

function credentialValue({ target }: Context, input: CredentialInput | undefined): string | undefined {
  if (input === undefined) return undefined
  const text = target.credentials[input.credential]?.[input.header] ?? target.headers[input.header]
  return text?.startsWith(input.prefix) ? text.slice(input.prefix.length) : undefined
}

function isRefused(context: Context, { step, exchanged }: TraceEntry): boolean {
  const { outcome } = exchanged
  if (outcome.kind === 'no-answer' || outcome.status >= 300) return true
  return errorWithSuccessStatus(context, step.operation, exchanged) !== undefined
}

/** What a run has found out about the server. */
class Server {
  readonly madeUp: MadeUpValues
  readonly #context: Context
  #canReset: Promise<boolean> | undefined
  readonly #served = new Map<string, Promise<boolean>>()

  constructor(context: Context) {
    this.#context = context
    this.madeUp = new MadeUpValues(JSON.stringify([context.seed.rows, context.target.variables]))
  }

  canReset(runner: FlowRunner): Promise<boolean> {
    this.#canReset ??= runner.reset()
    return this.#canReset
  }

  serves(runner: FlowRunner, prefix: string): Promise<boolean> {
    const served = this.#served.get(prefix) ?? servesBase(this.#context, runner, prefix)
    this.#served.set(prefix, served)
    return served
  }

  /**
   * Digits that make values of this run unique. A server that goes back to its seed may see the same ones every time;
   * one that keeps what earlier runs sent needs others, which the id of the run gives.
   */
  suffix(canReset: boolean, attempt: number): string {
    const { runSeed, runId } = this.#context
    const run = canReset ? runSeed % 10_000 : runDigits(runId)
    return `${run}${attempt}`
  }
}

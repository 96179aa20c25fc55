import { assumptionAt } from '../../openapi/assumption.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import type { Tier } from '../check.ts'
import type { Exchanged, OutgoingRequest } from '../transport/transport.ts'
import { judge, type Criterion } from './criterion.ts'
import { MissingValue, evaluate, resolveValue, type Scope } from './expression.ts'
import { requestOf, type StepRequest } from './request.ts'
import { scoped } from './scoped-exchange.ts'
import { effectOf, isIndependentOf, namesOutputOf } from './step-effect.ts'
import type { Action, OperationStep, Step, Workflow, WorkflowDocument, WorkflowStep } from './workflow.ts'
import { foremost, type BrokenRule, type TraceEntry, type WorkflowResult } from './workflow-result.ts'

/** What a workflow needs to run. */
export interface WorkflowEnvironment {
  readonly document: WorkflowDocument
  /** The values of a workflow's inputs, defaults and all. */
  inputsOf(workflow: Workflow): Readonly<Record<string, unknown>>
  send(request: OutgoingRequest): Promise<Exchanged>
  /** Why the criterion breaks an assumption only, although the document does not say so. */
  excuse?(criterion: Criterion | undefined, entry: TraceEntry): string | undefined
  /** Whether the server has refused, with the status of an error or of a success. */
  isRefused?(entry: TraceEntry): boolean
  /** Steps to leave out. */
  readonly without?: ReadonlySet<Step>
}

const MAX_STEPS = 500

/** Plays a workflow after the workflows that it depends on. Never throws for what the server does. */
export async function runWorkflow(environment: WorkflowEnvironment, workflow: Workflow): Promise<WorkflowResult> {
  const workflows: Record<string, WorkflowValues> = {}
  const trace: TraceEntry[] = []
  for (const id of workflow.dependsOn) {
    const result = await runWorkflowWithin({ environment, workflows, trace }, named(environment, id), {})
    if (result.notReached !== undefined) return { ...result, notReached: `${id}: ${result.notReached}` }
    if (result.broken.length > 0)
      return { ...result, broken: [], notReached: `${id}, which has to hold before, does not` }
  }
  return runWorkflowWithin({ environment, workflows, trace }, workflow, {})
}

type WorkflowValues = {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly outputs: Readonly<Record<string, unknown>>
}

interface StepRun {
  readonly environment: WorkflowEnvironment
  readonly workflows: Record<string, WorkflowValues>
  readonly trace: TraceEntry[]
}

async function runWorkflowWithin(
  play: StepRun,
  workflow: Workflow,
  given: Readonly<Record<string, unknown>>,
): Promise<WorkflowResult> {
  const workflowRun = new WorkflowRun(play, workflow, { ...play.environment.inputsOf(workflow), ...given })
  await workflowRun.run()
  const result = workflowRun.result()
  play.workflows[workflow.id] = { inputs: workflowRun.inputs, outputs: result.outputs }
  return result
}

/** One pass through the steps of a workflow. */
class WorkflowRun {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly #play: StepRun
  readonly #workflow: Workflow
  readonly #steps: Record<string, Record<string, unknown>> = {}
  readonly #broken: BrokenRule[] = []
  readonly #retries = new Map<string, number>()
  /** What was refused although it was to succeed: what depends on it is not validated. */
  readonly #refused: OperationStep[] = []
  #stoppedBy: OperationStep | undefined
  #notReached: string | undefined
  #ended = false

  constructor(play: StepRun, workflow: Workflow, inputs: Readonly<Record<string, unknown>>) {
    this.#play = play
    this.#workflow = workflow
    this.inputs = inputs
  }

  async run(): Promise<void> {
    const { steps } = this.#workflow
    for (let index = 0, played = 0; index < steps.length && played < MAX_STEPS;) {
      const step = steps[index] as Step
      const left = this.#play.environment.without?.has(step) ?? false
      if (left || (this.#ended && !step.cleanup)) {
        index++
        continue
      }
      played++
      const next = await this.#playStep(step)
      index = next ?? index + 1
    }
  }

  result(): WorkflowResult {
    const { trace } = this.#play
    const outputs: Record<string, unknown> = {}
    for (const [name, text] of Object.entries(this.#workflow.outputs))
      outputs[name] = orUndefined(() => resolveValue(text, this.#scope()))
    const reason = this.#broken.length === 0 ? this.#notReached : undefined
    return {
      broken: this.#broken,
      outputs,
      trace,
      ...(reason !== undefined && { notReached: reason }),
      ...(this.#stoppedBy !== undefined && { stoppedBy: this.#stoppedBy }),
    }
  }

  /** The index of the step to go on with, where it is not the next one. */
  async #playStep(step: Step): Promise<number | undefined> {
    if (step.cleanup && this.#ended) return this.#cleanUp(step)
    const scope = step.kind === 'operation' ? await this.#call(step) : await this.#callWorkflow(step)
    if (scope === undefined) {
      this.#ended ||= !this.#hasFailed()
      return undefined
    }
    const all = [...this.#judge(step, scope), ...this.#keepOutputs(step, scope)]
    const rules = foremost(all, this.#isRefused(step))
    const telling = rules.filter((rule) => !this.#isKnown(rule) && !namesOutputOf(this.#refused, rule))
    const broken = isIndependentOf(this.#refused, step) ? telling : []
    this.#broken.push(...broken)
    // An assumption that the server does not share leaves the promises behind it worth checking.
    const failed = broken.some(({ tier }) => tier === 'documented')
    const action = this.#actionFor(failed ? step.onFailure : step.onSuccess, scope)
    if (action) return this.#take(action, step)
    if (failed) this.#goOnBehind(step)
    return undefined
  }

  /** One broken promise does not hide the next: the steps behind it go on as far as they still mean the same. */
  #goOnBehind(step: Step): void {
    const last = this.#play.trace.at(-1)
    if (step.kind === 'workflow' || last?.step !== step || step.onFailure.length > 0) {
      this.#ended = true
      return
    }
    const effect = effectOf(step, last.exchanged, this.#isRefused(step))
    if (effect === 'refused') this.#refused.push(step)
    if (effect === 'taken') this.#stoppedBy = step
    this.#ended = effect === 'taken' || effect === 'unknown'
  }

  #isRefused(step: Step): boolean {
    const last = this.#play.trace.at(-1)
    return last?.step === step && (this.#play.environment.isRefused?.(last) ?? isError(last))
  }

  #hasFailed(): boolean {
    return this.#broken.some(({ tier }) => tier === 'documented')
  }

  /** The same promise, broken once more further on, tells nothing new. */
  #isKnown({ criterion, expected, tier }: BrokenRule): boolean {
    const isSame = (each: BrokenRule): boolean => each.expected === expected && each.tier === tier
    return criterion !== undefined && !isStatus(expected) && this.#broken.some(isSame)
  }

  async #cleanUp(step: Step): Promise<undefined> {
    if (step.kind === 'operation') await this.#call(step)
  }

  /** Sends the step's request; `undefined` when it could not be sent or got no answer. */
  async #call(step: OperationStep): Promise<Scope | undefined> {
    const request = this.#requestFor(step)
    if (request === undefined) return undefined
    const exchanged = await this.#play.environment.send(request.outgoing)
    this.#play.trace.push({ workflow: this.#workflow, step, scope: this.#scope(), exchanged })
    if (exchanged.outcome.kind === 'no-answer') {
      this.#notReached ??= `${step.id} got no answer (${exchanged.outcome.code})`
      return undefined
    }
    return { ...this.#scope(), exchange: scoped(exchanged.sent.url, request, exchanged.outcome) }
  }

  #requestFor(step: OperationStep): StepRequest | undefined {
    try {
      return requestOf(step, this.#scope(), this.#play.environment.document.folder)
    } catch (error) {
      if (!(error instanceof MissingValue)) throw error
      this.#notReached ??= `${step.id} cannot be sent: ${error.message}`
      return undefined
    }
  }

  async #callWorkflow(step: WorkflowStep): Promise<Scope | undefined> {
    const given = Object.fromEntries(
      step.parameters.map(({ name, value }) => [name, resolveValue(value, this.#scope())]),
    )
    const result = await runWorkflowWithin(this.#play, named(this.#play.environment, step.workflowId), given)
    this.#broken.push(...result.broken)
    this.#notReached ??= result.notReached
    if (result.notReached !== undefined || result.broken.some(({ tier }) => tier === 'documented')) return undefined
    return { ...this.#scope(), outputs: result.outputs }
  }

  #judge(step: Step, scope: Scope): BrokenRule[] {
    return step.criteria.flatMap((criterion) => {
      const criterionResult = judge(criterion, scope)
      if (criterionResult.holds) return []
      const expected = criterion.kind === 'simple' ? criterion.text : `${criterion.context}: ${criterion.text}`
      return [this.#brokenAt(step, { pointer: criterion.pointer, criterion, expected, got: criterionResult.got })]
    })
  }

  #keepOutputs(step: Step, scope: Scope): BrokenRule[] {
    const outputs: Record<string, unknown> = (this.#steps[step.id] = {})
    return Object.entries(step.outputs).flatMap(([name, text]) => {
      const value = orUndefined(() => evaluate(String(text), scope))
      outputs[name] = value
      if (value !== undefined) return []
      const pointer = pointerTo(step.pointer, 'outputs', name)
      return [
        this.#brokenAt(step, {
          pointer,
          criterion: undefined,
          expected: `${String(text)} is in the answer`,
          got: 'it is absent',
        }),
      ]
    })
  }

  #brokenAt(step: Step, fault: Pick<BrokenRule, 'pointer' | 'criterion' | 'expected' | 'got'>): BrokenRule {
    const { document, excuse } = this.#play.environment
    const last = this.#play.trace.at(-1)
    const isAbout = last?.step === step
    const why = assumptionAt(document.root, fault.pointer) ?? (isAbout ? excuse?.(fault.criterion, last) : undefined)
    const tier: Tier = why === undefined ? 'documented' : 'assumed'
    return {
      ...fault,
      workflow: this.#workflow,
      step,
      tier,
      ...(why !== undefined && { why }),
      traceLength: this.#play.trace.length,
    }
  }

  #actionFor(actions: readonly Action[], scope: Scope): Action | undefined {
    return actions.find((action) => {
      const left = this.#retries.get(action.name) ?? action.retryLimit
      if (action.type === 'retry' && left === 0) return false
      return action.criteria.every((criterion) => judge(criterion, scope).holds)
    })
  }

  async #take(action: Action, step: Step): Promise<number | undefined> {
    if (action.type === 'end') this.#ended = true
    if (action.type === 'retry') {
      this.#retries.set(action.name, (this.#retries.get(action.name) ?? action.retryLimit) - 1)
      this.#forget(step)
      if (action.retryAfterMs > 0) await new Promise((resolve) => setTimeout(resolve, action.retryAfterMs))
    }
    if (action.workflowId !== undefined) {
      const result = await runWorkflowWithin(this.#play, named(this.#play.environment, action.workflowId), {})
      this.#broken.push(...result.broken)
      if (action.type === 'goto') this.#ended = true
    }
    if (action.type === 'retry' && action.stepId === undefined) return this.#workflow.steps.indexOf(step)
    return action.stepId === undefined ? undefined : this.#workflow.steps.findIndex(({ id }) => id === action.stepId)
  }

  /** What is tried again is validated by its last try. */
  #forget(step: Step): void {
    for (let index = this.#broken.length - 1; this.#broken[index]?.step === step; index--) this.#broken.pop()
  }

  #scope(): Scope {
    return { inputs: this.inputs, steps: this.#steps, workflows: this.#play.workflows }
  }
}

function isError({ exchanged: { outcome } }: TraceEntry): boolean {
  return outcome.kind === 'answer' && outcome.status >= 300
}

function isStatus(expected: string): boolean {
  return expected.startsWith('$statusCode')
}

function orUndefined(get: () => unknown): unknown {
  try {
    return get()
  } catch (error) {
    if (error instanceof MissingValue) return undefined
    throw error
  }
}

function named(environment: WorkflowEnvironment, id: string): Workflow {
  // The loader has checked that every workflowId names one.
  return environment.document.workflows.find((workflow) => workflow.id === id) as Workflow
}

import type { Pointer } from '../../openapi/api.ts'
import type { Tier } from '../check.ts'
import type { Exchanged } from '../transport/transport.ts'
import type { Criterion } from './criterion.ts'
import type { Scope } from './expression.ts'
import { isSuccessWanted } from './step-effect.ts'
import type { OperationStep, Step, Workflow } from './workflow.ts'

/** What came of a workflow. */
export interface WorkflowResult {
  readonly broken: readonly BrokenRule[]
  /** Why the workflow could not be played to its end, if it could not and no broken rule explains it. */
  readonly notReached?: string
  /** The step that was taken although it was to be refused, so that no one knows what the steps behind it would have shown. */
  readonly stoppedBy?: OperationStep
  readonly outputs: Readonly<Record<string, unknown>>
  readonly trace: readonly TraceEntry[]
}

/** A criterion or an output that the server's answer did not satisfy. */
export interface BrokenRule {
  readonly workflow: Workflow
  readonly step: Step
  /** Into the Arazzo document. */
  readonly pointer: Pointer
  /** `undefined`: an output that the answer lacks. */
  readonly criterion: Criterion | undefined
  readonly expected: string
  readonly got: string
  readonly tier: Tier
  readonly why?: string
  /** How many entries of the trace lead up to it. */
  readonly traceLength: number
}

/** One request of a workflow, as it was played. */
export interface TraceEntry {
  readonly workflow: Workflow
  readonly step: OperationStep
  /** What the request was made of; after the run, with the outputs of every step. */
  readonly scope: Scope
  readonly exchanged: Exchanged
}

/**
 * What else is wrong with one answer mostly follows from its first fault; where the refusal of a request breaks an assumption
 * only, all of it does.
 */
export function foremost(broken: readonly BrokenRule[], isRefused: boolean): BrokenRule[] {
  const [first] = broken
  const isOpen = isRefused && first?.tier === 'assumed' && isSuccessWanted(first.expected)
  const one = isOpen ? first : (broken.find(({ tier }) => tier === 'documented') ?? first)
  return one === undefined ? [] : [one]
}

import type { ResponseLink } from '../run/links.ts'
import { runWorkflow, type BrokenRule, type WorkflowEnvironment, type WorkflowResult } from './run.ts'
import type { Step, Workflow } from './workflow.ts'

/** What a second play needs. */
interface Replay {
  readonly workflow: Workflow
  /** How operations are undone: a step that is left out needs no undoing. */
  readonly links: readonly ResponseLink[]
  /** Brings the server back as far as it lets itself be brought, for another play. */
  environment(): Promise<WorkflowEnvironment>
}

/**
 * Holds a broken promise against a second play without the steps whose assumptions the server did not share before it: a
 * server that takes what we only assume to be refused, or refuses what we only assume to be taken, is in another state
 * afterwards. What a play without those steps does not show follows from the assumption and is reported as one.
 */
export async function withoutFollowUpFailures(result: WorkflowResult, replay: Replay): Promise<WorkflowResult> {
  const [cause] = turnsBefore(result)
  if (cause === undefined || !(await holdsWithout(new Set(), result, replay))) return result
  const why = `it follows from another assumption: ${cause.why ?? cause.expected}`
  const broken = result.broken.map((each) => (isPromise(each) ? { ...each, tier: 'assumed' as const, why } : each))
  return { ...result, broken }
}

/** Whether every promise is kept once all steps are left out that turn the server from our assumptions, one after the other. */
async function holdsWithout(left: ReadonlySet<Step>, result: WorkflowResult, replay: Replay): Promise<boolean> {
  const turns = turnsBefore(result).filter(({ step }) => !left.has(step))
  if (turns.length === 0) return false
  const without = new Set([...left, ...turns.flatMap(({ step }) => [step, ...undoing(step, replay)])])
  const again = await runWorkflow({ ...(await replay.environment()), without }, replay.workflow)
  if (again.notReached !== undefined) return false
  return !again.broken.some(isPromise) || holdsWithout(without, again, replay)
}

/** The assumptions not shared before the first broken promise that put the server into another state. */
function turnsBefore(result: WorkflowResult): readonly BrokenRule[] {
  return assumptionsBefore(result.broken).filter((each) => isTurn(each, result))
}

/** The assumptions broken before the first promise, none where no promise is broken. */
function assumptionsBefore(broken: readonly BrokenRule[]): readonly BrokenRule[] {
  return broken.slice(0, Math.max(0, broken.findIndex(isPromise)))
}

/** Whether a request was taken where it was to be refused or the other way round: only then the server is in another state. */
function isTurn({ criterion, traceLength }: BrokenRule, { trace }: WorkflowResult): boolean {
  const outcome = trace[traceLength - 1]?.exchanged.outcome
  if (outcome?.kind !== 'answer' || criterion === undefined) return false
  const wantsRefusal = /^\$statusCode (?:>= 4|== 4)/.test(criterion.text)
  const wantsSuccess = /^\$statusCode (?:< 3|== 2)/.test(criterion.text)
  return (wantsRefusal && outcome.status < 300) || (wantsSuccess && outcome.status >= 300)
}

function isPromise({ tier }: BrokenRule): boolean {
  return tier === 'documented'
}

/** The next step that takes back what this one does, where it is to succeed. */
function undoing(step: Step, { workflow, links }: Replay): Step[] {
  if (step.kind !== 'operation' || !step.criteria.some(({ text }) => /^\$statusCode == 2\d\d$/.test(text))) return []
  const undo = links.find(({ from, undoes }) => undoes && from === step.operation)?.to
  const next = workflow.steps
    .slice(workflow.steps.indexOf(step) + 1)
    .find((each) => each.kind === 'operation' && each.operation === undo)
  return next ? [next] : []
}

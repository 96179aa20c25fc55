import type { ResponseLink } from '../run/links.ts'
import { runWorkflow, type WorkflowEnvironment } from './run.ts'
import type { BrokenRule, WorkflowResult } from './workflow-result.ts'
import type { Exchanged } from '../transport/transport.ts'
import { isRefusalWanted, isSuccessWanted } from './step-effect.ts'
import type { Step, Workflow } from './workflow.ts'

/** What a second play needs. */
interface Replay {
  readonly workflow: Workflow
  /** How operations are undone: a step that is left out needs no undoing. */
  readonly links: readonly ResponseLink[]
  /** Brings the server back as far as it lets itself be brought after a play, for another one. */
  environment(after: WorkflowResult): Promise<WorkflowEnvironment>
}

/**
 * Checks broken promises against a second play without the steps whose assumptions the server did not share before them: a
 * server that takes what we only assume to be refused, or refuses what we only assume to be taken, is in another state
 * afterwards. What a play without those steps does not show follows from the assumption and is reported as one; what only
 * such a play shows comes as a second result.
 */
export async function withoutFollowUpFailures(
  first: WorkflowResult,
  replay: Replay,
): Promise<readonly [WorkflowResult, ...WorkflowResult[]]> {
  const [cause] = turnsBefore(first)
  const last = cause && (await playedWithout(new Set(), first, replay))
  if (cause === undefined || last === undefined) return [first]
  const still = new Set(last.broken.filter(isPromise).map(({ step }) => step))
  const why = `it follows from another assumption: ${cause.why ?? cause.expected}`
  const broken = first.broken.map((each) =>
    isPromise(each) && !still.has(each.step) ? { ...each, tier: 'assumed' as const, why } : each,
  )
  const known = new Set(first.broken.filter(isPromise).map(({ step }) => step))
  const others = last.broken.filter((each) => isPromise(each) && !known.has(each.step))
  return [{ ...first, broken }, ...(others.length > 0 ? [{ ...last, broken: others }] : [])]
}

/**
 * The play without all steps that turn the server from our assumptions, left out one after the other; `undefined` where no
 * such play comes to its end.
 */
async function playedWithout(
  left: ReadonlySet<Step>,
  result: WorkflowResult,
  replay: Replay,
): Promise<WorkflowResult | undefined> {
  const turns = turnsBefore(result).filter(({ step }) => !left.has(step))
  if (turns.length === 0) return result
  const without = new Set([...left, ...turns.flatMap(({ step }) => [step, ...undoing(step, replay)])])
  const again = await runWorkflow({ ...(await replay.environment(result)), without }, replay.workflow)
  return again.notReached === undefined ? playedWithout(without, again, replay) : undefined
}

/** How often a workflow is played again to see what a promise that is broken hides. */
const REPLAYS = 6

/**
 * What a request that was taken against a documented rule hides: the steps behind it start from a state that no one meant, so
 * that they are played once more without it, until all were seen. On a server that cannot be set back what it took stays:
 * there only what is taken as well is sure to be a fault of its own.
 */
export async function laterFailures(
  first: WorkflowResult,
  replay: Replay & { readonly canReset: boolean },
): Promise<readonly WorkflowResult[]> {
  const results: WorkflowResult[] = []
  const without = new Set<Step>()
  const known = new Set(first.broken.filter(isPromise).map(({ step }) => step))
  for (let last = first, plays = 0; last.stoppedBy !== undefined && plays < REPLAYS; plays++) {
    without.add(last.stoppedBy)
    last = await runWorkflow({ ...(await replay.environment(last)), without }, replay.workflow)
    const isNew = (each: BrokenRule): boolean => isPromise(each) && !known.has(each.step)
    const isSure = ({ step }: BrokenRule): boolean =>
      replay.canReset || (step === last.stoppedBy && last.stoppedBy.operation === first.stoppedBy?.operation)
    const broken = turnsBefore(last).length > 0 ? [] : last.broken.filter((each) => isNew(each) && isSure(each))
    for (const { step } of broken) known.add(step)
    if (broken.length > 0) results.push({ ...last, broken })
  }
  return results
}

/** The assumptions not shared before the first broken promise that put the server into another state. */
function turnsBefore(result: WorkflowResult): readonly BrokenRule[] {
  return assumptionsBefore(result.broken).filter((each) => isTurn(each, result))
}

/** The assumptions broken before the first promise, none where no promise is broken. */
function assumptionsBefore(broken: readonly BrokenRule[]): readonly BrokenRule[] {
  return broken.slice(0, Math.max(0, broken.findIndex(isPromise)))
}

/** What was taken although it was to be refused, newest first: it is still there unless a step behind it has undone it. */
export function takenIn(result: WorkflowResult): readonly Exchanged[] {
  const taken = result.broken.filter(({ criterion }) => criterion !== undefined && isRefusalWanted(criterion.text))
  return taken.flatMap(({ traceLength }) => result.trace[traceLength - 1]?.exchanged ?? []).toReversed()
}

/** Whether a request was taken where it was to be refused or the other way round: only then the server is in another state. */
function isTurn({ criterion, traceLength }: BrokenRule, { trace }: WorkflowResult): boolean {
  const outcome = trace[traceLength - 1]?.exchanged.outcome
  if (outcome?.kind !== 'answer' || criterion === undefined) return false
  const { text } = criterion
  return isRefusalWanted(text) ? outcome.status < 300 : isSuccessWanted(text) && outcome.status >= 300
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

import type { RequestCase } from '../conform/case.ts'
import type { Failure } from '../conform/check.ts'
import { failure } from '../conform/checks/failure.ts'
import { keyOf } from '../conform/run/findings.ts'
import { asFlaky } from '../conform/run/build-report.ts'
import type { Difference } from './difference.ts'
import type { Match } from './match.ts'
import { play, type Compared } from './run-walk.ts'
import { walkScript } from './script.ts'
import { shrunk } from './shrink.ts'
import type { Step } from './step.ts'

/** Replays for one difference. */
const TRIES = 60

/** Differences that are shrunk; more than these nobody reads. */
const SHRUNK_AT_MOST = 40

/** A difference that has been seen before is not looked at again. */
export async function failuresOf(
  match: Match,
  played: readonly Compared[],
  difference: Difference,
): Promise<Failure[]> {
  const { step } = played.at(-1) as Compared
  const first = failureOf(match, played, difference)
  const key = keyOf(first)
  if (match.known.has(key)) return [first]
  match.known.add(key)
  if (!match.canReplay || match.known.size > SHRUNK_AT_MOST) return [first]
  const showing = async (steps: readonly Step[]): Promise<readonly Compared[] | undefined> => {
    const again = await play(match, steps)
    const last = again.at(-1)
    return last?.step.number === step.number &&
      last.differences.some(({ pointer, message }) => pointer === difference.pointer && message === difference.message)
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
    ?.differences.find(({ pointer, message }) => pointer === difference.pointer && message === difference.message)
  return [failureOf(match, shortest, again ?? difference)]
}

function failureOf(match: Match, walk: readonly Compared[], difference: Difference): Failure {
  const context = match.contexts.target
  const { step } = walk.at(-1) as Compared
  const caseId = caseOf(match, step).id
  const plain = failure(context, {
    check: 'differs-from-mock',
    operation: step.operation,
    caseId,
    pointer: difference.pointer,
    message: difference.message,
    expected: difference.expected,
    got: difference.got,
    why: difference.why,
    exchanges: walk.map(({ exchanged }) => exchanged),
  })
  const { secrets } = context.target
  const script = walkScript({
    about: `${caseId}\n${plain.message}`,
    walk,
    difference,
    secrets,
    resetUrl: match.resetUrl,
  })
  return { ...plain, script }
}

/** A step of the walk, as the reports know cases. */
export function caseOf({ contexts }: Match, step: Step): RequestCase {
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

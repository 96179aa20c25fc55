import type { RequestCase } from '../case.ts'
import type { Failure } from '../check.ts'
import { failure } from '../checks/failure.ts'
import { keyOf } from '../run/findings.ts'
import { asFlaky } from '../run/report-of.ts'
import type { Contrast } from './contrast.ts'
import type { Match } from './match.ts'
import { play, type Compared } from './play.ts'
import { walkScript } from './script.ts'
import { shrunk } from './shrink.ts'
import type { Step } from './step.ts'

/** Replays for one difference. */
const TRIES = 60

/** Differences that are shrunk; more than these nobody reads. */
const SHRUNK_AT_MOST = 40

/** A difference that has been seen before is not looked at again. */
export async function failuresOf(match: Match, played: readonly Compared[], contrast: Contrast): Promise<Failure[]> {
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

import { createdId, remove } from '../conform/cases/resource.ts'
import { untilAborted } from '../conform/run/interrupt.ts'
import type { Exchanged } from '../conform/transport/transport.ts'
import { differencesOf } from './differences-of.ts'
import type { Difference } from './difference.ts'
import { createCorrespondence } from './correspondence.ts'
import { reset, type Match } from './match.ts'
import { createRunner } from './runner.ts'
import type { Played } from './script.ts'
import type { Step } from './step.ts'

/** A step that both servers have played. */
export interface Compared extends Played {
  readonly mock: Exchanged
  readonly differences: readonly Difference[]
}

/** Plays steps on both, from the seed on where that is possible; `isDone` may end it early. */
export async function play(
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
  const players = { mock: createRunner('mock', mock), target: createRunner('target', target) }
  const played: Compared[] = []
  for (const step of untilAborted(steps, match.signal)) {
    same.sent(step.request.mock, step.request.target)
    const [ours, theirs] = await Promise.all([players.mock.play(step), players.target.play(step)])
    note(match, step, theirs)
    const compared = {
      step,
      exchanged: theirs,
      mock: ours,
      differences: differencesOf({ context: contexts.target, same, hasOurRows: match.hasOurRows }, step, ours, theirs),
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

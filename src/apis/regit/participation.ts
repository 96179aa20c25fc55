import type { State } from '../../store/state.ts'
import type { Actor } from './actor.ts'
import type { FormEntry } from './form.ts'

/** A row of the collection `participations`; a pending one is an invitation. */
export interface Participation {
  readonly status: 'pending' | 'active' | 'paused' | 'terminated'
}

export function participationOf(state: State, interactionId: string, accountId: string): Participation | undefined {
  return state.collection('participations').get(keyOf(interactionId, accountId)) as Participation | undefined
}

/** Keeps what the business receives: the fields that its form has, with the values as they were understood. */
export function startParticipation(
  state: State,
  interactionId: string,
  actor: Actor,
  entries: readonly FormEntry[],
): void {
  state.collection('participations').put({
    id: keyOf(interactionId, actor.accountId),
    interactionId,
    accountId: actor.accountId,
    actorAccountId: actor.currentAccountId,
    delegationId: actor.delegation?.delegationId ?? null,
    status: 'active',
    since: state.clock.iso(),
    fields: entries.map(({ field, source, value }) => ({ source, path: field.path, value })),
  })
}

export function endParticipation(state: State, interactionId: string, accountId: string): void {
  state.collection('participations').delete(keyOf(interactionId, accountId))
}

/** An account takes part in an interaction once, whoever registers it. */
function keyOf(interactionId: string, accountId: string): string {
  return `${interactionId}/${accountId}`
}

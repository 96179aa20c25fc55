import { refuse, type Refusal } from '../../mock/handlers/handler.ts'
import type { State } from '../../store/state.ts'
import type { FormField } from './form-field.ts'

/** A row of the collection `interactions`. */
export interface Interaction {
  readonly id: string
  readonly type: 'registration' | 'event' | 'handshake'
  readonly fields: readonly FormField[]
}

export function interactionWith(state: State, id: string): Interaction | undefined {
  return state.collection('interactions').get(id) as Interaction | undefined
}

export function unknownInteraction(): Refusal {
  return refuse(404, 'Interaction not found')
}

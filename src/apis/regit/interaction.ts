import { refuse, type Refusal } from '../../mock/handlers/handler.ts'
import type { State } from '../../store/state.ts'
import type { FieldType } from './field-value.ts'

/** A row of the collection `interactions`. */
export interface Interaction {
  readonly id: string
  readonly type: 'registration' | 'event' | 'handshake'
  readonly fields: readonly FormField[]
}

/** What a business asks for; a field is required unless `optional` is true. */
export interface FormField {
  readonly path: string
  readonly displayName: string
  readonly type: FieldType
  readonly options?: readonly string[]
  readonly optional?: boolean
}

export function interactionWith(state: State, id: string): Interaction | undefined {
  return state.collection('interactions').get(id) as Interaction | undefined
}

export function unknownInteraction(): Refusal {
  return refuse(404, 'Interaction not found')
}

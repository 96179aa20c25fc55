import type { Api } from './api.ts'
import type { Note } from './note.ts'

/** All notes of an API, those included that would else be found when its operations are first used. */
export function allNotesOf({ operations, notes }: Pick<Api, 'operations' | 'notes'>): readonly Note[] {
  for (const { parameters, requestBody, responses } of operations) void [parameters, requestBody, responses]
  return notes
}

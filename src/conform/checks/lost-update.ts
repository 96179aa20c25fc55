import type { CheckDefinition } from './check-definition.ts'

export const lostUpdate = {
  id: 'lost-update',
  promises: 'of several writers that exclude each other exactly one wins',
  appliesTo: 'flow',
} as const satisfies CheckDefinition

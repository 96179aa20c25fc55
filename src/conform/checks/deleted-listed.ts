import type { CheckDefinition } from './check-definition.ts'

export const deletedListed = {
  id: 'deleted-listed',
  promises: 'what was deleted is gone from the list',
  appliesTo: 'flow',
} as const satisfies CheckDefinition

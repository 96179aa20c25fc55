import type { CheckDefinition } from './check-definition.ts'

export const updateLost = {
  id: 'update-lost',
  promises: 'an update is there on the next read',
  appliesTo: 'flow',
} as const satisfies CheckDefinition

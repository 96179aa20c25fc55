import type { CheckDefinition } from './check-definition.ts'

export const updateSpills = {
  id: 'update-spills',
  promises: 'an update changes nothing but what it says',
  appliesTo: 'flow',
} as const satisfies CheckDefinition

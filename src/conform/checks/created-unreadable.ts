import type { CheckDefinition } from './check-definition.ts'

export const createdUnreadable = {
  id: 'created-unreadable',
  promises: 'what was created can be read',
  appliesTo: 'flow',
} as const satisfies CheckDefinition

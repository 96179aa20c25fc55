import type { CheckDefinition } from './check-definition.ts'

export const createdUnlisted = {
  id: 'created-unlisted',
  promises: 'what was created is in the list',
  appliesTo: 'flow',
} as const satisfies CheckDefinition

import type { CheckDefinition } from './check-definition.ts'

export const deletedReadable = {
  id: 'deleted-readable',
  promises: 'what was deleted is gone',
  appliesTo: 'flow',
} as const satisfies CheckDefinition

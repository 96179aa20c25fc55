import type { CheckDefinition } from './check-definition.ts'

export const tagUnchanged = {
  id: 'tag-unchanged',
  promises: 'an entity tag changes with the content, and only then',
  appliesTo: 'flow',
} as const satisfies CheckDefinition

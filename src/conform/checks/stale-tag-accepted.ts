import type { CheckDefinition } from './check-definition.ts'

export const staleTagAccepted = {
  id: 'stale-tag-accepted',
  promises: 'a write with a stale entity tag is refused',
  appliesTo: 'flow',
  accepts: true,
} as const satisfies CheckDefinition

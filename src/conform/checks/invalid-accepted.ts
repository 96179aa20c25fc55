import type { CheckDefinition } from './check-definition.ts'

export const invalidAccepted = {
  id: 'invalid-accepted',
  promises: 'a request that breaks the spec is refused',
  appliesTo: 'request',
  accepts: true,
} as const satisfies CheckDefinition

import type { CheckDefinition } from './check-definition.ts'

export const methodAccepted = {
  id: 'method-accepted',
  promises: 'a method that the path does not declare is refused with 405',
  appliesTo: 'request',
  accepts: true,
} as const satisfies CheckDefinition

import type { CheckDefinition } from './check-definition.ts'

export const successStatus = {
  id: 'success-status',
  promises: 'a valid request gets the declared status of success',
  appliesTo: 'request',
} as const satisfies CheckDefinition

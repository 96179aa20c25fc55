import type { CheckDefinition } from './check-definition.ts'

export const sizeAccepted = {
  id: 'size-accepted',
  promises: 'a body above the limit is refused with 413',
  appliesTo: 'request',
  accepts: true,
} as const satisfies CheckDefinition

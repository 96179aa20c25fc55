import type { CheckDefinition } from './check-definition.ts'

export const mediaTypeAccepted = {
  id: 'media-type-accepted',
  promises: 'a body of an undeclared content type is refused with 415',
  appliesTo: 'request',
  accepts: true,
} as const satisfies CheckDefinition

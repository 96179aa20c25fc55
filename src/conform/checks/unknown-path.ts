import type { CheckDefinition } from './check-definition.ts'

export const unknownPath = {
  id: 'unknown-path',
  promises: "an unknown path is refused with 404, in the API's error format",
  appliesTo: 'request',
} as const satisfies CheckDefinition

import type { CheckDefinition } from './check-definition.ts'

export const optionsAnswered = {
  id: 'options',
  promises: 'OPTIONS answers with the methods of the path',
  appliesTo: 'request',
} as const satisfies CheckDefinition

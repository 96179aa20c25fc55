import type { CheckDefinition } from './check-definition.ts'

export const validRefused = {
  id: 'valid-refused',
  promises: 'a valid request succeeds',
  appliesTo: 'request',
} as const satisfies CheckDefinition

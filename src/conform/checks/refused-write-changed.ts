import type { CheckDefinition } from './check-definition.ts'

export const refusedWriteChanged = {
  id: 'refused-write-changed',
  promises: 'a refused write changes nothing',
  appliesTo: 'flow',
} as const satisfies CheckDefinition

import type { CheckDefinition } from './check-definition.ts'

export const differsFromMock = {
  id: 'differs-from-mock',
  promises: 'a walk of operations is answered as the mock answers it (--against-mock)',
  appliesTo: 'comparison',
} as const satisfies CheckDefinition

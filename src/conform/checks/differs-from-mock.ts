import type { CheckDefinition } from './check-definition.ts'

export const differsFromMock = {
  id: 'differs-from-mock',
  promises: 'the server answers a sequence of operations as the mock does (--against-mock)',
  appliesTo: 'comparison',
} as const satisfies CheckDefinition

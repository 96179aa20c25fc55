import type { CheckDefinition } from './check-definition.ts'

export const idRepeated = {
  id: 'id-repeated',
  promises: 'no two resources have the same id',
  appliesTo: 'flow',
} as const satisfies CheckDefinition

import type { CheckDefinition } from './check-definition.ts'

export const idRepeated = {
  id: 'id-repeated',
  promises: 'no two things have one id',
  appliesTo: 'flow',
} as const satisfies CheckDefinition

import type { CheckDefinition } from './check-definition.ts'

export const sortWrong = {
  id: 'sort-wrong',
  promises: 'a list is in the order that was asked for',
  appliesTo: 'flow',
} as const satisfies CheckDefinition

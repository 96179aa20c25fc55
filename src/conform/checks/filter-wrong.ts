import type { CheckDefinition } from './check-definition.ts'

export const filterWrong = {
  id: 'filter-wrong',
  promises: 'a filter returns all that match and nothing else',
  appliesTo: 'flow',
} as const satisfies CheckDefinition

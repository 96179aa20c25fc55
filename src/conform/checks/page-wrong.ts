import type { CheckDefinition } from './check-definition.ts'

export const pageWrong = {
  id: 'page-wrong',
  promises: 'limit and skip walk the whole list once',
  appliesTo: 'flow',
} as const satisfies CheckDefinition

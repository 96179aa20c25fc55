import type { AnswerCheck } from './check-definition.ts'
import { isUndeclaredProperty, schemaBreaches } from './schema-breaches.ts'

export const undeclaredProperty = {
  id: 'undeclared-property',
  promises: 'the body has no property that its schema does not know',
  appliesTo: 'every-answer',
  breaches: ({ place }) => schemaBreaches(place, isUndeclaredProperty),
} as const satisfies AnswerCheck

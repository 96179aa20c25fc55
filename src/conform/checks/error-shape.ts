import type { AnswerCheck } from './check-definition.ts'
import { isUndeclaredProperty, schemaBreaches } from './schema-breaches.ts'

export const errorShape = {
  id: 'error-shape',
  promises: "an error has the API's error format",
  appliesTo: 'every-answer',
  breaches: ({ place }) => schemaBreaches(place, (error, status) => status >= 400 && !isUndeclaredProperty(error)),
} as const satisfies AnswerCheck

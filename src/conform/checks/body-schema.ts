import type { AnswerCheck } from './check-definition.ts'
import { isUndeclaredProperty, schemaBreaches } from './schema-breaches.ts'

export const bodySchema = {
  id: 'body-schema',
  promises: 'the body of a success matches its schema, formats included',
  appliesTo: 'every-answer',
  breaches: ({ place }) => schemaBreaches(place, (error, status) => status < 400 && !isUndeclaredProperty(error)),
} as const satisfies AnswerCheck

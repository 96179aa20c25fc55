import { whyOf } from './answered.ts'
import type { AnswerCheck } from './check-definition.ts'

export const bodyForbidden = {
  id: 'body-forbidden',
  promises: 'responses with 204 or 304 and responses to HEAD have no body',
  appliesTo: 'every-answer',
  breaches: ({ place }) => {
    if (place?.content.kind !== 'unwanted') return []
    const message = `${place.answer.status} has a body`
    return [{ pointer: place.spec.pointer, message, expected: 'no body', why: whyOf(place, '/content') }]
  },
} as const satisfies AnswerCheck

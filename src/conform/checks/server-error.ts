import { inAnyCase } from './answered.ts'
import type { AnswerCheck } from './check-definition.ts'

export const serverError = {
  id: 'server-error',
  promises: 'no request is answered with 5xx',
  appliesTo: 'every-answer',
  breaches: (answered) => {
    const status = answered.answer?.status ?? 0
    if (status < 500) return []
    const message = `answered with ${status}`
    return [{ pointer: inAnyCase(answered), message, expected: 'no 5xx', why: undefined }]
  },
} as const satisfies AnswerCheck

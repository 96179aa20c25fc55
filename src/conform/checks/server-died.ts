import { hasDied } from '../transport/lost-server.ts'
import { inAnyCase } from './answered.ts'
import type { AnswerCheck } from './check-definition.ts'

export const serverDied = {
  id: 'server-died',
  promises: 'no request ends the server',
  appliesTo: 'every-answer',
  breaches: (answered) => {
    if (!hasDied(answered.exchanged)) return []
    const message = 'the server died of this request'
    return [{ pointer: inAnyCase(answered), message, expected: 'an answer, and a server afterwards', why: undefined }]
  },
} as const satisfies AnswerCheck

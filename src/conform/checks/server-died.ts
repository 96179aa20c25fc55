import { hasDied } from '../transport/lost-server.ts'
import { inAnyCase } from './answered.ts'
import type { AnswerCheck } from './check-definition.ts'

export const serverDied = {
  id: 'server-died',
  promises: 'no request crashes the server',
  appliesTo: 'every-answer',
  breaches: (answered) => {
    if (!hasDied(answered.exchanged)) return []
    const message = 'the server crashed at this request'
    return [
      {
        pointer: inAnyCase(answered),
        message,
        expected: 'a response, and a server that keeps running',
        why: undefined,
      },
    ]
  },
} as const satisfies AnswerCheck

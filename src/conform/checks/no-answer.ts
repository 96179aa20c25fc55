import { hasDied, isGone } from '../transport/lost-server.ts'
import { inAnyCase } from './answered.ts'
import type { AnswerCheck } from './check-definition.ts'

export const noAnswer = {
  id: 'no-answer',
  promises: 'every request is answered in time, with HTTP that parses',
  appliesTo: 'every-answer',
  breaches: (answered) => {
    const { outcome } = answered.exchanged
    if (outcome.kind !== 'no-answer' || hasDied(answered.exchanged) || isGone(answered.exchanged)) return []
    const isBroken = outcome.code === 'EFRAMING' || outcome.code === 'EMSGSIZE'
    const message = isBroken ? outcome.message : `the request is not answered (${outcome.code})`
    return [{ pointer: inAnyCase(answered), message, expected: 'an answer', why: undefined }]
  },
} as const satisfies AnswerCheck

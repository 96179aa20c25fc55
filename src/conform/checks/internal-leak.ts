import { inAnyCase } from './answered.ts'
import type { AnswerCheck } from './check-definition.ts'
import { leakIn } from './leak.ts'

export const internalLeak = {
  id: 'internal-leak',
  promises: 'no response shows a stack trace or a path of the machine',
  appliesTo: 'every-answer',
  breaches: (answered) => {
    const leak = answered.answer && leakIn(answered.answer.text, answered.exchanged.sent)
    if (leak === undefined) return []
    const message = `the answer shows ${leak}`
    return [{ pointer: inAnyCase(answered), message, expected: 'nothing internal to the server', why: undefined }]
  },
} as const satisfies AnswerCheck

import { pointerTo } from '../../openapi/pointer.ts'
import type { AnswerCheck } from './check-definition.ts'

export const refusalStatus = {
  id: 'refusal-status',
  promises: 'a refusal has the status that is declared for its reason',
  appliesTo: 'every-answer',
  breaches: ({ answer, disguised, subject }) => {
    if (disguised === undefined || answer === undefined || subject.operation === undefined) return []
    const pointer = pointerTo(subject.operation.pointer, 'responses')
    const message = `a refusal comes with ${answer.status}`
    return [{ pointer, message, expected: 'a status of 4xx', why: disguised }]
  },
} as const satisfies AnswerCheck

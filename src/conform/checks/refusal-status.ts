import { pointerTo } from '../../openapi/pointer.ts'
import type { AnswerCheck } from './check-definition.ts'

export const refusalStatus = {
  id: 'refusal-status',
  promises: 'a refusal has the status that is declared for its reason',
  appliesTo: 'every-answer',
  breaches: ({ answer, whyError, testCase }) => {
    if (whyError === undefined || answer === undefined || testCase.operation === undefined) return []
    const pointer = pointerTo(testCase.operation.pointer, 'responses')
    const message = `a refusal comes with ${answer.status}`
    return [{ pointer, message, expected: 'a status of 4xx', why: whyError }]
  },
} as const satisfies AnswerCheck

import type { Operation } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import type { Context } from '../context.ts'
import type { AnswerCheck } from './check-definition.ts'

export const statusUndeclared = {
  id: 'status-undeclared',
  promises: 'every status is one that the operation declares',
  appliesTo: 'every-answer',
  breaches: ({ answer, context, isUndeclared, testCase: { operation } }) => {
    if (!isUndeclared || answer === undefined || operation === undefined) return []
    return [
      {
        pointer: pointerTo(operation.pointer, 'responses'),
        message:
          answer.status >= 300 && answer.status < 400
            ? `is redirected with ${answer.status}, which the operation does not declare`
            : `answered with ${answer.status}, which the operation does not declare`,
        expected: Object.keys(operation.responses).join(', '),
        why: whyStatuses(context, operation),
      },
    ]
  },
} as const satisfies AnswerCheck

/** That an operation has no other status is documented as soon as one of its statuses is. */
function whyStatuses({ api: { document } }: Context, operation: Operation): string | undefined {
  const reasons = Object.entries(operation.responses).map(([status, spec]) => {
    const usage = pointerTo(operation.pointer, 'responses', status)
    return assumptionAt(document, `${usage}/status`) ?? assumptionAt(document, `${spec.pointer}/status`)
  })
  return reasons.includes(undefined) ? undefined : reasons[0]
}

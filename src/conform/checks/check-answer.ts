import type { Failure } from '../check.ts'
import type { Context } from '../context.ts'
import type { Exchanged } from '../transport/transport.ts'
import { answeredBy, type AnsweredRequest } from './answered.ts'
import { failure, seen } from './failure.ts'
import { answerChecks } from './registry.ts'

/** The checks that every answer has to pass, also the answer to a request that is wrong on purpose. */
export function checkAnswer(context: Context, testCase: AnsweredRequest, exchanged: Exchanged): Failure[] {
  const answered = answeredBy({ context, testCase, exchanged })
  const { caseId, operation } = testCase
  return answerChecks.flatMap((check) =>
    check.breaches(answered).map((breach) =>
      failure(context, {
        got: seen(exchanged),
        ...breach,
        check: check.id,
        operation,
        caseId,
        exchanges: [exchanged],
      }),
    ),
  )
}

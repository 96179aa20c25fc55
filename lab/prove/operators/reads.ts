import type { CheckId, Tier } from '../../../src/conform/check.ts'
import type { Operation } from '../../../src/openapi/api.ts'
import { isObject } from '../../../src/openapi/pointer.ts'
import { type Behaviour, changingAnswers, isSuccess, jsonIn, withJson } from '../../../src/prove/call.ts'
import { defect, type SeededDefect } from '../../../src/prove/defect.ts'
import { type Material, plainest, refusalOf } from '../../../src/prove/samples.ts'
import { changingRows, idOfPath } from './changing-rows.ts'

/** Reads and lists that do not show what was written. */
export function readDefects(material: Material, read: Operation): SeededDefect[] {
  const list = material.api.operations.find(({ method, path }) => method === 'GET' && !path.endsWith('}'))
  const seeded = JSON.stringify(material.seed.rows)
  const missing = refusalOf(material, read, 404)
  const tier: Tier = read.inferred === undefined ? 'documented' : 'assumed'
  const of = (
    operation: Operation,
    operator: string,
    expected: readonly CheckId[],
    create: () => Behaviour,
  ): SeededDefect => defect(material, operation, { operator, target: '', tier, expected, create })
  return [
    of(read, 'created-not-found', ['created-unreadable', 'flow', 'valid-refused'], () =>
      changingAnswers((answer, call) =>
        call.operation === read && isSuccess(answer) && !seeded.includes(`"${idOfPath(call)}"`) ? missing : undefined,
      ),
    ),
    of(read, 'any-id-found', ['deleted-readable', 'invalid-accepted', 'flow', 'refusal-status'], () => {
      const sample = plainest(material, read)?.answer
      return changingAnswers((answer, call) => (call.operation === read && answer.status === 404 ? sample : undefined))
    }),
    of(read, 'first-row-always', ['created-differs', 'created-unreadable', 'flow', 'invalid-accepted'], () => {
      const sample = plainest(material, read)?.answer
      return changingAnswers((answer, call) =>
        call.operation === read && isSuccess(answer) && sample !== undefined && !answer.body.equals(sample.body)
          ? sample
          : undefined,
      )
    }),
    of(read, 'another-thing-shown', ['created-differs', 'flow'], () =>
      changingAnswers((answer, call) => {
        const body = jsonIn(answer)
        if (call.operation !== read || !isSuccess(answer) || !isObject(body) || seeded.includes(`"${idOfPath(call)}"`))
          return undefined
        return withJson(answer, altered(body))
      }),
    ),
    ...(list
      ? [
          of(list, 'created-not-listed', ['created-unlisted', 'flow'], () =>
            changingRows(list, (rows) => rows.filter((row) => seeded.includes(`"${String(row['id'])}"`))),
          ),
          of(list, 'rows-repeated', ['created-unlisted', 'page-wrong', 'filter-wrong', 'flow'], () =>
            changingRows(list, (rows) => rows.flatMap((row) => [row, row])),
          ),
          of(list, 'always-empty', ['created-unlisted', 'page-wrong', 'filter-wrong', 'flow'], () =>
            changingRows(list, () => []),
          ),
        ]
      : []),
  ]
}

/** The last text in a body that is no id, with something at its end. */
function altered(body: Readonly<Record<string, unknown>>): object {
  const data = body['data']
  if (isObject(data))
    return {
      ...body,
      data: { ...data, unavailable: data['unavailable'] !== true, contactId: '00000000-0000-4000-8000-00000000abcd' },
    }
  return { ...body, offeringId: '0000000000000000000000000000abcd' }
}

import type { Operation } from '../../../openapi/api.ts'
import type { FlowCase } from '../../case.ts'
import type { BaseRequest } from '../body-cases.ts'
import type { Context } from '../../context.ts'
import { requestOf } from '../draft.ts'
import { flowCase, seen } from '../../flows/flow-case.ts'
import { holdsInSeed } from '../states.ts'

/** HEAD answers like GET, without the body (RFC 9110, section 9.3.2). */
export function headFlows(context: Context, bases: ReadonlyMap<Operation, BaseRequest>): FlowCase[] {
  return [...bases.values()]
    .filter(
      ({ draft, given }) =>
        draft.method === 'GET' &&
        given.every(({ state, params }) => holdsInSeed(context, state, params)) &&
        !context.api.operations.some((each) => each.path === draft.operation.path && each.method === 'HEAD'),
    )
    .map(({ draft }) =>
      flowCase(context, {
        name: 'HEAD answers like GET',
        kind: 'state',
        operation: draft.operation,
        pointer: draft.operation.pointer,
        why: 'the page does not mention HEAD',
        checks: ['head-like-get'],
        changesNothing: true,
        play: async (flow) => {
          const got = await flow.send(requestOf(draft), draft.operation)
          const head = await flow.runner.send(requestOf({ ...draft, method: 'HEAD' }))
          if (got.outcome.kind !== 'answer') return
          if (head.outcome.kind !== 'answer' || head.outcome.status !== got.outcome.status) {
            return flow.fail('head-like-get', 'HEAD has another status than GET', {
              expected: String(got.outcome.status),
              got: seen(head),
            })
          }
          for (const name of ['content-type', 'etag', 'content-length']) {
            const [wanted, header] = [got.outcome.headers[name], head.outcome.headers[name]]
            if (header === wanted || (name === 'content-length' && (header === undefined || wanted === undefined)))
              continue
            flow.fail('head-like-get', `HEAD has another ${name} than GET`, {
              expected: String(wanted),
              got: String(header),
            })
          }
        },
      }),
    )
}

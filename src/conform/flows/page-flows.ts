import { isDeepStrictEqual } from 'node:util'
import { assumptionAt } from '../../openapi/assumption.ts'
import type { FlowCase } from '../case.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import type { Context } from '../context.ts'
import { keyOf } from '../cases/draft.ts'
import { pagingOf, type Resource } from '../cases/resource.ts'
import { flowCase, type FlowContext } from './flow-case.ts'
import { idsOf, rows, vary } from './list-rows.ts'

/** `limit` and `skip` walk the list once. */
export function pageFlows(context: Context, resource: Resource, list: BaseRequest): FlowCase[] {
  const { limit, skip } = pagingOf(list)
  if (!limit) return []
  const { operation } = list.draft
  const parameter = operation.parameters.find((each) => keyOf(each) === limit.key)
  const pointer = parameter?.pointer ?? operation.pointer
  const idsFor = async (flow: FlowContext, values: Readonly<Record<string, unknown>> = {}): Promise<string[]> =>
    idsOf(resource, await rows(flow, list, values))
  return [
    flowCase(context, {
      name: 'limit and skip walk the list once',
      kind: 'list',
      operation,
      pointer,
      why: assumptionAt(context.api.document, pointer),
      checks: ['page-wrong'],
      changesNothing: true,
      play: async (flow) => {
        await vary(flow, resource, undefined)
        const all = await idsFor(flow)
        if (all.length < 2) flow.notReached('the list has fewer than two rows')
        const isRight = await tryLimit(flow, all, (size) => idsFor(flow, { [limit.key]: size }))
        if (!isRight || skip === undefined) return
        await trySkip(flow, all, (at, size) =>
          idsFor(flow, { ...(size !== undefined && { [limit.key]: size }), [skip]: at }),
        )
      },
    }),
  ]
}

async function tryLimit(
  flow: FlowContext,
  all: readonly string[],
  idsFor: (size: number) => Promise<string[]>,
): Promise<boolean> {
  for (const size of [1, 2, all.length - 1, all.length, all.length + 1]) {
    const first = await idsFor(size)
    if (isDeepStrictEqual(first, all.slice(0, size))) continue
    flow.fail('page-wrong', 'limit does not give the first rows of the list, as many as it says', {
      expected: all.slice(0, size).join(', '),
      got: first.join(', '),
    })
    return false
  }
  return true
}

async function trySkip(
  flow: FlowContext,
  all: readonly string[],
  idsFrom: (at: number, size?: number) => Promise<string[]>,
): Promise<void> {
  for (const size of [1, 2, 3]) {
    const walked: string[] = []
    for (let at = 0; at < all.length + size; at += size) walked.push(...(await idsFrom(at, size)))
    if (isDeepStrictEqual(walked, all)) continue
    return flow.fail('page-wrong', 'limit and skip do not walk the list once', {
      expected: all.join(', '),
      got: walked.join(', '),
    })
  }
  const beyond = await idsFrom(all.length)
  if (beyond.length > 0)
    flow.fail('page-wrong', 'skip beyond the end gives rows', { expected: 'no rows', got: beyond.join(', ') })
}

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
        const idsFrom = (at: number, size?: number): Promise<string[]> =>
          idsFor(flow, { ...(size !== undefined && { [limit.key]: size }), [skip]: at })
        await trySkip(flow, all, idsFrom)
        await tryLarge(flow, all, { idsFrom, mayLimit: mayBe(list, limit.key), maySkip: mayBe(list, skip) })
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

/** Numbers beyond which the sum of both, or one of them, no longer fits where a server keeps it. */
const LARGE = [2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1]

interface LargePages {
  readonly idsFrom: (at: number, size?: number) => Promise<string[]>
  readonly mayLimit: (value: number) => boolean
  readonly maySkip: (value: number) => boolean
}

async function tryLarge(flow: FlowContext, all: readonly string[], pages: LargePages): Promise<void> {
  const { idsFrom, mayLimit, maySkip } = pages
  for (const size of LARGE.filter(mayLimit)) {
    const rest = await idsFrom(1, size)
    if (isDeepStrictEqual(rest, all.slice(1))) continue
    return flow.fail('page-wrong', `skip=1 with limit=${size} does not give all rows but the first`, {
      expected: all.slice(1).join(', '),
      got: rest.join(', '),
    })
  }
  for (const at of LARGE.filter(maySkip)) {
    const rest = await idsFrom(at, 2)
    if (rest.length === 0) continue
    return flow.fail('page-wrong', `skip=${at} gives rows`, { expected: 'no rows', got: rest.join(', ') })
  }
}

/** Whether the schema of a parameter takes the number. */
function mayBe(list: BaseRequest, key: string): (value: number) => boolean {
  const parameter = list.draft.operation.parameters.find((each) => keyOf(each) === key)
  return (value) => parameter?.validate(value).length === 0
}

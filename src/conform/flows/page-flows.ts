import { isDeepStrictEqual } from 'node:util'
import { assumptionAt } from '../../openapi/assumption.ts'
import type { FlowCase } from '../case.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import type { Context } from '../context.ts'
import { keyOf } from '../cases/draft.ts'
import { pagingOf } from '../cases/paging.ts'
import type { Resource } from '../cases/resource.ts'
import { flowCase, type FlowContext } from './flow-case.ts'
import { idsOf, vary } from './list-rows.ts'
import { allRows, countsRows, nextPage, readPage, saysMore, totalIn, whyUnknownList } from './whole-list.ts'

/** `limit` and `skip`, `page` or a cursor walk the list once, and its total is that of its rows. */
export function pageFlows(context: Context, resource: Resource, list: BaseRequest): FlowCase[] {
  const { isStrict, paging } = { isStrict: context.api.strict, paging: pagingOf(list, context.api.strict) }
  const totals = isStrict || !resource.create || !countsRows(context, list) ? [] : [totalFlow(context, resource, list)]
  if (!paging.limit) return totals
  const { limit, skip } = paging
  const { operation } = list.draft
  const parameter = operation.parameters.find((each) => keyOf(each) === limit.key)
  const pointer = parameter?.pointer ?? operation.pointer
  const idsFor = async (flow: FlowContext, values: Readonly<Record<string, unknown>> = {}): Promise<string[]> =>
    idsOf(resource, (await readPage(flow, resource, list, values)).rows)
  return [
    ...totals,
    flowCase(context, {
      name: `limit and ${skip === undefined && (paging.page ?? paging.after) ? 'pages' : 'skip'} walk the list once`,
      kind: 'list',
      operation,
      pointer,
      why: assumptionAt(context.api.document, pointer) ?? whyUnknownList(context, list),
      checks: ['page-wrong'],
      changesNothing: true,
      play: async (flow) => {
        await vary(flow, resource, undefined)
        const all = idsOf(resource, await allRows(flow, resource, list))
        if (all.length < 2) flow.notReached('the list has fewer than two rows')
        const isRight = await tryLimit(flow, all, mayBe(list, limit.key), (size) => idsFor(flow, { [limit.key]: size }))
        if (!isRight) return
        if (skip === undefined) return isStrict ? undefined : tryPages(flow, resource, list, all)
        const idsFrom = (at: number, size?: number): Promise<string[]> =>
          idsFor(flow, { ...(size !== undefined && { [limit.key]: size }), [skip]: at })
        await trySkip(flow, all, idsFrom, isStrict ? [1, 2, 3] : sizesFor(all, mayBe(list, limit.key)))
        await tryLarge(flow, all, { idsFrom, mayLimit: mayBe(list, limit.key), maySkip: mayBe(list, skip) })
      },
    }),
  ]
}

/** Small pages of a long list would be too many. */
function sizesFor(all: readonly string[], mayLimit: (size: number) => boolean): number[] {
  const least = Math.ceil(all.length / MAX_STEPS)
  return [1, 2, 3].map((size) => Math.max(size, least)).filter(mayLimit)
}

const MAX_STEPS = 40

/** Pages that are counted, or named by a cursor. */
async function tryPages(
  flow: FlowContext,
  resource: Resource,
  list: BaseRequest,
  all: readonly string[],
): Promise<void> {
  const paging = pagingOf(list, false)
  const key = paging.limit?.key
  if (key === undefined || (paging.page ?? paging.after) === undefined) return
  for (const size of new Set(sizesFor(all, mayBe(list, key)))) {
    const walked: unknown[] = []
    let last = await readPage(flow, resource, list, { [key]: size })
    for (let page = 1; last.rows.length > 0 && walked.length < all.length + size; page++) {
      walked.push(...last.rows)
      const next = walked.length >= all.length ? undefined : nextPage(resource, paging, last.answer, walked, page)
      if (next === undefined) break
      last = await readPage(flow, resource, list, { [key]: size, ...next })
    }
    const ids = idsOf(resource, walked)
    if (isDeepStrictEqual(ids, all)) continue
    const isCursorUnknown = paging.page === undefined && !paging.after?.isId && ids.length <= size
    if (isCursorUnknown) return
    return flow.fail('page-wrong', 'one page after the other does not give the list once', {
      expected: all.join(', '),
      got: ids.join(', '),
    })
  }
}

/** The number of rows that a list speaks of is the number of its rows. */
function totalFlow(context: Context, resource: Resource, list: BaseRequest): FlowCase {
  const { operation } = list.draft
  return flowCase(context, {
    name: 'the total of the list is the number of its rows',
    kind: 'list',
    operation,
    why: whyUnknownList(context, list),
    checks: ['page-wrong'],
    changesNothing: true,
    play: async (flow) => {
      await vary(flow, resource, undefined)
      const { answer, rows: first } = await readPage(flow, resource, list)
      const total = totalIn(answer)
      const rows = await allRows(flow, resource, list)
      if (saysMore(answer) && rows.length === first.length)
        flow.fail('page-wrong', 'the list says that there is more, and there is none', {
          expected: `${rows.length} rows and no more`,
          got: 'more',
        })
      if (total === undefined) return saysMore(answer) ? undefined : flow.notReached('the list names no total')
      if (total !== rows.length)
        flow.fail('page-wrong', 'the total of the list is not the number of its rows', {
          expected: String(rows.length),
          got: String(total),
        })
      await tryTotalOfOne(flow, resource, list, rows.length)
    },
  })
}

/** A page does not change how many rows there are in all. */
async function tryTotalOfOne(flow: FlowContext, resource: Resource, list: BaseRequest, count: number): Promise<void> {
  const { limit } = pagingOf(list, false)
  if (limit === undefined || count < 2 || !mayBe(list, limit.key)(1)) return
  const { answer, rows } = await readPage(flow, resource, list, { [limit.key]: 1 })
  const total = totalIn(answer)
  if (total === undefined || total === count || rows.length !== 1) return
  flow.fail('page-wrong', 'the total of the list changes with the size of its page', {
    expected: String(count),
    got: String(total),
  })
}

async function tryLimit(
  flow: FlowContext,
  all: readonly string[],
  mayLimit: (size: number) => boolean,
  idsFor: (size: number) => Promise<string[]>,
): Promise<boolean> {
  for (const size of [1, 2, all.length - 1, all.length, all.length + 1].filter(mayLimit)) {
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
  sizes: readonly number[],
): Promise<void> {
  for (const size of new Set(sizes)) {
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

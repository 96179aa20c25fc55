import { isDeepStrictEqual } from 'node:util'
import { assumptionAt } from '../../openapi/assumption.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import type { FlowCase } from '../case.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import type { Context } from '../context.ts'
import { keyOf } from '../cases/draft.ts'
import { attributeOf, type Resource } from '../cases/resource.ts'
import { filtersOf, type Filter } from './filters.ts'
import { flowCase, type FlowContext } from './flow-case.ts'
import { idsOf, isScalar, otherThan, vary } from './list-rows.ts'
import { allRows, whyUnknownList } from './whole-list.ts'

/** Each filter returns all that match and nothing else. */
export function filterFlows(context: Context, resource: Resource, list: BaseRequest): FlowCase[] {
  const { operation } = list.draft
  return filtersOf(list).map((filter) => {
    const { attribute, parameter } = filter
    const pointer =
      parameter.style === 'deepObject'
        ? pointerTo(parameter.pointer, 'schema', 'properties', attribute)
        : parameter.pointer
    return flowCase(context, {
      name: `the filter ${attribute} returns all that match and nothing else`,
      kind: 'list',
      operation,
      pointer,
      why: parameter.inferred ?? assumptionAt(context.api.document, pointer) ?? whyUnknownList(context, list),
      checks: ['filter-wrong'],
      changesNothing: true,
      play: (flow) => tryFilter(flow, resource, list, filter),
    })
  })
}

async function tryFilter(flow: FlowContext, resource: Resource, list: BaseRequest, filter: Filter): Promise<void> {
  const { attribute } = filter
  await vary(flow, resource, attribute)
  const all = await allRows(flow, resource, list)
  const taken = new Set(all.map((row) => attributeOf(row, attribute)))
  const mayAsk = (value: unknown): boolean => filter.parameter.validate(filter.valueFor(value)).length === 0
  const values = [...taken].filter((value) => isScalar(value) && mayAsk(value)).slice(0, 3)
  if (values.length === 0) flow.notReached(`no row has a value for ${attribute}`)
  for (const value of values) {
    const matching = all.filter((row) => attributeOf(row, attribute) === value)
    await expectRows(flow, resource, { list, filter, value, matching })
  }
  const none = untaken(values[0], taken)
  if (none !== undefined && mayAsk(none)) await expectRows(flow, resource, { list, filter, value: none, matching: [] })
}

/** A value of the same form that no row has; there is none where both `true` and `false` are taken. */
function untaken(value: unknown, taken: ReadonlySet<unknown>): unknown {
  const tried = new Set<unknown>()
  let other = otherThan(value)
  while (taken.has(other) && !tried.has(other)) {
    tried.add(other)
    other = otherThan(other)
  }
  return taken.has(other) ? undefined : other
}

interface Expected {
  readonly list: BaseRequest
  readonly filter: Filter
  readonly value: unknown
  readonly matching: readonly unknown[]
}

async function expectRows(
  flow: FlowContext,
  resource: Resource,
  { list, filter, value, matching }: Expected,
): Promise<void> {
  const { attribute, parameter, valueFor } = filter
  const found = await allRows(flow, resource, list, { [keyOf(parameter)]: valueFor(value) })
  const [wanted, got] = [idsOf(resource, matching), idsOf(resource, found)]
  const parts = { expected: wanted.length === 0 ? 'no rows' : wanted.join(', '), got: got.join(', ') }
  const isStrange = (row: unknown): boolean => matching.length === 0 || attributeOf(row, attribute) !== value
  if (found.some(isStrange)) flow.fail('filter-wrong', `the filter ${attribute} returns what does not match`, parts)
  else if (!isDeepStrictEqual(wanted.toSorted(), got.toSorted()))
    flow.fail('filter-wrong', `the filter ${attribute} does not return all that match`, parts)
}

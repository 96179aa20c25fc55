import type { FlowCase } from '../case.ts'
import type { Context } from '../context.ts'
import type { Resource } from '../cases/resource.ts'
import { filterFlows } from './filter-flows.ts'
import { pageFlows } from './page-flows.ts'
import { sortFlows } from './sort-flows.ts'

/** What a list has to do with its filter, its pages and its order. */
export function listFlows(context: Context, resource: Resource): FlowCase[] {
  const { list } = resource
  if (!list) return []
  return [
    ...filterFlows(context, resource, list),
    ...pageFlows(context, resource, list),
    ...sortFlows(context, resource, list),
  ]
}

import type { Api, Operation } from '../../openapi/api.ts'
import { pagingRole } from '../../openapi/paging-names.ts'
import type { Context } from '../context.ts'
import type { BaseRequest } from './body-cases.ts'
import { pagingOf } from './paging.ts'

/**
 * Whether two operations of somebody else's document are about the same rows, as paths and shapes of item, list and create
 * tell: then what one writes is what the other shows. Our own documents say so themselves.
 */
export function areOfOneResource({ strict, resources }: Api, one: Operation, other: Operation): boolean {
  if (strict) return true
  const [first, second] = [resources[one.id], resources[other.id]]
  return first !== undefined && !first.isSingle && first.collection === second?.collection
}

/** Whether each call of an operation makes a row, as its shape tells. */
export function makesRows({ api }: Context, { id }: Operation): boolean {
  return api.strict || api.resources[id]?.role === 'create'
}

/** Why what one operation makes need not be what the other reads. */
export function whyUnread({ api }: Context, create: Operation, { draft }: BaseRequest): string | undefined {
  return areOfOneResource(api, create, draft.operation) ? undefined : 'that one reads what the other writes is not said'
}

/** Why what one operation makes need not be in a list: it lists other things, or only those that a required parameter asks for. */
export function whyUnlisted({ api }: Context, create: Operation, list: BaseRequest): string | undefined {
  const { operation } = list.draft
  if (!areOfOneResource(api, create, operation)) return 'that a list has all things of its path is not said'
  if (api.strict) return undefined
  const { limit, page, skip, after } = pagingOf(list, false)
  if (limit && (page ?? skip ?? after) === undefined) return 'how to come to the next page of the list is not said'
  const filter = operation.parameters.find(
    ({ in: place, name, required }) => place === 'query' && required && pagingRole(name) === undefined,
  )
  return filter && `that the list for one ${filter.name} has everything is not said`
}

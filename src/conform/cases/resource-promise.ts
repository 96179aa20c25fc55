import type { Api, Operation } from '../../openapi/api.ts'

/**
 * Whether two operations of somebody else's document are about the same rows, as paths and shapes of item, list and create
 * tell: then what one writes is what the other shows. Our own documents say so themselves.
 */
export function areOfOneResource({ strict, resources }: Api, one: Operation, other: Operation): boolean {
  if (strict) return true
  const [first, second] = [resources[one.id], resources[other.id]]
  return first !== undefined && !first.isSingle && first.collection === second?.collection
}

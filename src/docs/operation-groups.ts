import type { Api, JsonObject, Operation } from '../openapi/api.ts'
import { objectAt, objectsAt } from './document-part.ts'
import { textOf } from '../openapi/text-of.ts'

/** Operations that belong together by their first tag, in the order of the document's tags. */
export interface OperationGroup {
  /** `undefined` for operations without a tag that the document describes. */
  readonly name: string | undefined
  readonly tag: JsonObject
  readonly operations: readonly Operation[]
}

/** The operations of an API by tag; a tag that only operations name comes behind those that the document lists. */
export function operationGroups(api: Api): OperationGroup[] {
  const byTag = new Map<string | undefined, Operation[]>(
    objectsAt(api.document, '/tags').map((tag) => [textOf(tag['name']), []]),
  )
  for (const operation of api.operations) {
    const tag = firstTag(api, operation)
    const list = byTag.get(tag)
    if (list) list.push(operation)
    else byTag.set(tag, [operation])
  }
  const described = new Map(objectsAt(api.document, '/tags').map((tag) => [textOf(tag['name']), tag]))
  const groups = [...byTag].filter(([, operations]) => operations.length > 0)
  // What has no tag stands last.
  groups.sort(([one], [other]) => Number(one === undefined) - Number(other === undefined))
  return groups.map(([name, operations]) => ({ name, tag: described.get(name ?? '') ?? {}, operations }))
}

function firstTag(api: Api, { pointer }: Operation): string | undefined {
  const { tags } = objectAt(api.document, pointer)
  const first: unknown = Array.isArray(tags) ? tags[0] : undefined
  return typeof first === 'string' ? first : undefined
}

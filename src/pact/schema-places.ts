import type { Api, JsonObject, Pointer } from '../openapi/api.ts'
import { assumptionAt } from '../openapi/assumption.ts'
import { isObject, pointerOfRef, pointerTo, valueAt } from '../openapi/pointer.ts'

/** A schema object and where it stands in the document. */
export interface Place {
  readonly schema: JsonObject
  readonly pointer: Pointer
}

/** Every schema that always applies where the one at the pointer does: itself, what it refers to, and its `allOf`. */
export function placesOf(api: Api, pointer: Pointer): Place[] {
  const schema = valueAt(api.document, pointer)
  if (!isObject(schema)) return []
  const target = typeof schema['$ref'] === 'string' ? pointerOfRef(schema['$ref']) : undefined
  const parts = Array.isArray(schema['allOf'])
    ? schema['allOf'].map((_, index) => pointerTo(pointer, 'allOf', index))
    : []
  return [
    { schema, pointer },
    ...[...(target === undefined ? [] : [target]), ...parts].flatMap((part) => placesOf(api, part)),
  ]
}

/** Where a property of the object is described, in each schema that knows it. */
export function memberPointers(places: readonly Place[], member: string): Pointer[] {
  return places
    .filter(({ schema }) => isObject(schema['properties']) && Object.hasOwn(schema['properties'], member))
    .map(({ pointer }) => pointerTo(pointer, 'properties', member))
}

export function itemPointers(places: readonly Place[]): Pointer[] {
  return places.filter(({ schema }) => isObject(schema['items'])).map(({ pointer }) => pointerTo(pointer, 'items'))
}

/** Why a keyword, such as `required/id`, is an assumption, `undefined` if the vendor states it. */
export function whyAssumed(api: Api, { pointer }: Place, keyword: string): string | undefined {
  return assumptionAt(api.document, `${pointer}/${keyword}`)
}

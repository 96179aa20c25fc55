import type { JsonObject, Pointer } from '../openapi/api.ts'
import { isObject, valueAt } from '../openapi/pointer.ts'

/** The object at a pointer; `{}` where there is none. */
export function objectAt(root: JsonObject, pointer: Pointer): JsonObject {
  const value = valueAt(root, pointer)
  return isObject(value) ? value : {}
}

/** A text property of the object at a pointer; `''` where there is none. */
export function textAt(root: JsonObject, pointer: Pointer, member: string): string {
  const value = objectAt(root, pointer)[member]
  return typeof value === 'string' ? value : ''
}

/** The objects of a list at a pointer; `[]` where there is none. */
export function objectsAt(root: JsonObject, pointer: Pointer): JsonObject[] {
  const value = valueAt(root, pointer)
  return Array.isArray(value) ? value.filter(isObject) : []
}

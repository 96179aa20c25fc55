import type { Pointer } from './api.ts'
import type { Compiler } from './compiler.ts'
import type { TextTypes } from './parameter.ts'
import { isObject, pointerTo, valueAt } from './pointer.ts'

/** The types that decoding text by the schema at a pointer needs to know; lists and objects are followed a few levels. */
export function textTypes(compiler: Compiler, pointer: Pointer, depth: number): TextTypes {
  const place = compiler.place(pointer)
  const schema = valueAt(compiler.root, place)
  if (!isObject(schema) || depth > 3) return { own: [], items: [], rest: undefined, members: {} }
  const { type, prefixItems, items, properties } = schema
  return {
    own: Array.isArray(type) ? type : typeof type === 'string' ? [type] : [],
    items: Array.isArray(prefixItems)
      ? prefixItems.map((_, index) => textTypes(compiler, pointerTo(place, 'prefixItems', index), depth + 1))
      : [],
    rest: isObject(items) ? textTypes(compiler, pointerTo(place, 'items'), depth + 1) : undefined,
    members: isObject(properties)
      ? Object.fromEntries(
          Object.keys(properties).map((name) => [
            name,
            textTypes(compiler, pointerTo(place, 'properties', name), depth + 1),
          ]),
        )
      : {},
  }
}

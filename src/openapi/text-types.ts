import type { JsonObject, Pointer } from './api.ts'
import type { Compiler } from './compiler.ts'
import type { TextTypes } from './parameter.ts'
import { isObject, pointerTo, valueAt } from './pointer.ts'

const nothing: TextTypes = { own: [], items: [], rest: undefined, members: {} }

/** The types that decoding text by the schema at a pointer needs to know; lists and objects are followed a few levels. */
export function textTypes(compiler: Compiler, pointer: Pointer, depth: number): TextTypes {
  const place = compiler.place(pointer)
  const schema = valueAt(compiler.root, place)
  if (!isObject(schema) || depth > 3) return nothing
  const own = ownTypes(compiler, schema, place, depth)
  // Our own documents say the type of each value itself.
  if (!compiler.notes) return own
  return partsOf(schema, place).reduce((all, part) => joined(all, textTypes(compiler, part, depth + 1)), own)
}

function ownTypes(compiler: Compiler, schema: JsonObject, place: Pointer, depth: number): TextTypes {
  const { type, prefixItems, items, properties } = schema
  const named = Array.isArray(type) ? (type as string[]) : typeof type === 'string' ? [type] : []
  return {
    own: named.length === 0 && compiler.notes ? typesOfValues(schema) : named,
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

/** The types of an `enum` or `const` that names none. */
function typesOfValues(schema: JsonObject): string[] {
  const values = Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : 'const' in schema ? [schema['const']] : []
  const types = values.map((value) => (value === null ? 'null' : typeof value))
  return [...new Set(types)].filter((type) => ['number', 'boolean', 'null', 'string'].includes(type))
}

function partsOf(schema: JsonObject, place: Pointer): Pointer[] {
  return ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => {
    const list = Array.isArray(schema[keyword]) ? (schema[keyword] as unknown[]) : []
    return list.map((_, index) => pointerTo(place, keyword, index))
  })
}

function joined(one: TextTypes, other: TextTypes): TextTypes {
  return {
    own: [...new Set([...one.own, ...other.own])],
    items: one.items.length > 0 ? one.items : other.items,
    rest: one.rest && other.rest ? joined(one.rest, other.rest) : (one.rest ?? other.rest),
    members: { ...other.members, ...one.members },
  }
}

import type { JsonObject, Pointer } from '../openapi/api.ts'
import { assumptionAt, openAt } from '../openapi/assumption.ts'
import { isObject, pointerOfRef, pointerTo, valueAt } from '../openapi/pointer.ts'

/** A schema, and where in a body it has a say. */
export interface SchemaPlace {
  /** Names of properties; `*` for items and properties of any name. */
  readonly way: readonly string[]
  readonly schema: JsonObject
  readonly pointer: Pointer
  /** Why it is an assumption that it has a say here. */
  readonly why: string | undefined
}

const MAX_DEPTH = 12

/** Every schema below one, all alternatives included. */
export function placesOf(root: JsonObject, pointer: Pointer): SchemaPlace[] {
  const found: SchemaPlace[] = []
  const walk = (at: Pointer, way: readonly string[], why: string | undefined, depth: number): void => {
    const schema = valueAt(root, at)
    // Where servers may differ, nothing is a mistake.
    if (!isObject(schema) || depth > MAX_DEPTH || openAt(root, at) !== undefined) return
    const reason = why ?? assumptionAt(root, at)
    found.push({ way, schema, pointer: at, why: reason })
    const target = typeof schema['$ref'] === 'string' ? pointerOfRef(schema['$ref']) : undefined
    if (target !== undefined) walk(target, way, reason, depth + 1)
    for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
      const list = schema[keyword]
      if (Array.isArray(list)) list.forEach((_, index) => walk(pointerTo(at, keyword, index), way, reason, depth + 1))
    }
    for (const keyword of ['then', 'else']) walk(pointerTo(at, keyword), way, reason, depth + 1)
    const properties = isObject(schema['properties']) ? Object.keys(schema['properties']) : []
    for (const name of properties) walk(pointerTo(at, 'properties', name), [...way, name], reason, depth + 1)
    for (const keyword of ['items', 'additionalProperties'])
      walk(pointerTo(at, keyword), [...way, '*'], reason, depth + 1)
  }
  walk(pointer, [], undefined, 0)
  return found
}

/** The pointers of all values of a body that a way leads to; the last property need not be there. */
export function pointersTo(value: unknown, way: readonly string[]): string[] {
  const [name, ...rest] = way
  if (name === undefined) return ['']
  if (Array.isArray(value)) {
    if (name !== '*') return []
    return value.flatMap((item: unknown, index) =>
      pointersTo(item, rest).map((below) => `${pointerTo('', index)}${below}`),
    )
  }
  if (!isObject(value)) return []
  const names = name === '*' ? Object.keys(value) : [name]
  return names.flatMap((each) => {
    if (rest.length > 0 && !Object.hasOwn(value, each)) return []
    return pointersTo(value[each], rest).map((below) => `${pointerTo('', each)}${below}`)
  })
}

/** Spread evenly over the list, at most so many. */
export function spread<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items]
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)] as Item)
}

/** The values of a body that a way leads to. */
export function valuesAt(body: unknown, way: readonly string[]): unknown[] {
  return pointersTo(body, way)
    .map((at) => valueAt(body, at))
    .filter((value) => value !== undefined)
}

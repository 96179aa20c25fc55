import type { Api, JsonObject } from './api.ts'
import { isObject, pointerOfRef, valueAt } from './pointer.ts'

const MAX_DEPTH = 20

/** A schema with what it refers to folded into it: `$ref`, all of `allOf`, and the first alternative that is not null. */
export function shapeOf(api: Pick<Api, 'document'>, schema: unknown, depth = 0): JsonObject {
  if (!isObject(schema) || depth > MAX_DEPTH) return {}
  const { $ref, allOf, oneOf, anyOf, ...own } = schema
  const alternatives = [...listOf(oneOf), ...listOf(anyOf)]
  const parts = [
    ...(typeof $ref === 'string' ? [valueAt(api.document, pointerOfRef($ref) ?? '')] : []),
    ...listOf(allOf),
    ...alternatives.filter((each) => !isObject(each) || each['type'] !== 'null').slice(0, 1),
  ]
  return parts.map((part) => shapeOf(api, part, depth + 1)).reduceRight((rest, part) => folded(part, rest), own)
}

/** The shapes of an object's members, by name. */
export function memberShapes(api: Pick<Api, 'document'>, schema: unknown): Record<string, JsonObject> {
  const { properties } = shapeOf(api, schema)
  if (!isObject(properties)) return {}
  return Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, shapeOf(api, member)]))
}

function folded(one: JsonObject, other: JsonObject): JsonObject {
  const properties = { ...objectOf(one['properties']), ...objectOf(other['properties']) }
  const required = [...new Set([...listOf(one['required']), ...listOf(other['required'])])]
  return {
    ...one,
    ...other,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

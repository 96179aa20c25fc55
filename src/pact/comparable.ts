import type { JsonObject } from '../openapi/api.ts'
import { isObject, pointerOfRef, valueAt } from '../openapi/pointer.ts'

/**
 * The document in the form that the comparator understands: it knows neither `$ref` below a condition nor several
 * conditions in one `allOf`, which it merges into one. Everything means the same afterwards.
 */
export function comparableDocument(root: JsonObject): JsonObject {
  return convert(root, root, { inline: false, depth: 0 }) as JsonObject
}

interface Place {
  /** Whether the comparator looks for references here; where it does not, they are written out. */
  readonly inline: boolean
  readonly depth: number
}

const unvisited = new Set([
  'if',
  'then',
  'else',
  'dependentSchemas',
  'patternProperties',
  'propertyNames',
  'prefixItems',
  'contains',
  'unevaluatedItems',
  'unevaluatedProperties',
])
const MAX_DEPTH = 60

function convert(root: JsonObject, node: unknown, place: Place): unknown {
  if (place.depth > MAX_DEPTH) return {}
  const deeper = { ...place, depth: place.depth + 1 }
  if (Array.isArray(node)) return node.map((entry) => convert(root, entry, deeper))
  if (!isObject(node)) return node
  const target = place.inline && typeof node['$ref'] === 'string' ? pointerOfRef(node['$ref']) : undefined
  if (target !== undefined)
    return convert(root, { ...(valueAt(root, target) as JsonObject), ...without(node, '$ref') }, deeper)
  const copy = Object.fromEntries(
    Object.entries(node).map(([name, value]) => [
      name,
      convert(root, value, { ...deeper, inline: place.inline || unvisited.has(name) }),
    ]),
  )
  return withoutMerging(withoutClosedTuple(copy))
}

/** It does not know `prefixItems`, so that `items: false` beside them would forbid every item. */
function withoutClosedTuple(schema: JsonObject): JsonObject {
  return 'prefixItems' in schema && schema['items'] === false ? without(schema, 'items') : schema
}

/** `allOf: [a, b]` with conditions becomes `not: { anyOf: [{ not: a }, { not: b }] }`, by De Morgan's law. */
function withoutMerging(schema: JsonObject): JsonObject {
  const { allOf } = schema
  const conditions = Array.isArray(allOf) ? allOf.filter((part) => isObject(part) && 'if' in part) : []
  if (!Array.isArray(allOf) || conditions.length === 0 || 'not' in schema) return schema
  const others = allOf.filter((part) => !conditions.includes(part))
  const negated = { not: { anyOf: conditions.map((part) => ({ not: part as unknown })) } }
  return { ...without(schema, 'allOf'), ...(others.length > 0 && { allOf: others }), ...negated }
}

function without(node: JsonObject, member: string): JsonObject {
  return Object.fromEntries(Object.entries(node).filter(([name]) => name !== member))
}

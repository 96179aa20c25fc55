import type { JsonObject } from '../openapi/api.ts'
import { isObject } from '../openapi/pointer.ts'

/**
 * A document by which a part of a value can be validated, as a pact expects one: nothing is required, several alternatives may
 * hold, and of a condition either side will do, since what decides it may not be among the parts.
 */
export function partialDocument(root: JsonObject): JsonObject {
  return partial(root) as JsonObject
}

function partial(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(partial)
  if (!isObject(node)) return node
  const { if: when, then, else: otherwise, not, required, dependentRequired, minProperties, oneOf, ...rest } = node
  void [not, minProperties]
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [name, partial(value)]),
  )
  // Properties may have these names, and then they are schemas.
  if (required !== undefined && !Array.isArray(required)) copy['required'] = partial(required)
  if (isSchema(dependentRequired)) copy['dependentRequired'] = partial(dependentRequired)
  const choices = [
    ...(Array.isArray(oneOf) ? [{ anyOf: partial(oneOf) }] : []),
    ...(when === undefined ? [] : [conditionOf(when, partial(then ?? {}), partial(otherwise ?? {}))]),
  ]
  if (oneOf !== undefined && !Array.isArray(oneOf)) copy['oneOf'] = partial(oneOf)
  if (choices.length > 0) copy['allOf'] = [...(Array.isArray(copy['allOf']) ? copy['allOf'] : []), ...choices]
  return copy
}

/** As written where the value has what decides it; else either side will do. */
function conditionOf(when: unknown, then: unknown, otherwise: unknown): JsonObject {
  const names = isObject(when) && isObject(when['properties']) ? Object.keys(when['properties']) : []
  const decided = { if: when, then, else: otherwise }
  return names.length === 0
    ? decided
    : { anyOf: [decided, { allOf: [{ not: { required: names } }, { anyOf: [then, otherwise] }] }] }
}

function isSchema(value: unknown): boolean {
  return isObject(value) && ('type' in value || '$ref' in value || 'properties' in value)
}

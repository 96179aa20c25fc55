import type { JsonObject, Pointer } from '../openapi/api.ts'
import { isObject, pointerOfRef, pointerTo, valueAt } from '../openapi/pointer.ts'

/** Whether any schema at the pointer, whatever its alternatives and conditions, describes the place of a value. */
export function isKnownPlace(root: JsonObject, schema: Pointer, tokens: readonly string[]): boolean {
  return (
    tokens.reduce<Pointer[]>((places, token) => below(root, places, token), everySchema(root, schema, 0)).length > 0
  )
}

const MAX_DEPTH = 20

/** The schema itself and all that may apply beside it. */
function everySchema(root: JsonObject, pointer: Pointer, depth: number): Pointer[] {
  const schema = valueAt(root, pointer)
  if (schema === true) return [pointer]
  if (!isObject(schema) || depth > MAX_DEPTH) return []
  const target = typeof schema['$ref'] === 'string' ? pointerOfRef(schema['$ref']) : undefined
  const beside = [
    ...['allOf', 'anyOf', 'oneOf'].flatMap((keyword) =>
      Array.isArray(schema[keyword]) ? schema[keyword].map((_, index) => pointerTo(pointer, keyword, index)) : [],
    ),
    ...['then', 'else'].filter((keyword) => keyword in schema).map((keyword) => pointerTo(pointer, keyword)),
    ...(isObject(schema['dependentSchemas'])
      ? Object.keys(schema['dependentSchemas']).map((name) => pointerTo(pointer, 'dependentSchemas', name))
      : []),
    ...(target === undefined ? [] : [target]),
  ]
  return [pointer, ...beside.flatMap((each) => everySchema(root, each, depth + 1))]
}

function below(root: JsonObject, places: readonly Pointer[], token: string): Pointer[] {
  const next = places.flatMap((place) => {
    const schema = valueAt(root, place)
    if (!isObject(schema)) return []
    const patterns = isObject(schema['patternProperties']) ? Object.keys(schema['patternProperties']) : []
    return [
      ...(isObject(schema['properties']) && Object.hasOwn(schema['properties'], token)
        ? [pointerTo(place, 'properties', token)]
        : []),
      ...patterns
        .filter((pattern) => new RegExp(pattern, 'u').test(token))
        .map((pattern) => pointerTo(place, 'patternProperties', pattern)),
      ...(isObject(schema['additionalProperties']) ? [pointerTo(place, 'additionalProperties')] : []),
      ...(Array.isArray(schema['prefixItems']) && Number(token) < schema['prefixItems'].length
        ? [pointerTo(place, 'prefixItems', token)]
        : isObject(schema['items'])
          ? [pointerTo(place, 'items')]
          : []),
    ]
  })
  return next.flatMap((pointer) => everySchema(root, pointer, 0))
}

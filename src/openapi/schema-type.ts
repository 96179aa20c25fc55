import { isObject, valueAt } from './pointer.ts'
import type { JsonObject } from './api.ts'
import { textOf } from './text-of.ts'

/** Names of types by the pointer of the schema that they stand for. */
export type TypeNames = ReadonlyMap<string, string>

/** Turns JSON Schemas of one document into TypeScript types. */
export interface SchemaTypes {
  /** A type expression on one line; `unknown` for what says nothing. */
  typeOf(schema: unknown): string
}

const MAX_DEPTH = 12

export function createSchemaTypes(document: JsonObject, names: TypeNames): SchemaTypes {
  const typeOf = (schema: unknown, depth: number): string => {
    if (schema === false) return 'never'
    if (!isObject(schema) || depth > MAX_DEPTH) return 'unknown'
    const { $ref } = schema
    if (typeof $ref === 'string') return referred($ref, depth)
    const parts = [ownType(schema, depth), ...combined(schema, depth)].filter((part) => part !== 'unknown')
    const type = parts.length === 0 ? 'unknown' : parts.length === 1 ? textOf(parts[0]) : parts.map(grouped).join(' & ')
    return schema['nullable'] === true && type !== 'unknown' ? `${type} | null` : type
  }

  const referred = (ref: string, depth: number): string => {
    const pointer = ref.startsWith('#') ? decodeURIComponent(ref.slice(1)) : undefined
    if (pointer === undefined) return 'unknown'
    return names.get(pointer) ?? typeOf(valueAt(document, pointer), depth + 1)
  }

  const combined = ({ allOf, oneOf, anyOf }: JsonObject, depth: number): string[] => {
    const types = (list: unknown): string[] =>
      Array.isArray(list) ? list.map((each: unknown) => typeOf(each, depth + 1)) : []
    return [...types(allOf), union(types(oneOf)), union(types(anyOf))]
  }

  const ownType = (schema: JsonObject, depth: number): string => {
    if ('const' in schema) return JSON.stringify(schema['const'])
    const values = schema['enum']
    if (Array.isArray(values)) return union(values.map((value: unknown) => JSON.stringify(value)))
    const { type } = schema
    if (Array.isArray(type)) return union(type.map((each: unknown) => ofType(textOf(each), schema, depth)))
    if (typeof type === 'string') return ofType(type, schema, depth)
    return 'properties' in schema || 'required' in schema ? objectType(schema, depth) : 'unknown'
  }

  const ofType = (type: string, schema: JsonObject, depth: number): string => {
    switch (type) {
      case 'string':
      case 'boolean':
      case 'null':
        return type
      case 'integer':
      case 'number':
        return 'number'
      case 'array':
        return `readonly ${grouped(typeOf(schema['items'], depth + 1))}[]`
      case 'object':
        return objectType(schema, depth)
      default:
        return 'unknown'
    }
  }

  const objectType = ({ properties, required, additionalProperties }: JsonObject, depth: number): string => {
    const needed = new Set(Array.isArray(required) ? required : [])
    const known = Object.entries(isObject(properties) ? properties : {})
    const fields = known.map(
      ([name, schema]) =>
        `readonly ${propertyName(name)}${needed.has(name) ? '' : '?'}: ${typeOf(schema, depth + 1)}`,
    )
    const rest = typeOf(additionalProperties, depth + 1)
    if (known.length === 0) return `{ readonly [name: string]: ${rest === 'never' ? 'never' : rest} }`
    return `{ ${fields.join('; ')} }`
  }

  return { typeOf: (schema) => typeOf(schema, 0) }
}

/** `name`, or `'content-type'` where that is no identifier. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
}

export function union(types: readonly string[]): string {
  if (types.includes('unknown')) return 'unknown'
  return [...new Set(types)].join(' | ') || 'unknown'
}

function grouped(type: string): string {
  return /[ |&]/.test(type) && !/^\{[^{}]*\}$/.test(type) ? `(${type})` : type
}

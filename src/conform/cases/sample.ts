import type { JsonObject, Pointer } from '../../openapi/api.ts'
import { isObject, pointerOfRef, pointerTo, valueAt } from '../../openapi/pointer.ts'
import { sampleOf as mendedSample } from '../../openapi/sample.ts'
import type { Schemas } from '../../openapi/walk.ts'

/** A value that is valid by the schema, with its required properties only; `undefined` when none was found. */
export function sampleOf(schemas: Schemas, pointer: Pointer, direction: 'request' | 'answer' = 'request'): unknown {
  const validate = schemas.validate(pointer)
  const value = make(schemas, pointer, 0)
  if (validate(value).length === 0) return value
  // Patterns and lengths are the sampler's business, which mends what it has made until it is valid.
  const options = { name: pointer, validate, direction, properties: 'required' } as const
  const mended = mendedSample(schemas.root, valueAt(schemas.root, pointer), options)
  return mended.errors.length === 0 ? mended.value : undefined
}

/** A value for each format that the kit asserts. */
const formatSamples: Readonly<Record<string, string>> = {
  uuid: '3f1c0c4e-5a0e-4a53-9a44-0d1f7b6f2a10',
  'date-time': '2020-02-29T12:30:45.678Z',
  date: '2020-02-29',
  time: '12:30:45Z',
  'iso-time': '12:30:45Z',
  'iso-date-time': '2020-02-29T12:30:45Z',
  duration: 'P3D',
  email: 'understudy@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/understudy',
  url: 'https://example.com/understudy',
  'uri-reference': '/understudy',
  'uri-template': '/understudy/{id}',
  'json-pointer': '/understudy',
  'relative-json-pointer': '1/understudy',
  'json-pointer-uri-fragment': '#/understudy',
  regex: '^a+$',
  byte: 'dW5kZXJzdHVkeQ==',
}

function make(schemas: Schemas, pointer: Pointer, depth: number): unknown {
  const schema = valueAt(schemas.root, pointer)
  if (!isObject(schema) || depth > 20) return 'understudy'
  const told = toldValue(schema)
  if (told !== undefined) return told
  const ref = typeof schema['$ref'] === 'string' ? pointerOfRef(schema['$ref']) : undefined
  const parts = [
    ...(ref === undefined ? [] : [ref]),
    ...(Array.isArray(schema['allOf']) ? schema['allOf'].map((_, index) => pointerTo(pointer, 'allOf', index)) : []),
    ...['oneOf', 'anyOf'].flatMap((keyword) =>
      Array.isArray(schema[keyword]) ? [pointerTo(pointer, keyword, 0)] : [],
    ),
  ]
  const base = typed(schemas, schema, pointer, depth)
  if (parts.length === 0) return base ?? 'understudy'
  const values = parts.map((part) => make(schemas, part, depth + 1))
  if (base === undefined) return merged(values)
  return merged([...values, base])
}

function toldValue(schema: JsonObject): unknown {
  if ('const' in schema) return schema['const']
  if ('example' in schema) return schema['example']
  for (const keyword of ['examples', 'enum']) {
    const list = schema[keyword]
    if (Array.isArray(list) && list.length > 0) return list[0] as unknown
  }
  return schema['default']
}

function merged(values: readonly unknown[]): unknown {
  const objects = values.filter(isObject)
  return objects.length > 0 ? Object.assign({}, ...objects) : values[0]
}

function typed(schemas: Schemas, schema: JsonObject, pointer: Pointer, depth: number): unknown {
  switch (typeOf(schema)) {
    case 'object':
      return objectSample(schemas, schema, pointer, depth)
    case 'array':
      return arraySample(schemas, schema, pointer, depth)
    case 'string':
      return textSample(schema)
    case 'integer':
    case 'number':
      return numberSample(schema)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return undefined
  }
}

function typeOf(schema: JsonObject): string | undefined {
  const { type } = schema
  if (Array.isArray(type)) return type.find((each) => each !== 'null') as string | undefined
  if (typeof type === 'string') return type
  if ('properties' in schema || 'required' in schema) return 'object'
  return 'items' in schema || 'prefixItems' in schema ? 'array' : undefined
}

function objectSample(schemas: Schemas, schema: JsonObject, pointer: Pointer, depth: number): JsonObject {
  const required = Array.isArray(schema['required']) ? (schema['required'] as string[]) : []
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  return Object.fromEntries(
    required.map((name) => [
      name,
      name in properties ? make(schemas, pointerTo(pointer, 'properties', name), depth + 1) : 'understudy',
    ]),
  )
}

function arraySample(schemas: Schemas, schema: JsonObject, pointer: Pointer, depth: number): unknown[] {
  const fixed = Array.isArray(schema['prefixItems'])
    ? schema['prefixItems'].map((_, index) => make(schemas, pointerTo(pointer, 'prefixItems', index), depth + 1))
    : []
  const wanted = Math.max(Number(schema['minItems'] ?? 1), fixed.length)
  const rest = Array.from({ length: isObject(schema['items']) ? wanted - fixed.length : 0 }, () =>
    make(schemas, pointerTo(pointer, 'items'), depth + 1),
  )
  return [...fixed, ...rest]
}

function textSample(schema: JsonObject): string {
  const format = typeof schema['format'] === 'string' ? formatSamples[schema['format']] : undefined
  const text = format ?? 'understudy'
  const least = Number(schema['minLength'] ?? 0)
  const most = Number(schema['maxLength'] ?? Infinity)
  return format === undefined ? text.padEnd(least, 'x').slice(0, most) : text
}

function numberSample(schema: JsonObject): number {
  const step = Number(schema['multipleOf'] ?? 1)
  if (typeof schema['minimum'] === 'number') return Math.ceil(schema['minimum'] / step) * step
  if (typeof schema['exclusiveMinimum'] === 'number') return (Math.floor(schema['exclusiveMinimum'] / step) + 1) * step
  if (typeof schema['maximum'] === 'number') return Math.floor(schema['maximum'] / step) * step
  return step
}

/**
 * The value with every optional member that its schemas know, each added only if the whole stays valid. Members that the
 * server alone sets (`readOnly`) stay away.
 */
export function richSample(schemas: Schemas, pointer: Pointer, value: unknown): unknown {
  if (!isObject(value)) return makeRich(schemas, pointer, value)
  const known = richSamples.get(value)
  if (known?.pointer === pointer) return known.rich
  const rich = makeRich(schemas, pointer, value)
  richSamples.set(value, { pointer, rich })
  return rich
}

/** Several makers of cases ask for the same one. */
const richSamples = new WeakMap<object, { readonly pointer: Pointer; readonly rich: unknown }>()

function makeRich(schemas: Schemas, pointer: Pointer, value: unknown): unknown {
  const validate = schemas.validate(pointer)
  let rich = value
  for (let round = 0; round < 3; round++) {
    const missing = schemas.applied(pointer, rich).flatMap(({ at, schema, pointer: place }) => {
      const holder = valueAt(rich, at)
      const properties = isObject(schema['properties']) ? schema['properties'] : {}
      if (!isObject(holder)) return []
      return Object.entries(properties)
        .filter(([name, property]) => !(name in holder) && !(isObject(property) && property['readOnly'] === true))
        .map(([name]) => ({ at, name, pointer: pointerTo(place, 'properties', name) }))
    })
    const before = rich
    for (const { at, name, pointer: place } of missing) {
      const holder = valueAt(rich, at)
      if (!isObject(holder) || name in holder) continue
      const extended = insert(rich, at, name, sampleOf(schemas, place))
      if (extended !== undefined && validate(extended).length === 0) rich = extended
    }
    if (rich === before) break
  }
  return rich
}

function insert(value: unknown, at: string, name: string, member: unknown): unknown {
  if (member === undefined) return undefined
  const change = (node: unknown, tokens: readonly string[]): unknown => {
    const [token, ...rest] = tokens
    if (token === undefined) return isObject(node) ? { ...node, [name]: member } : node
    if (Array.isArray(node))
      return node.map((item: unknown, index) => (String(index) === token ? change(item, rest) : item))
    return isObject(node) ? { ...node, [token]: change(node[token], rest) } : node
  }
  return change(
    value,
    at === ''
      ? []
      : at
          .slice(1)
          .split('/')
          .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~')),
  )
}

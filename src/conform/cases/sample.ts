import type { Pointer } from '../../openapi/api.ts'
import { isObject, pointerTo, valueAt } from '../../openapi/pointer.ts'
import { sampleOf as openSample } from '../../openapi/sample.ts'
import type { Schemas } from '../../openapi/walk.ts'

/** A value that is valid by the schema, with its required properties only; `undefined` when none was found. */
export function sampleOf(schemas: Schemas, pointer: Pointer, direction: 'request' | 'answer' = 'request'): unknown {
  const validate = schemas.validate(pointer)
  const { value, errors } = openSample(schemas.root, valueAt(schemas.root, pointer), {
    name: pointer,
    validate,
    direction,
    properties: 'required',
    // Requests about the same thing name the same one, and what a case makes up can be told from what a server had before.
    isPlain: true,
    words: () => 'understudy',
    formats,
  })
  return errors.length === 0 ? value : undefined
}

/** Times that are easily spoiled on the way, and an id that is no zero. */
const formats: Readonly<Record<string, string>> = {
  uuid: '3f1c0c4e-5a0e-4a53-9a44-0d1f7b6f2a10',
  'date-time': '2020-02-29T12:30:45.678Z',
  date: '2020-02-29',
  time: '12:30:45Z',
}

/**
 * The value with every optional property that its schemas know, each added only if the whole stays valid. Members that the
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
        .filter(
          ([name, property]) => !Object.hasOwn(holder, name) && !(isObject(property) && property['readOnly'] === true),
        )
        .map(([name]) => ({ at, name, pointer: pointerTo(place, 'properties', name) }))
    })
    const before = rich
    for (const { at, name, pointer: place } of missing) {
      const holder = valueAt(rich, at)
      if (!isObject(holder) || Object.hasOwn(holder, name)) continue
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

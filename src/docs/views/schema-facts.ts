import type { JsonObject, Pointer } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { isObject, pointerOfRef, pointerTo, valueAt } from '../../openapi/pointer.ts'
import { alternativeLabels, conditionText, forbiddenText } from './schema-labels.ts'
import { describesValues, type Words, wordsFor } from './schema-words.ts'
import { textOf } from '../../openapi/text-of.ts'

/** What a schema says, as a reader needs it: `$ref` and plain `allOf` taken together, each statement with its reason if assumed. */
export interface SchemaFacts {
  /** Every place that takes part, the use first. */
  readonly pointers: readonly Pointer[]
  /** The component's name, where the schema is one. */
  readonly name: string | undefined
  /** Why the schema as a whole is an assumption. */
  readonly reason: string | undefined
  readonly types: readonly Stated<string>[]
  readonly words: readonly Stated<Words>[]
  readonly values: readonly Stated<unknown>[]
  readonly descriptions: readonly string[]
  readonly examples: readonly unknown[]
  readonly members: readonly Member[]
  readonly parts: readonly Part[]
  /** The schema is already being shown further up. */
  readonly recursive: boolean
}

export interface Stated<Value> {
  readonly value: Value
  readonly keyword: string
  readonly reason: string | undefined
}

export interface Member {
  readonly name: string
  readonly required: boolean
  readonly requiredReason: string | undefined
  readonly facts: SchemaFacts
}

/** A schema below another one that is not a property by name: `each item`, `with data`, `when a is present`. */
export interface Part {
  readonly label: string
  readonly keyword: string
  /** The list that it is an entry of, for alternatives. */
  readonly list?: Pointer
  readonly reason: string | undefined
  readonly facts: SchemaFacts
}

/** The facts of the schema that is used at one or several places at once. */
export function schemaFacts(root: JsonObject, uses: readonly Pointer[], trail: readonly Pointer[] = []): SchemaFacts {
  const layers = uses.flatMap((use) => layersAt(root, use, []))
  const places = layers.map(({ pointer }) => pointer)
  const recursive = places.some((place) => trail.includes(place))
  const context: Context = { root, layers, trail: [...trail, ...places] }
  return {
    pointers: [...new Set([...uses, ...places])],
    name: componentName(places),
    reason: wholeReason(root, uses, layers),
    types: typesOf(context),
    words: recursive ? [] : wordsOf(context),
    values: valuesOf(context),
    descriptions: [...new Set(texts(layers, 'description'))],
    examples: layers.flatMap(({ schema }) =>
      Array.isArray(schema['examples']) ? schema['examples'] : 'example' in schema ? [schema['example']] : [],
    ),
    members: recursive ? [] : membersOf(context),
    parts: recursive ? [] : partsOf(context),
    recursive,
  }
}

interface Layer {
  readonly pointer: Pointer
  readonly schema: JsonObject
}

interface Context {
  readonly root: JsonObject
  readonly layers: readonly Layer[]
  /** Places that are being shown, so that a schema which contains itself ends. */
  readonly trail: readonly Pointer[]
}

/** A schema, what its `$ref` leads to, and the entries of its `allOf` that are no conditions. */
function layersAt(root: JsonObject, pointer: Pointer, seen: readonly Pointer[]): Layer[] {
  const source = valueAt(root, pointer)
  if (seen.includes(pointer) || !isObject(source)) return source === false ? [{ pointer, schema: { not: {} } }] : []
  const { $ref, ...schema } = source
  const own = Object.keys(schema).length > 0 || $ref === undefined ? [{ pointer, schema }] : []
  const target = typeof $ref === 'string' ? pointerOfRef($ref) : undefined
  const referred = target === undefined ? [] : layersAt(root, target, [...seen, pointer])
  const entries = Array.isArray(schema['allOf']) ? schema['allOf'] : []
  const merged = entries.flatMap((entry: unknown, index) =>
    isCondition(entry) ? [] : layersAt(root, pointerTo(pointer, 'allOf', index), [...seen, pointer]),
  )
  return [...own, ...referred, ...merged]
}

function isCondition(schema: unknown): boolean {
  return isObject(schema) && 'if' in schema
}

function componentName(places: readonly Pointer[]): string | undefined {
  const names = places.flatMap((place) => /^\/components\/schemas\/([^/]+)$/.exec(place)?.[1] ?? [])
  return names.length === 1 ? names[0] : undefined
}

/** Layers that all are assumed, or the use that is, be it by what is around it. */
function wholeReason(root: JsonObject, uses: readonly Pointer[], layers: readonly Layer[]): string | undefined {
  for (const pointers of [layers.map(({ pointer }) => pointer), uses]) {
    const reasons = pointers.map((pointer) => assumptionAt(root, pointer))
    if (reasons.length > 0 && reasons.every((reason) => reason !== undefined)) return reasons[0]
  }
  return undefined
}

function typesOf({ root, layers }: Context): Stated<string>[] {
  const layer = layers.find(({ schema }) => schema['type'] !== undefined)
  if (layer) {
    const { type } = layer.schema
    const names = Array.isArray(type) ? type.map(textOf) : [textOf(type)]
    return names.map((value) => ({
      value,
      keyword: 'type',
      reason: assumptionAt(root, pointerTo(layer.pointer, 'type', value)),
    }))
  }
  const implied = layers.some(({ schema }) => 'properties' in schema) ? 'object' : undefined
  return implied === undefined ? [] : [{ value: implied, keyword: 'type', reason: undefined }]
}

function wordsOf({ root, layers }: Context): Stated<Words>[] {
  return layers.flatMap(({ schema, pointer }) =>
    Object.entries(schema).flatMap(([keyword, value]) => {
      const words = wordsFor(keyword, value)
      return words ? [{ value: words, keyword, reason: assumptionAt(root, pointerTo(pointer, keyword)) }] : []
    }),
  )
}

function valuesOf({ root, layers }: Context): Stated<unknown>[] {
  return layers.flatMap(({ schema, pointer }) => {
    const list = Array.isArray(schema['enum']) ? schema['enum'] : []
    return list.map((value: unknown) => ({
      value,
      keyword: 'enum',
      reason: assumptionAt(root, pointerTo(pointer, 'enum', textOf(value))),
    }))
  })
}

function texts(layers: readonly Layer[], keyword: string): string[] {
  return layers.flatMap(({ schema }) => {
    const text = schema[keyword]
    return typeof text === 'string' && text !== '' ? [text] : []
  })
}

function membersOf(context: Context): Member[] {
  const { root, layers, trail } = context
  const uses = new Map<string, Pointer[]>()
  for (const { schema, pointer } of layers) {
    for (const name of Object.keys(isObject(schema['properties']) ? schema['properties'] : {})) {
      uses.set(name, [...(uses.get(name) ?? []), pointerTo(pointer, 'properties', name)])
    }
  }
  const required = requirements(context)
  for (const name of required.keys()) if (!uses.has(name)) uses.set(name, [])
  return [...uses].map(([name, pointers]) => ({
    name,
    required: required.has(name),
    requiredReason: required.get(name),
    facts: schemaFacts(root, pointers, trail),
  }))
}

/** Names of required properties; the reason is kept only where no layer requires the property without one. */
function requirements({ root, layers }: Context): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>()
  for (const { schema, pointer } of layers) {
    const names = Array.isArray(schema['required']) ? schema['required'].map(String) : []
    for (const name of names) {
      const reason = assumptionAt(root, pointerTo(pointer, 'required', name))
      if (!found.has(name) || reason === undefined) found.set(name, reason)
    }
  }
  return found
}

const singleParts: Readonly<Record<string, string>> = {
  items: 'each item',
  contains: 'at least one item',
  additionalProperties: 'any other property',
  unevaluatedProperties: 'any other property',
  unevaluatedItems: 'any further item',
  propertyNames: 'each property name',
}

const listedParts: Readonly<Record<string, (index: number) => string>> = {
  prefixItems: (index) => `item ${index + 1}`,
}

const namedParts: Readonly<Record<string, (name: string) => string>> = {
  patternProperties: (pattern) => `each property whose name matches ${pattern}`,
  dependentSchemas: (name) => `when ${name} is present`,
}

function partsOf(context: Context): Part[] {
  return context.layers.flatMap(({ schema, pointer }) =>
    Object.entries(schema).flatMap(([keyword, value]) =>
      keyword === 'if'
        ? conditionParts(context, schema, pointer)
        : partsBehind(context, keyword, value, pointerTo(pointer, keyword), schema),
    ),
  )
}

function partAt({ root, trail }: Context, keyword: string, label: string, at: Pointer): Part {
  return { label, keyword, reason: assumptionAt(root, at), facts: schemaFacts(root, [at], trail) }
}

function partsBehind(
  context: Context,
  keyword: string,
  value: unknown,
  pointer: Pointer,
  schema: JsonObject,
): Part[] {
  const part = (label: string, at: Pointer): Part => partAt(context, keyword, label, at)
  if (Object.hasOwn(singleParts, keyword) && isObject(value)) return [part(singleParts[keyword] ?? keyword, pointer)]
  if (keyword === 'not') return isObject(value) ? [part(forbiddenText(value), pointer)] : []
  if ((keyword === 'oneOf' || keyword === 'anyOf') && Array.isArray(value)) {
    const labels = alternativeLabels(context.root, schema, pointer)
    return labels.map((label, index) => ({ ...part(label, pointerTo(pointer, index)), list: pointer }))
  }
  if (Object.hasOwn(listedParts, keyword) && Array.isArray(value)) {
    return value.map((_, index) => part(listedParts[keyword]?.(index) ?? keyword, pointerTo(pointer, index)))
  }
  if (Object.hasOwn(namedParts, keyword) && isObject(value)) {
    return Object.keys(value).map((name) => part(namedParts[keyword]?.(name) ?? keyword, pointerTo(pointer, name)))
  }
  if (keyword === 'allOf' && Array.isArray(value)) {
    return value.flatMap((entry: unknown, index) =>
      isCondition(entry) ? conditionParts(context, entry as JsonObject, pointerTo(pointer, index)) : [],
    )
  }
  return []
}

/** The two sides of a condition, each with the words for when it counts; the condition itself is in the words. */
function conditionParts(context: Context, condition: JsonObject, pointer: Pointer): Part[] {
  const when = conditionText(context.root, condition['if'])
  return [
    ['then', `when ${when}`] as const,
    ['else', when === 'its condition holds' ? 'otherwise' : `unless ${when}`] as const,
  ].flatMap(([keyword, label]) =>
    isObject(condition[keyword]) ? [partAt(context, keyword, label, pointerTo(pointer, keyword))] : [],
  )
}

/** Whether the schema says nothing beyond its type, so that one word can stand for it. */
export function isPlain({ words, values, descriptions, members, parts }: SchemaFacts): boolean {
  return (
    [values, descriptions, members, parts].every((list) => list.length === 0) &&
    words.every(({ keyword }) => describesValues(keyword))
  )
}

import type { JsonObject } from './api.ts'
import { isObject, pointerTo } from './pointer.ts'
import { numberFor } from './sample-number.ts'
import { foldedShape, type Shape } from './sample-shape.ts'
import { textFor } from './sample-text.ts'
import { addedTo, isHidden, placeOf, type Place, type Plan, randomAt, triesAt } from './sample-plan.ts'

/** Optional properties end here, and everything at the second depth. */
const FULL_DEPTH = 4
const MAX_DEPTH = 12
/** A value of more parts than this gets required properties only. */
const MAX_NODES = 2000
/** No list gets longer, whatever `minItems` says, */
const MAX_ITEMS = 1000
/** or has more characters in it than this before its last item. */
const MAX_CHARACTERS = 1_000_000

/** Stands for a value that would hold itself once more. */
const endless = Symbol('endless')
type Made = unknown

export function makeValue(plan: Plan, schema: unknown, { sent, hint }: Pick<Place, 'sent' | 'hint'>): unknown {
  return finished(make(plan, schema, { at: '', name: '', depth: 0, refs: [], index: 0, sent, hint }))
}

function make(plan: Plan, schema: unknown, place: Place): Made {
  plan.nodes++
  const shape = chosenShape(plan, schema, place)
  if (shape.alternatives > 1) plan.alternatives.set(place.at, shape.alternatives)
  const isTaken = !plan.refused.has(place.at)
  if (place.sent !== undefined && isTaken) return sentValue(plan, shape, place)
  const told = plan.isInvented ? undefined : toldValue(plan, shape.schema, place)
  if (told && isTaken) {
    plan.given.add(place.at)
    return corrected(plan, told.value, shape, place)
  }
  return invented(plan, shape, { ...place, sent: undefined, hint: undefined })
}

function invented(plan: Plan, shape: Shape, place: Place): Made {
  const { enum: listed } = shape.schema
  if ('const' in shape.schema) return shape.schema['const']
  if (Array.isArray(listed) && listed.length > 0) return enumValue(listed, place.index + triesAt(plan, place))
  if (place.refs.some((ref) => shape.refs.includes(ref)) || place.depth > MAX_DEPTH) return endless
  return typed(plan, shape, { ...place, refs: [...place.refs, ...shape.refs] })
}

/** Of several alternatives, the one that what was sent fits best, unless another one is to be tried. */
function chosenShape(plan: Plan, schema: unknown, place: Place): Shape {
  const branch = plan.branches.get(place.at)
  const first = foldedShape(plan.root, schema, branch ?? 0)
  const { sent } = place
  if (branch !== undefined || first.alternatives === 1 || !isObject(sent)) return first
  const shapes = Array.from({ length: first.alternatives }, (_, index) => foldedShape(plan.root, schema, index))
  const scores = shapes.map((each) => fitOf(each.schema, sent))
  const best = scores.indexOf(Math.max(...scores))
  plan.branches.set(place.at, best)
  return shapes[best] as Shape
}

/** How many properties of an object a schema knows; a constant that is another one outweighs them all. */
function fitOf(schema: JsonObject, sent: JsonObject): number {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const points = Object.entries(sent).map(([name, value]): number => {
    const property = properties[name]
    if (!isObject(property)) return 0
    const values = 'const' in property ? [property['const']] : property['enum']
    const isOther = Array.isArray(values) && typeof value !== 'object' && !values.includes(value)
    return isOther || (property['default'] !== undefined && value !== property['default'] && 'discriminator' in schema) ? -100 : 1
  })
  return points.reduce((sum, each) => sum + each, 0)
}

/** What was sent, with what its schema wants beside it. */
function sentValue(plan: Plan, shape: Shape, place: Place): Made {
  const { sent } = place
  const type = typeOf(shape.schema)
  if ((isObject(sent) && type === 'object') || (Array.isArray(sent) && type === 'array'))
    return typed(plan, shape, { ...place, hint: place.hint ?? shape.schema['example'], refs: [...place.refs, ...shape.refs] })
  plan.given.add(place.at)
  return sent
}

/** A constant, an example or a default; a default of nothing tells nobody what a value looks like, but it is the safest to send. */
function toldValue(plan: Plan, schema: JsonObject, { index, hint }: Place): { readonly value: unknown } | undefined {
  if ('const' in schema) return { value: schema['const'] }
  if (hint !== undefined) return { value: hint }
  if (schema['example'] !== undefined) return { value: schema['example'] }
  const { examples, default: standard } = schema
  if (Array.isArray(examples) && examples.length > 0) return { value: examples[index % examples.length] as unknown }
  const isNothing = standard === undefined || (!plan.isPlain && (standard === null || standard === ''))
  return isNothing ? undefined : { value: standard }
}

/** A given object with what it turned out to lack or to have too much. */
function corrected(plan: Plan, value: unknown, { schema, refs }: Shape, place: Place): unknown {
  if (!isObject(value)) return value
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const copy: Record<string, unknown> = { ...value }
  for (const name of Object.keys(properties)) {
    const below = { ...placeOf(place, name), refs: [...place.refs, ...refs], sent: undefined, hint: undefined }
    if (isHidden(plan, properties[name])) delete copy[name]
    else if (plan.added.has(below.at) && !(name in copy)) copy[name] = finished(make(plan, properties[name], below))
  }
  for (const name of Object.keys(copy)) if (plan.dropped.has(pointerTo(place.at, name))) delete copy[name]
  return copy
}

function enumValue(listed: readonly unknown[], index: number): unknown {
  const usual = listed.filter((each) => each !== null && each !== '')
  const values = usual.length > 0 ? usual : listed
  return values[index % values.length]
}

function typed(plan: Plan, shape: Shape, place: Place): Made {
  const { schema } = shape
  switch (typeOf(schema)) {
    case 'object':
      return objectValue(plan, schema, place)
    case 'array':
      return arrayValue(plan, schema, place)
    case 'integer':
      return numberFor(schema, true, place.name, randomAt(plan, place))
    case 'number':
      return numberFor(schema, false, place.name, randomAt(plan, place))
    case 'boolean':
      return !/^(?:is)?(?:deleted|archived|disabled|blocked|hidden|truncated|hasmore|has_more)/i.test(place.name)
    case 'null':
      return null
    default:
      return textFor(schema, {
        name: place.name,
        isItem: place.index > 0 && /\/\d+$/.test(place.at),
        random: randomAt(plan, place),
        words: plan.words,
        formats: plan.formats,
      })
  }
}

function typeOf(schema: JsonObject): unknown {
  const types = [schema['type']].flat()
  const wanted = types.find((each) => each !== 'null') ?? types[0]
  if (wanted !== undefined) return wanted
  if (isObject(schema['properties']) || isObject(schema['additionalProperties'])) return 'object'
  if ('required' in schema || 'minProperties' in schema) return 'object'
  if ('items' in schema || 'prefixItems' in schema) return 'array'
  if ('minimum' in schema || 'maximum' in schema || 'multipleOf' in schema) return 'number'
  if ('pattern' in schema || 'format' in schema || 'minLength' in schema || 'maxLength' in schema) return 'string'
  return 'object'
}

function objectValue(plan: Plan, schema: JsonObject, place: Place): Made {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const required = new Set(Array.isArray(schema['required']) ? (schema['required'] as unknown[]).map(String) : [])
  const sent = isObject(place.sent) ? place.sent : {}
  const value: Record<string, unknown> = {}
  for (const name of new Set([...Object.keys(properties), ...required, ...addedTo(plan, place), ...Object.keys(sent)])) {
    const below = placeOf(place, name)
    const isNeeded = required.has(name) || plan.added.has(below.at) || Object.hasOwn(sent, name)
    if (plan.dropped.has(below.at) || isHidden(plan, properties[name])) continue
    if (!isNeeded && !isWanted(plan, properties[name], place)) continue
    const made = make(plan, properties[name] ?? otherProperty(schema), below)
    if (made === endless && !isNeeded) continue
    set(value, name, made === endless ? ending(plan, properties[name]) : made)
  }
  return withEntries(plan, schema, place, value)
}

/** Whether a property that may be left out is to be there. */
function isWanted(plan: Plan, property: unknown, place: Place): boolean {
  if (plan.sparse.has(place.at) || place.depth >= FULL_DEPTH || plan.nodes >= MAX_NODES) return false
  if (plan.properties !== 'stored') return plan.properties === 'all'
  const { schema } = foldedShape(plan.root, property, 0)
  return schema['readOnly'] === true || (schema['default'] !== undefined && schema['default'] !== null)
}

/** Property names are anybody's: `__proto__` is one like all others. */
function set(value: Record<string, unknown>, name: string, made: unknown): void {
  Object.defineProperty(value, name, { value: made, enumerable: true, configurable: true, writable: true })
}

/** The properties that an object has no names for: one of a map, as many as `minProperties` asks for. */
function withEntries(
  plan: Plan,
  schema: JsonObject,
  place: Place,
  value: Record<string, unknown>,
): JsonObject {
  const isMap = Object.keys(value).length === 0 && isObject(schema['additionalProperties'])
  const isShown = isMap && place.sent === undefined && isWanted(plan, {}, place)
  const wanted = Math.min(Math.max(Number(schema['minProperties'] ?? 0), isShown ? 1 : 0), MAX_ITEMS)
  for (let index = 0; Object.keys(value).length < wanted && index < wanted * 2; index++) {
    const name = entryName(plan, schema, place, index)
    const made = make(plan, otherProperty(schema), { ...placeOf(place, name), name: place.name, index })
    if (made === endless) break
    set(value, name, made)
  }
  return value
}

function entryName(plan: Plan, { propertyNames }: JsonObject, place: Place, index: number): string {
  if (!isObject(propertyNames)) return index === 0 ? 'key' : `key${index + 1}`
  const made = make(plan, propertyNames, { ...place, at: `${place.at}/#${index}`, name: 'key', index })
  return typeof made === 'string' ? made : `key${index + 1}`
}

function otherProperty({ additionalProperties, patternProperties }: JsonObject): unknown {
  if (isObject(additionalProperties)) return additionalProperties
  return isObject(patternProperties) ? Object.values(patternProperties)[0] : { type: 'string' }
}

function arrayValue(plan: Plan, schema: JsonObject, place: Place): Made {
  const { prefixItems, items, contains } = schema
  const first = [...(Array.isArray(prefixItems) ? (prefixItems as unknown[]) : []), ...(isObject(contains) ? [contains] : [])]
  const least = Math.max(Number(schema['minItems'] ?? 0), isObject(contains) ? Number(schema['minContains'] ?? 1) : 0)
  const most = Math.min(Number(schema['maxItems'] ?? Infinity), MAX_ITEMS)
  const sent = Array.isArray(place.sent) ? place.sent.length : undefined
  const count = sent ?? Math.min(Math.max(least, first.length, isObject(items) ? 1 : 0), most)
  const list: unknown[] = []
  let characters = 0
  for (let index = 0; index < count && characters < MAX_CHARACTERS; index++) {
    const made = make(plan, first[index] ?? items ?? {}, {
      ...placeOf(place, String(index)),
      name: singular(place.name),
      index: index + triesAt(plan, place),
    })
    if (made === endless) return least > 0 && place.depth > 0 ? endless : []
    list.push(made)
    characters += charactersIn(made)
  }
  return list
}

function charactersIn(made: Made): number {
  if (typeof made === 'string') return made.length
  if (typeof made !== 'object' || made === null) return 0
  return Object.values(made).reduce<number>((sum, each) => sum + charactersIn(each), 0)
}

/** What stands where a value that must be there would go on for ever: nothing if nothing is allowed. */
function ending(plan: Plan, property: unknown): unknown {
  const { schema } = foldedShape(plan.root, property, 0)
  const types = [schema['type']].flat()
  if (types.includes('null')) return null
  return typeOf(schema) === 'array' ? [] : {}
}

function finished(made: Made): unknown {
  return made === endless ? {} : made
}

function singular(name: string): string {
  return name.replace(/ies$/, 'y').replace(/([^s])s$/, '$1')
}


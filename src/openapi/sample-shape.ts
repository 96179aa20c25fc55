import type { JsonObject } from './api.ts'
import { isObject, pointerOfRef, valueAt } from './pointer.ts'
import { textOf } from './text-of.ts'

/** A schema with everything that applies to one place folded into it. */
export interface Shape {
  readonly schema: JsonObject
  /** The references that were followed for it, outermost first. */
  readonly refs: readonly string[]
  /** How many alternatives the place has, all `oneOf` and `anyOf` together. */
  readonly alternatives: number
}

interface Folding {
  readonly root: JsonObject
  /** Which of the alternatives to take. */
  readonly branch: number
  readonly refs: string[]
  alternatives: number
}

const MAX_DEPTH = 30

/** Folds `$ref`, `allOf` and one alternative of each `oneOf` and `anyOf` into one schema. */
export function foldedShape(root: JsonObject, schema: unknown, branch: number): Shape {
  const folding: Folding = { root, branch, refs: [], alternatives: 1 }
  const folded = fold(folding, schema, 0)
  return { schema: withDiscriminator(folded, folding.refs), refs: folding.refs, alternatives: folding.alternatives }
}

function fold(folding: Folding, schema: unknown, depth: number): JsonObject {
  if (!isObject(schema) || depth > MAX_DEPTH) return {}
  const { $ref, allOf, oneOf, anyOf, ...own } = schema
  const parts = listOf(allOf).map((part) => fold(folding, part, depth + 1))
  if (typeof $ref === 'string') parts.unshift(target(folding, $ref, depth))
  for (const list of [oneOf, anyOf]) {
    const chosen = alternative(folding, listOf(list), isObject(own['discriminator']) ? own['discriminator'] : undefined)
    if (chosen !== undefined) parts.push(fold(folding, chosen, depth + 1))
  }
  return [...parts, own].reduce((one, other) => merged(one, other), {})
}

function target(folding: Folding, ref: string, depth: number): JsonObject {
  // A schema that is a part of itself adds nothing the second time.
  if (folding.refs.includes(ref)) return {}
  folding.refs.push(ref)
  const pointer = pointerOfRef(ref)
  return pointer === undefined ? {} : fold(folding, valueAt(folding.root, pointer), depth + 1)
}

/** Null is the last to be taken; of alternatives that a discriminator maps, those that it names come first. */
function alternative(folding: Folding, list: readonly unknown[], discriminator: JsonObject | undefined): unknown {
  if (list.length === 0) return undefined
  const mapped = new Set(Object.values(objectOf(discriminator?.['mapping'])))
  const rank = (each: unknown): number =>
    isObject(each) && each['type'] === 'null' ? 2 : isObject(each) && mapped.has(each['$ref']) ? 0 : 1
  const ordered = list.toSorted((a, b) => rank(a) - rank(b))
  folding.alternatives = Math.max(folding.alternatives, ordered.length)
  return ordered[folding.branch % ordered.length]
}

/** Gives the property that tells which schema a value follows the value that stands for the one that was taken. */
function withDiscriminator(schema: JsonObject, refs: readonly string[]): JsonObject {
  const { discriminator } = schema
  if (!isObject(discriminator) || typeof discriminator['propertyName'] !== 'string') return schema
  const name = discriminator['propertyName']
  const mapping = Object.entries(objectOf(discriminator['mapping']))
  const names = (ref: unknown): string => textOf(ref).split('/').at(-1) ?? ''
  // The mapping may name a schema by its reference or by its bare name.
  const byMapping = refs.flatMap((ref) => mapping.filter(([, to]) => to === ref || to === names(ref)))[0]?.[0]
  const implied = mapping.length > 0 ? mapping[0]?.[0] : refs.length > 0 ? names(refs[0]) : undefined
  const told = byMapping ?? implied
  const properties = objectOf(schema['properties'])
  const own = objectOf(properties[name])
  if (told === undefined || 'const' in own) return schema
  if (Array.isArray(own['enum']) && !own['enum'].includes(told)) return schema
  const rest = Object.fromEntries(Object.entries(own).filter(([each]) => each !== 'example' && each !== 'examples'))
  return { ...schema, properties: { ...properties, [name]: { ...rest, default: told } } }
}

const lows = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'] as const
const highs = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'] as const

/** Two schemas that both hold for one value. */
function merged(one: JsonObject, other: JsonObject): JsonObject {
  const both: Record<string, unknown> = { ...one, ...other }
  for (const name of lows) combine(both, name, one[name], other[name], Math.min)
  for (const name of highs) combine(both, name, one[name], other[name], Math.max)
  const properties = mergedProperties(objectOf(one['properties']), objectOf(other['properties']))
  if (Object.keys(properties).length > 0) both['properties'] = properties
  const required = [...new Set([...listOf(one['required']), ...listOf(other['required'])])]
  if (required.length > 0) both['required'] = required
  if (Array.isArray(one['enum']) && Array.isArray(other['enum'])) both['enum'] = common(one['enum'], other['enum'])
  if (one['type'] !== undefined && other['type'] !== undefined) both['type'] = commonTypes(one['type'], other['type'])
  if (isObject(one['items']) && isObject(other['items']) && one['items'] !== other['items'])
    both['items'] = { allOf: [one['items'], other['items']] }
  if (isObject(one['example']) && isObject(other['example'])) both['example'] = { ...one['example'], ...other['example'] }
  return both
}

function combine(
  both: Record<string, unknown>,
  name: string,
  one: unknown,
  other: unknown,
  choose: (...bounds: number[]) => number,
): void {
  if (typeof one === 'number' && typeof other === 'number') both[name] = choose(one, other)
}

function mergedProperties(one: JsonObject, other: JsonObject): JsonObject {
  const both: Record<string, unknown> = { ...one }
  for (const [name, schema] of Object.entries(other)) {
    const before = one[name]
    both[name] = before === undefined || before === schema ? schema : { allOf: [before, schema] }
  }
  return both
}

function common(one: readonly unknown[], other: readonly unknown[]): readonly unknown[] {
  const shared = one.filter((value) => other.includes(value))
  return shared.length > 0 ? shared : other
}

function commonTypes(one: unknown, other: unknown): unknown {
  const [a, b] = [[one].flat(), [other].flat()]
  const shared = a.filter((type) => b.includes(type) || (type === 'integer' && b.includes('number')))
  const types = shared.length > 0 ? shared : b
  return types.length === 1 ? types[0] : types
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

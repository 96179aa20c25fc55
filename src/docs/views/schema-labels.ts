import type { JsonObject, Pointer } from '../../openapi/api.ts'
import { isObject, pointerOfRef, valueAt } from '../../openapi/pointer.ts'
import { valueText } from './json-view.ts'
import { textOf } from '../../openapi/text-of.ts'

/**
 * What tells the alternatives of a `oneOf` or `anyOf` apart, in the words of a reader: the value of the discriminator, the
 * alternative's own title or name, the properties that only it requires, or else its type.
 */
export function alternativeLabels(root: JsonObject, schema: JsonObject, list: Pointer): string[] {
  const alternatives = (valueAt(root, list) as readonly unknown[]).map((entry) => resolved(root, entry))
  const chosenBy = discriminatorOf(schema)
  const labels = alternatives.map(({ name, schema: alternative }, index) => {
    const value = chosenBy?.valueFor(name)
    if (chosenBy && value !== undefined) return `when ${chosenBy.property} is ${value}`
    const { title } = alternative
    if (typeof title === 'string' && title !== '') return title
    if (name !== undefined) return name
    const own = ownRequirements(alternatives, index)
    if (own.length > 0) return `with ${own.join(' and ')}`
    const { type } = alternative
    return typeof type === 'string' ? withArticle(type) : `form ${index + 1}`
  })
  return labels.map((label, index) => (labels.indexOf(label) === index ? label : `${label}, form ${index + 1}`))
}

/** The condition of an `if`, as the words behind "when". */
export function conditionText(root: JsonObject, condition: unknown): string {
  const { schema } = resolved(root, condition)
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const required = Array.isArray(schema['required']) ? schema['required'].map(String) : []
  const about = Object.entries(properties).flatMap(([name, value]) => valueCondition(name, value))
  const there = required.filter((name) => !(name in properties)).map((name) => `${name} is present`)
  const negated = isObject(schema['not']) ? [`not (${conditionText(root, schema['not'])})`] : []
  const either = Array.isArray(schema['anyOf'])
    ? [schema['anyOf'].map((each: unknown) => conditionText(root, each)).join(' or ')]
    : []
  const texts = [...there, ...about, ...negated, ...either]
  return texts.length === 0 ? 'its condition holds' : texts.join(' and ')
}

/** What a `not` forbids, where one word can say it. */
export function forbiddenText(schema: unknown): string {
  const required = isObject(schema) && Array.isArray(schema['required']) ? schema['required'].map(String) : []
  return required.length === 0 ? 'but not' : `without ${required.join(' and ')}`
}

interface Resolved {
  readonly name: string | undefined
  readonly schema: JsonObject
}

/** A schema behind its references, with the name of the component that it is. */
function resolved(root: JsonObject, schema: unknown, depth = 0): Resolved {
  if (!isObject(schema)) return { name: undefined, schema: {} }
  const { $ref } = schema
  const target = typeof $ref === 'string' && depth < 8 ? pointerOfRef($ref) : undefined
  if (target === undefined) return { name: undefined, schema }
  const inner = resolved(root, valueAt(root, target), depth + 1)
  return { name: /^\/components\/schemas\/([^/]+)$/.exec(target)?.[1] ?? inner.name, schema: inner.schema }
}

interface Discriminator {
  readonly property: string
  valueFor(name: string | undefined): string | undefined
}

function discriminatorOf({ discriminator }: JsonObject): Discriminator | undefined {
  if (!isObject(discriminator) || typeof discriminator['propertyName'] !== 'string') return undefined
  const mapping = isObject(discriminator['mapping']) ? Object.entries(discriminator['mapping']) : []
  return {
    property: discriminator['propertyName'],
    valueFor: (name) => {
      if (name === undefined) return undefined
      const mapped = mapping.filter(([, target]) => target === name || textOf(target).endsWith(`/schemas/${name}`))
      return mapped.length > 0 ? mapped.map(([value]) => value).join(' or ') : name
    },
  }
}

function ownRequirements(alternatives: readonly Resolved[], index: number): string[] {
  const requiredBy = alternatives.map(({ schema }) =>
    Array.isArray(schema['required']) ? schema['required'].map(String) : [],
  )
  const others = new Set(requiredBy.flatMap((names, each) => (each === index ? [] : names)))
  return (requiredBy[index] ?? []).filter((name) => !others.has(name)).slice(0, 3)
}

function valueCondition(name: string, schema: unknown): string[] {
  if (!isObject(schema)) return []
  if ('const' in schema) return [`${name} is ${valueText(schema['const'])}`]
  if (Array.isArray(schema['enum'])) return [`${name} is ${schema['enum'].map((value) => valueText(value)).join(' or ')}`]
  if (typeof schema['type'] === 'string') return [`${name} is ${withArticle(schema['type'])}`]
  return [`${name} is as described`]
}

function withArticle(type: string): string {
  if (type === 'null') return type
  return `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`
}


import { MatchersV3 as match } from '@pact-foundation/pact'
import type { Api, Pointer } from '../openapi/api.ts'
import { assumptionAt } from '../openapi/assumption.ts'
import { isObject } from '../openapi/pointer.ts'
import { sampleOf } from '../conform/cases/sample.ts'
import type { Schemas } from '../openapi/walk.ts'
import { itemPointers, memberPointers, placesOf, whyAssumed, type Place } from './schema-places.ts'

/** JSON in which matchers stand in place of values. */
export type Template = object | string | number | boolean | null

/** What a contract may rest on: everything in the spec, or only what the vendor's page states. */
export interface Grounds {
  readonly api: Api
  readonly schemas: Schemas
  readonly assumptions: boolean
}

/**
 * Turns an example into a template that asks for exactly what the schemas promise: required properties, types, formats,
 * enumerations. `undefined` where they promise nothing that Pact could check.
 */
export function matcherFor(grounds: Grounds, value: unknown, pointers: readonly Pointer[]): Template | undefined {
  const places = pointers.flatMap((pointer) => placesOf(grounds.api, pointer))
  const constant = keywordOf(grounds, places, 'const')
  if (constant !== undefined) return match.equal(constant as string)
  if (typeof value === 'string') return textMatcher(grounds, value, places)
  switch (typeOf(grounds, places)) {
    case 'object':
      return isObject(value) ? objectMatcher(grounds, value, places) : undefined
    case 'array':
      return Array.isArray(value) ? listMatcher(grounds, value, places) : undefined
    case 'integer':
      return typeof value === 'number' ? match.integer(value) : undefined
    case 'number':
      return typeof value === 'number' ? match.number(value) : undefined
    case 'boolean':
      return typeof value === 'boolean' ? match.boolean(value) : undefined
    case 'null':
      return match.nullValue()
    default:
      return undefined
  }
}

function objectMatcher(
  grounds: Grounds,
  value: { readonly [member: string]: unknown },
  places: readonly Place[],
): Template {
  const members = requiredMembers(grounds, places).flatMap((member): [string, Template][] => {
    const pointers = memberPointers(places, member)
    if (!Object.hasOwn(value, member) || !counts(grounds, pointers)) return []
    const template = matcherFor(grounds, value[member], pointers)
    return template === undefined ? [] : [[member, template]]
  })
  return members.length === 0 ? match.like({}) : Object.fromEntries(members)
}

function listMatcher(grounds: Grounds, value: readonly unknown[], places: readonly Place[]): Template {
  const pointers = itemPointers(places)
  const [pointer] = pointers
  const [first = pointer && sampleOf(grounds.schemas, pointer)] = value
  const template = matcherFor(grounds, first, pointers)
  const min = keywordOf(grounds, places, 'minItems')
  if (template === undefined) return match.like([])
  return typeof min === 'number' && min > 0 ? match.atLeastLike(template, min) : match.atLeastLike(template, 0, 1)
}

function textMatcher(grounds: Grounds, value: string, places: readonly Place[]): Template | undefined {
  const regex = regexOf(grounds, places)
  if (regex !== undefined) return match.regex(regex, value)
  return typeOf(grounds, places) === 'string' ? match.string(value) : undefined
}

/** The regular expression that a text has to match, anchored as the schema has it; `undefined` if there is none. */
export function regexOf(grounds: Grounds, places: readonly Place[]): string | undefined {
  const pattern = keywordOf(grounds, places, 'pattern')
  if (typeof pattern === 'string' && isPortable(pattern)) return wholeText(pattern)
  const options = keywordOf(grounds, places, 'enum')
  if (Array.isArray(options) && options.every((option) => typeof option === 'string')) {
    return `^(${options.map(escapeRegex).join('|')})$`
  }
  const format = keywordOf(grounds, places, 'format')
  return typeof format === 'string' ? formats[format] : undefined
}

function requiredMembers(grounds: Grounds, places: readonly Place[]): string[] {
  const members = places.flatMap((place) => {
    const { required } = place.schema
    if (!Array.isArray(required)) return []
    return (required as string[]).filter(
      (member) => grounds.assumptions || whyAssumed(grounds.api, place, `required/${member}`) === undefined,
    )
  })
  return [...new Set(members)]
}

/** The value of a keyword in the first schema that has it, as far as it may be relied on. */
function keywordOf(grounds: Grounds, places: readonly Place[], keyword: string): unknown {
  const place = places.find(
    (each) =>
      each.schema[keyword] !== undefined &&
      (grounds.assumptions || whyAssumed(grounds.api, each, keyword) === undefined),
  )
  return place?.schema[keyword]
}

function typeOf(grounds: Grounds, places: readonly Place[]): unknown {
  const type = keywordOf(grounds, places, 'type')
  return Array.isArray(type) && type.length === 1 ? type[0] : type
}

function counts(grounds: Grounds, pointers: readonly Pointer[]): boolean {
  return grounds.assumptions || pointers.every((pointer) => assumptionAt(grounds.api.document, pointer) === undefined)
}

/** JSON Schema looks for its pattern anywhere in a text, Pact wants the regular expression to match all of a header. */
function wholeText(pattern: string): string {
  const open = pattern.startsWith('^') ? '' : ANYTHING
  const close = /(^|[^\\])(\\\\)*\$$/.test(pattern) ? '' : ANYTHING
  if (open === '' && close === '') return pattern
  return pattern.includes('|') ? `${ANYTHING}(${pattern})${ANYTHING}` : open + pattern + close
}

const ANYTHING = String.raw`[\s\S]*`

/** Pact's regular expressions know no lookaround and no backreferences. */
function isPortable(pattern: string): boolean {
  return !/\(\?<?[=!]|\\[1-9]|\\k</.test(pattern)
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
}

const formats: Readonly<Record<string, string>> = {
  uuid: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
  'date-time': String.raw`^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$`,
  date: String.raw`^\d{4}-\d{2}-\d{2}$`,
  time: String.raw`^\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$`,
  email: String.raw`^[^@\s]+@[^@\s]+$`,
  uri: '^[A-Za-z][A-Za-z0-9+.-]*:',
}

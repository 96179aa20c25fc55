import type { Pointer } from './api.ts'
import { invalid, refTarget, type SpecDocument } from './document.ts'
import { isObject, pointerTo, valueAt } from './pointer.ts'

type Shape = (value: unknown) => boolean
type Nesting = 'schema' | 'list' | 'map'

const isNumber: Shape = (value) => typeof value === 'number'
const isCount: Shape = (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0
const isString: Shape = (value) => typeof value === 'string'
const isBoolean: Shape = (value) => typeof value === 'boolean'
const isArray: Shape = Array.isArray
const isAnything: Shape = () => true
const isStrings: Shape = (value) => Array.isArray(value) && value.every(isString)
const isSchema: Shape = (value) => isObject(value) || typeof value === 'boolean'

const typeNames = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])
const isType: Shape = (value) =>
  Array.isArray(value) ? value.every((name) => typeNames.has(name as string)) : typeNames.has(value as string)

/** Every keyword of JSON Schema 2020-12 and OpenAPI 3.1 that the kit understands, and the shape of its value. */
export const shapes: Readonly<Record<string, Shape>> = {
  $ref: isString,
  $defs: isObject,
  $comment: isString,
  type: isType,
  const: isAnything,
  enum: isArray,
  multipleOf: isNumber,
  maximum: isNumber,
  exclusiveMaximum: isNumber,
  minimum: isNumber,
  exclusiveMinimum: isNumber,
  maxLength: isCount,
  minLength: isCount,
  pattern: isString,
  maxItems: isCount,
  minItems: isCount,
  uniqueItems: isBoolean,
  maxContains: isCount,
  minContains: isCount,
  maxProperties: isCount,
  minProperties: isCount,
  required: isStrings,
  dependentRequired: isObject,
  format: isString,
  contentEncoding: isString,
  contentMediaType: isString,
  title: isString,
  description: isString,
  default: isAnything,
  deprecated: isBoolean,
  readOnly: isBoolean,
  writeOnly: isBoolean,
  examples: isArray,
  example: isAnything,
  discriminator: isObject,
  externalDocs: isObject,
  xml: isObject,
}

/** The keywords that hold further schemas. */
export const nestings: Readonly<Record<string, Nesting>> = {
  not: 'schema',
  if: 'schema',
  then: 'schema',
  else: 'schema',
  items: 'schema',
  contains: 'schema',
  contentSchema: 'schema',
  additionalProperties: 'schema',
  unevaluatedItems: 'schema',
  unevaluatedProperties: 'schema',
  propertyNames: 'schema',
  allOf: 'list',
  anyOf: 'list',
  oneOf: 'list',
  prefixItems: 'list',
  properties: 'map',
  patternProperties: 'map',
  dependentSchemas: 'map',
  $defs: 'map',
}

export interface KeywordCheck {
  readonly document: SpecDocument
  readonly formats: ReadonlySet<string>
  /** Schemas that are already known to be fine, by pointer; the check adds to it. */
  readonly checked: Set<Pointer>
}

/** Walks a schema and all it refers to. Throws SPEC_INVALID at the first keyword that the kit could not judge truly. */
export function checkSchema(check: KeywordCheck, schema: unknown, pointer: Pointer): void {
  if (check.checked.has(pointer)) return
  check.checked.add(pointer)
  if (typeof schema === 'boolean') return
  if (!isObject(schema)) throw invalid(check.document, pointer, 'must be a schema, an object or a boolean')
  for (const [keyword, value] of Object.entries(schema))
    checkKeyword(check, keyword, value, pointerTo(pointer, keyword))
  if (typeof schema['$ref'] === 'string') {
    const target = refTarget(check.document, pointer, schema['$ref'])
    checkSchema(check, valueAt(check.document.root, target), target)
  }
}

function checkKeyword(check: KeywordCheck, keyword: string, value: unknown, pointer: Pointer): void {
  if (keyword.startsWith('x-')) return
  const shape = shapes[keyword]
  if (!shape && !nestings[keyword]) {
    throw invalid(check.document, pointer, `is a schema keyword that Understudy does not support`)
  }
  if (shape && !shape(value)) throw invalid(check.document, pointer, `has a value of the wrong type`)
  if (keyword === 'pattern') checkPattern(check, value as string, pointer)
  if (keyword === 'format' && !check.formats.has(value as string)) {
    throw invalid(check.document, pointer, `is a format that Understudy cannot check: ${JSON.stringify(value)}`)
  }
  for (const sub of nested(keyword, value, pointer)) {
    if (!isSchema(sub.schema)) throw invalid(check.document, sub.pointer, 'must be a schema, an object or a boolean')
    checkSchema(check, sub.schema, sub.pointer)
  }
}

function nested(keyword: string, value: unknown, pointer: Pointer): { schema: unknown; pointer: Pointer }[] {
  switch (nestings[keyword]) {
    case 'schema':
      return [{ schema: value, pointer }]
    case 'list':
      return Array.isArray(value) ? value.map((schema, index) => ({ schema, pointer: pointerTo(pointer, index) })) : []
    case 'map':
      return isObject(value)
        ? Object.entries(value).map(([name, schema]) => ({ schema, pointer: pointerTo(pointer, name) }))
        : []
    default:
      return []
  }
}

function checkPattern(check: KeywordCheck, pattern: string, pointer: Pointer): void {
  try {
    RegExp(pattern, 'u')
  } catch (error) {
    throw invalid(check.document, pointer, `is not a regular expression: ${(error as Error).message}`)
  }
}

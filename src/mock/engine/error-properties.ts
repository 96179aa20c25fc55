import { STATUS_CODES } from 'node:http'
import type { JsonObject } from '../../openapi/api.ts'
import { isObject } from '../../openapi/pointer.ts'
import { foldedShape } from '../../openapi/sample-shape.ts'
import type { LocatedError, Refusal } from '../handlers/handler.ts'
import { describeError, expectedOf } from './describe-error.ts'

interface Described {
  readonly schema: unknown
  /** What the document's example has here. */
  readonly shown: unknown
}

const MAX_DEPTH = 6

/** An error body: what is known of a refusal in the properties that are named after it, the rest as the example has it. */
export function errorProperties(root: JsonObject, refusal: Refusal, { schema, shown }: Described, depth = 0): unknown {
  const { schema: shape } = foldedShape(root, schema, 0)
  const properties = isObject(shape['properties']) ? shape['properties'] : {}
  const type = [shape['type']].flat().find((each) => each !== 'null')
  if (type === 'string' && !isObject(shape['properties'])) return refusal.message
  if (type === 'array') return listed(root, refusal, shape, depth)
  const example = isObject(shown) ? shown : isObject(shape['example']) ? shape['example'] : {}
  const names = new Set([...Object.keys(properties), ...Object.keys(example)])
  const hasMessage = [...names].some((name) => isMessage.test(name) && !isReason.test(name))
  const required = new Set(Array.isArray(shape['required']) ? (shape['required'] as unknown[]) : [])
  const value: Record<string, unknown> = {}
  for (const name of names) {
    const told = propertyValue(root, refusal, {
      name,
      schema: properties[name] ?? exampleType(example[name]),
      shown: example[name],
      isRequired: required.has(name),
      hasMessage,
      depth: depth + 1,
    })
    if (told !== undefined) value[name] = told
  }
  return value
}

interface Property extends Described {
  readonly name: string
  readonly isRequired: boolean
  /** Whether a sibling takes the message. */
  readonly hasMessage: boolean
  readonly depth: number
}

const isMessage =
  /^(?:detail|details|message|messages|error_?description|error_?message|description|msg|user_?message|reason)$/i
/** A message, unless a sibling is one: then it is a title. */
const isReason = /^reason$/i
const isTitle = /^(?:title|error|status_?text|status|type|reason|name|error_?type|category)$/i
const isCode = /^(?:code|error_?code|key|identifier)$/i
const isPlace = /^(?:pointer|path|field|property|param|parameter|loc|location|source|target|attribute|element)$/i
const isList =
  /^(?:errors?|details|issues|violations|messages|problems|causes|invalid_?params|field_?errors|reasons|faults)$/i

function propertyValue(root: JsonObject, refusal: Refusal, property: Property): unknown {
  const { name, shown, isRequired, depth } = property
  const { schema } = foldedShape(root, property.schema, 0)
  if (depth > MAX_DEPTH) return shown
  if ('const' in schema) return schema['const']
  if (Array.isArray(schema['enum'])) return fittingMember(schema['enum'], refusal, shown)
  const type =
    [schema['type']].flat().find((each) => each !== 'null') ?? (isObject(schema['properties']) ? 'object' : undefined)
  switch (type) {
    case 'string':
      return textValue(refusal, property, schema)
    case 'integer':
    case 'number':
      return numberValue(refusal, property)
    case 'boolean':
      return shown ?? /^(?:error|failed|is_?error)$/i.test(name)
    case 'array':
      return isList.test(name) ? listed(root, refusal, schema, depth) : (shown ?? (isRequired ? [] : undefined))
    case 'object':
      return isRequired || shown !== undefined || isList.test(name) || isMessage.test(name)
        ? errorProperties(root, refusal, { schema, shown }, depth)
        : undefined
    default:
      return shown
  }
}

function textValue(refusal: Refusal, { name, shown, hasMessage }: Property, { format }: JsonObject): unknown {
  const reason = STATUS_CODES[refusal.status] ?? 'Error'
  if (isMessage.test(name) && !isReason.test(name)) return refusal.message
  if (!hasMessage && /^(?:error|title|reason|text)$/i.test(name)) return refusal.message
  if (/^(?:status|status_?code|http_?status)$/i.test(name))
    return typeof shown === 'string' && !/^\d+$/.test(shown) ? shown : statusText(shown, refusal)
  if (isCode.test(name)) return refusal.code ?? shown ?? reason.toUpperCase().replaceAll(/\W+/g, '_')
  if (/^type$/i.test(name) && (format !== undefined || shown === undefined)) return shown ?? 'about:blank'
  if (isPlace.test(name)) return refusal.errors?.[0]?.name ?? shown ?? ''
  return isTitle.test(name) ? (shown ?? reason) : shown
}

function statusText(shown: unknown, { status }: Refusal): string {
  return typeof shown === 'string' ? String(status) : (STATUS_CODES[status] ?? 'Error')
}

function numberValue({ status }: Refusal, { name, shown, isRequired }: Property): unknown {
  if (/^(?:status|status_?code|http_?status|http_?code)$/i.test(name)) return status
  if (shown !== undefined) return shown
  return isRequired || isCode.test(name) ? status : undefined
}

/** One item for each constraint that was broken, or for the refusal as a whole. */
function listed(root: JsonObject, refusal: Refusal, { items }: JsonObject, depth: number): unknown[] {
  const { schema } = foldedShape(root, items, 0)
  const isText = [schema['type']].flat().includes('string') || items === undefined
  const each: readonly (LocatedError | undefined)[] = refusal.errors?.length ? refusal.errors : [undefined]
  return each.map((error) => {
    const message = error ? describeError(error) : refusal.message
    if (isText) return message
    const one: Refusal = { ...refusal, message, errors: error ? [error] : [] }
    const value = errorProperties(root, one, { schema, shown: undefined }, depth + 1)
    return isObject(value) ? withExpected(value, schema, error) : value
  })
}

function withExpected(value: JsonObject, { properties }: JsonObject, error: LocatedError | undefined): JsonObject {
  const expected = error && expectedOf(error)
  return expected !== undefined && isObject(properties) && isObject(properties['expected'])
    ? { ...value, expected }
    : value
}

const synonyms: Readonly<Record<number, RegExp>> = {
  400: /bad.?request|invalid|validation|malformed|param/i,
  401: /unauth|authenticat|credential|token|login/i,
  403: /forbidden|permission|denied|access|unauthorized/i,
  404: /not.?found|missing|unknown|no.?such/i,
  405: /method/i,
  406: /accept/i,
  409: /conflict|exists|duplicate|already/i,
  413: /large|size|limit/i,
  415: /media|content.?type|unsupported/i,
  422: /unprocess|validation|invalid/i,
  429: /rate|limit|throttl|too.?many|quota/i,
  500: /internal|server|unexpected|unknown/i,
  503: /unavailable|overload|maintenance/i,
}

/** The value of an enum that says what happened; else the one of the example, else the first. */
function fittingMember(values: readonly unknown[], { status, code }: Refusal, shown: unknown): unknown {
  if (code !== undefined && values.includes(code)) return code
  if (values.includes(status)) return status
  if (values.includes(String(status))) return String(status)
  const patterns = [synonyms[status], status >= 500 ? synonyms[500] : synonyms[400]]
  const fitting = patterns
    .map((pattern) => values.find((value) => typeof value === 'string' && pattern?.test(value)))
    .find((value) => value !== undefined)
  return fitting ?? (values.includes(shown) ? shown : values[0])
}

/** What an example without a schema implies. */
function exampleType(value: unknown): JsonObject {
  if (Array.isArray(value)) return { type: 'array' }
  return { type: value === null ? 'null' : typeof value }
}

import type { Api, JsonObject, MediaTypeSpec } from '../../openapi/api.ts'
import { decodeText } from '../../openapi/parameter.ts'
import { isObject, valueAt } from '../../openapi/pointer.ts'
import { foldedShape } from '../../openapi/sample-shape.ts'
import { located, type LocatedError, type UploadedFile } from '../handlers/handler.ts'
import type { FormPayload } from './read-file.ts'

type Fields = Readonly<Record<string, unknown>>

/** A form's value by its schema, and what its parts break that no schema can say. */
interface FormValue {
  readonly value: unknown
  readonly errors: readonly LocatedError[]
}

/**
 * The fields of `application/x-www-form-urlencoded`, each as its schema wants it: a list is a field that comes several times
 * (or its items joined, where `encoding` says so), an object its `name[property]`s, its JSON, or fields of its own.
 */
export function formValue(api: Api, media: MediaTypeSpec | undefined, text: string): unknown {
  const fields = new Map<string, unknown[]>()
  for (const [name, value] of new URLSearchParams(text)) fields.set(name, [...(fields.get(name) ?? []), value])
  const sent = Object.fromEntries([...fields].map(([name, values]) => [name, values.length > 1 ? values : values[0]]))
  return typedFields(api, media, nested(sent))
}

/**
 * The parts of `multipart/form-data`: fields as above, JSON parts as their values, files as a text that stands for them
 * (what they say where their property is none).
 */
export function multipartValue(
  api: Api,
  media: MediaTypeSpec | undefined,
  { fields, files, texts }: FormPayload,
): FormValue {
  // Our own APIs look at files in their rules; elsewhere a required part has to be seen by the schema.
  if (api.strict) return { value: fields, errors: [] }
  const uploaded = new Map<string, string[]>()
  for (const file of files) {
    const { field, name } = file
    const said = isFile(api.document, propertyOf(api, media, field)) ? undefined : texts.get(file)
    uploaded.set(field, [...(uploaded.get(field) ?? []), said ?? (name || 'file')])
  }
  const parts = Object.fromEntries([...uploaded].map(([field, names]) => [field, names.length > 1 ? names : names[0]]))
  return { value: typedFields(api, media, { ...nested(fields), ...parts }), errors: wrongTypes(api, media, files) }
}

/** What a form declares of a property; `undefined` where it declares none. */
function propertyOf(api: Api, media: MediaTypeSpec | undefined, name: string): unknown {
  const { schema } = foldedShape(api.document, media?.schema, 0)
  const { properties } = schema
  return isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined
}

/** Whether a property holds bytes: it says so, or nothing at all (OpenAPI 3.1, 4.8.14.2). */
function isFile(root: JsonObject, declared: unknown): boolean {
  const { schema } = foldedShape(root, declared, 0)
  const { type, format, items, properties } = schema
  if ([type].flat().includes('array')) return isFile(root, items)
  if (typeof format === 'string') return format === 'binary' || format === 'byte'
  const isEncoded = ['contentEncoding', 'contentMediaType'].some((keyword) => keyword in schema)
  return isEncoded || (type === undefined && !isObject(properties) && !('enum' in schema))
}

/** `a[b]=1` and `a[0][c]=2` as objects and lists; names without brackets stay as they are. */
function nested(fields: Fields): Fields {
  const result: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    const [, first = name, rest = ''] = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(name) ?? []
    const tokens = [...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, token]) => token as string)
    define(result, first, tokens.length === 0 ? value : inserted(result[first], tokens, value))
  }
  return result
}

function inserted(holder: unknown, [token = '', ...rest]: readonly string[], value: unknown): unknown {
  if (token === '' || /^\d{1,4}$/.test(token)) {
    const list = Array.isArray(holder) ? [...(holder as unknown[])] : []
    if (token === '' && rest.length === 0) return [...list, ...[value].flat()]
    const index = token === '' ? list.length : Math.min(Number(token), list.length)
    list[index] = rest.length === 0 ? value : inserted(list[index], rest, value)
    return list
  }
  const copy: Record<string, unknown> = isObject(holder) ? { ...holder } : {}
  define(copy, token, rest.length === 0 ? value : inserted(copy[token], rest, value))
  return copy
}

function define(holder: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true })
}

function typedFields(api: Api, media: MediaTypeSpec | undefined, fields: Fields): unknown {
  const { schema } = foldedShape(api.document, media?.schema, 0)
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const other = isObject(schema['additionalProperties']) ? schema['additionalProperties'] : {}
  const encoding = encodingOf(api, media)
  const entries = Object.entries(fields).map(([name, value]) => {
    const rule = isObject(encoding[name]) ? encoding[name] : {}
    const split = typeof value === 'string' && rule['explode'] === false ? value.split(delimiterOf(rule)) : value
    return [name, typed(api.document, properties[name] ?? other, split, 0)] as const
  })
  return Object.fromEntries(entries)
}

function encodingOf(api: Api, media: MediaTypeSpec | undefined): JsonObject {
  const declared = media && valueAt(api.document, media.pointer)
  return isObject(declared) && isObject(declared['encoding']) ? declared['encoding'] : {}
}

function delimiterOf({ style }: JsonObject): string {
  return style === 'spaceDelimited' ? ' ' : style === 'pipeDelimited' ? '|' : ','
}

const MAX_DEPTH = 20

/** Text in the type that a schema wants; text that is none of it stays, and breaks the schema then. */
function typed(root: JsonObject, declared: unknown, value: unknown, depth: number): unknown {
  const { schema } = foldedShape(root, declared, 0)
  const types = [schema['type']].flat().map(String)
  if (depth > MAX_DEPTH) return value
  if (types.includes('array')) {
    const list = typeof value === 'string' ? (parsed(value, '[') ?? [value]) : value
    return [list].flat().map((item) => typed(root, schema['items'], item, depth + 1))
  }
  const isOfObject = types.includes('object') || isObject(schema['properties'])
  if (isOfObject) {
    const whole = typeof value === 'string' ? (parsed(value, '{') ?? value) : value
    if (!isObject(whole)) return whole
    const properties = isObject(schema['properties']) ? schema['properties'] : {}
    const other = isObject(schema['additionalProperties']) ? schema['additionalProperties'] : {}
    return Object.fromEntries(
      Object.entries(whole).map(([name, each]) => [name, typed(root, properties[name] ?? other, each, depth + 1)]),
    )
  }
  if (Array.isArray(value)) return value.map((item) => typed(root, declared, item, depth + 1))
  return typeof value === 'string'
    ? decodeText(value, { own: typesOf(schema), items: [], rest: undefined, members: {} })
    : value
}

/** The types of a schema; those of its enum where it names none. */
function typesOf({ type, enum: listed, const: fixed }: JsonObject): string[] {
  if (type !== undefined) return [type].flat().map(String)
  const values = Array.isArray(listed) ? (listed as unknown[]) : fixed === undefined ? [] : [fixed]
  return [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))]
}

function parsed(text: string, start: string): unknown {
  if (!text.trimStart().startsWith(start)) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Files of another type than `encoding` declares for their part (OpenAPI 3.1, 4.8.15). */
function wrongTypes(api: Api, media: MediaTypeSpec | undefined, files: readonly UploadedFile[]): LocatedError[] {
  const encoding = encodingOf(api, media)
  return files.flatMap(({ field, mediaType }) => {
    const rule = encoding[field]
    const declared = isObject(rule) && typeof rule['contentType'] === 'string' ? rule['contentType'] : ''
    const types = declared.split(',').map((type) => type.trim().toLowerCase())
    const isFitting = declared === '' || types.some((type) => isOf(mediaType.toLowerCase(), type))
    if (isFitting) return []
    const pointer = `${media?.pointer ?? ''}/encoding/${field}/contentType`
    const message = `must be ${types.join(' or ')}, not ${mediaType}`
    return [
      located(
        { at: `/${field}`, keyword: 'contentType', pointer, message, params: { format: declared } },
        'body',
        `/${field}`,
      ),
    ]
  })
}

function isOf(mediaType: string, range: string): boolean {
  return range === '*/*' || mediaType === range || (range.endsWith('/*') && mediaType.startsWith(range.slice(0, -1)))
}

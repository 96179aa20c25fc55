import type { ExampleSpec } from './example-spec.ts'
import type { JsonObject, Pointer } from './json.ts'
import type { Validator } from './validator.ts'
import { isJson } from './media-type.ts'
import { isObject } from './pointer.ts'
import { bareText, itemsOf, pairsOf } from './styled-text.ts'

/** The styles of OpenAPI 3.2 (4.12.2), and the tabs that 2.0 knew. */
const styles = ['simple', 'label', 'matrix', 'form', 'cookie', 'deepObject', 'spaceDelimited', 'pipeDelimited', 'tabDelimited'] as const
export type ParameterStyle = (typeof styles)[number]

export function isStyle(style: string): style is ParameterStyle {
  return styles.includes(style as ParameterStyle)
}

/** One parameter of an operation (OpenAPI 3.1, section 4.8.12), with what decoding it needs. */
export interface Parameter {
  readonly name: string
  /** `querystring` is the whole query as one value (3.2). */
  readonly in: 'path' | 'query' | 'header' | 'cookie' | 'querystring'
  readonly required: boolean
  /** A header that servers may also take the value from; then this one is not missing. Lower case. */
  readonly substitute?: string
  readonly description: string
  readonly style: ParameterStyle
  readonly explode: boolean
  readonly pointer: Pointer
  /** The media type in which the value is written, where it has one in place of a style. */
  readonly mediaType?: string
  readonly schema: JsonObject
  /** The types of the value, of its items and of its properties, as far as decoding text needs them. */
  readonly types: TextTypes
  readonly validate: Validator
  readonly examples: Readonly<Record<string, ExampleSpec>>
  readonly inferred?: string
}

export interface TextTypes {
  readonly own: readonly string[]
  readonly items: readonly TextTypes[]
  readonly rest: TextTypes | undefined
  readonly members: Readonly<Record<string, TextTypes>>
}

/** A parameter's value was sent in a form that its style does not have. */
interface MalformedParameter {
  readonly keyword: 'duplicate'
  readonly message: string
}

export type Decoded = { readonly value: unknown } | { readonly malformed: MalformedParameter } | undefined

/** Splits a query into percent-decoded pairs; text that is not percent-encoded UTF-8 stays as it was sent. */
export function parseQuery(query: string): [string, string][] {
  if (query === '') return []
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=')
      return equals < 0
        ? [decodeComponent(part), '']
        : [decodeComponent(part.slice(0, equals)), decodeComponent(part.slice(equals + 1))]
    })
}

/** The value of a query parameter among all pairs of the query, `undefined` when it was not sent. */
export function decodeQuery(parameter: Parameter, pairs: readonly (readonly [string, string])[]): Decoded {
  if (parameter.in === 'querystring') return pairs.length === 0 ? undefined : { value: wholeQuery(parameter, pairs) }
  if (parameter.style === 'deepObject') return decodeDeepObject(parameter, pairs)
  if (isExplodedObject(parameter)) {
    const own = pairs.filter(([name]) => Object.hasOwn(parameter.types.members, name))
    return own.length === 0 ? undefined : { value: objectOf(parameter, own) }
  }
  const texts = pairs.filter(([name]) => name === parameter.name).map(([, text]) => text)
  const [first] = texts
  if (first === undefined) return undefined
  if (isList(parameter.types)) return { value: decodeItems(parameter, splitItems(parameter, texts)) }
  if (texts.length > 1) return { malformed: duplicate(parameter.name) }
  return { value: decodeSimple({ ...parameter, style: 'simple' }, first) }
}

/** JSON has no pairs, though it may have a `=` that was not percent-encoded. */
function wholeQuery(parameter: Parameter, pairs: readonly (readonly [string, string])[]): unknown {
  const { mediaType = '' } = parameter
  if (!isJson(mediaType)) return objectOf(parameter, pairs)
  return decodeContent(mediaType, pairs.map(([name, text]) => (text === '' ? name : `${name}=${text}`)).join('&'))
}

/** Decodes the text of a path segment or a header. */
export function decodeSimple(parameter: Parameter, text: string): unknown {
  if (parameter.mediaType !== undefined) return decodeContent(parameter.mediaType, text)
  if (isList(parameter.types)) return decodeItems(parameter, itemsOf(parameter, text))
  if (hasMembers(parameter)) return objectOf(parameter, pairsOf(parameter, text))
  return decodeText(bareText(parameter, text), parameter.types)
}

/** Text that is not the JSON that it should be stays text, and then breaks the schema. */
function decodeContent(mediaType: string, text: string): unknown {
  if (!isJson(mediaType)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function hasMembers({ types }: Parameter): boolean {
  return types.own.includes('object') && Object.keys(types.members).length > 0
}

/** The properties of such an object are parameters of their own (OpenAPI 3.1, 4.8.12.6). */
function isExplodedObject(parameter: Parameter): boolean {
  return parameter.style === 'form' && parameter.explode && parameter.mediaType === undefined && hasMembers(parameter)
}

function objectOf(parameter: Parameter, pairs: readonly (readonly [string, string])[]): JsonObject {
  return Object.fromEntries(pairs.map(([name, text]) => [name, decodeText(text, memberTypes(parameter, name))]))
}

/** The pairs that carry a value in a query, not yet percent-encoded. */
export function encodeQuery(parameter: Parameter, value: unknown): [string, string][] {
  if (parameter.style === 'deepObject' && isObject(value)) {
    return Object.entries(value).map(([member, entry]) => [`${parameter.name}[${member}]`, encodeText(entry)])
  }
  if (isObject(value) && parameter.mediaType === undefined) {
    const entries = Object.entries(value).map(([name, entry]): [string, string] => [name, encodeText(entry)])
    if (isExplodedObject(parameter) || parameter.in === 'querystring') return entries
    if (hasMembers(parameter)) return [[parameter.name, entries.flat().join(',')]]
  }
  if (!Array.isArray(value)) return [[parameter.name, encodeText(value)]]
  if (parameter.explode) return value.map((item) => [parameter.name, encodeText(item)])
  return [[parameter.name, value.map(encodeText).join(delimiters[parameter.style])]]
}

/** The text of a value in a path segment or a header (style `simple`), not yet percent-encoded. */
export function encodeSimple(value: unknown): string {
  return Array.isArray(value) ? value.map(encodeText).join(',') : encodeText(value)
}

const delimiters: Readonly<Record<ParameterStyle, string>> = {
  simple: ',',
  label: ',',
  matrix: ',',
  cookie: ',',
  tabDelimited: '\t',
  form: ',',
  deepObject: ',',
  spaceDelimited: ' ',
  pipeDelimited: '|',
}

function decodeDeepObject(parameter: Parameter, pairs: readonly (readonly [string, string])[]): Decoded {
  const prefix = `${parameter.name}[`
  const members = new Map<string, unknown>()
  for (const [name, text] of pairs) {
    const bare = name === parameter.name
    if (!bare && !(name.startsWith(prefix) && name.endsWith(']'))) continue
    if (bare) return { value: text }
    const member = name.slice(prefix.length, -1)
    if (members.has(member)) return { malformed: duplicate(name) }
    members.set(member, decodeText(text, memberTypes(parameter, member)))
  }
  return members.size > 0 ? { value: Object.fromEntries(members) } : undefined
}

/** Own properties only: a query may well ask for `__proto__`. */
function memberTypes({ types }: Parameter, member: string): TextTypes {
  return (Object.hasOwn(types.members, member) ? types.members[member] : undefined) ?? anything
}

function splitItems(parameter: Parameter, texts: readonly string[]): readonly string[] {
  return parameter.explode ? texts : texts.flatMap((text) => text.split(delimiters[parameter.style]))
}

function decodeItems(parameter: Parameter, texts: readonly string[]): unknown[] {
  return texts.map((text, index) => decodeText(text, parameter.types.items[index] ?? parameter.types.rest ?? anything))
}

const anything: TextTypes = { own: [], items: [], rest: undefined, members: {} }

function isList(types: TextTypes): boolean {
  return types.own.includes('array')
}

/** RFC 8259's number grammar; anything else stays text and then breaks the schema's `type`. */
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** In a query `1e1` is no notation of 10 that a client could mean, or a server should guess. */
const wholeNumber = /^-?(?:0|[1-9]\d*)$/

/** A text as the first of the wanted types that it can be read as; otherwise it stays text. */
export function decodeText(text: string, types: TextTypes): unknown {
  for (const type of types.own) {
    if (type === 'integer' && wholeNumber.test(text)) return Number(text)
    if (type === 'number' && jsonNumber.test(text)) return Number(text)
    if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
    if (type === 'null' && text === '') return null
  }
  return text
}

function encodeText(value: unknown): string {
  if (value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function duplicate(name: string): MalformedParameter {
  return { keyword: 'duplicate', message: `must be given once, but ${name} was sent more than once` }
}

function decodeComponent(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}

import { variablesIn } from '../../openapi/extensions.ts'
import { isObject } from '../../openapi/pointer.ts'
import type { MediaTypeSpec, Operation } from '../../openapi/api.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import { FORM, isJson } from '../../openapi/media-type.ts'
import { encodeQuery, encodeSimple, type Parameter } from '../../openapi/parameter.ts'
import type { OutgoingRequest } from '../transport/transport.ts'
import type { Context } from '../context.ts'
import { allowsExample } from './allows-example.ts'
import { inventedCredential, isSendable } from './invented-credential.ts'
import { sampleOf } from './sample.ts'
import { isSuccess, type Scenario } from '../../openapi/scenario.ts'

/** A request before it is written down: values still have their types, so that one of them can be changed. */
export interface Draft {
  readonly operation: Operation
  readonly method: string
  /** A path prefix of the API's `servers`, `''` for the root. */
  readonly base: string
  /** Values of path, query and header parameters by `in:name`. */
  readonly values: Readonly<Record<string, unknown>>
  /** Query pairs beyond the declared parameters, or in place of a badly formed one. */
  readonly extraQuery: readonly (readonly [string, string])[]
  readonly body: DraftBody
  readonly contentType: string | undefined
  /** By lower-case name; set last, so they win over everything else. `null` removes one. */
  readonly headers: Readonly<Record<string, string | null>>
  /** Headers that prove who sends it. */
  readonly credential: Readonly<Record<string, string>>
  /** Whether nobody said which thing the path is to name, so that the server need not know it. */
  readonly guessed: boolean
}

type DraftBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'raw'; readonly data: string | Uint8Array }

/** What a scenario sends, or the reason why this target can't be sent it. */
export function draftOf(
  context: Context,
  operation: Operation,
  scenario: Scenario,
): Draft | { readonly missing: string } {
  const credential = credentialOf(context, operation, scenario.credential)
  if (credential === undefined)
    return { missing: `the target has no credential ${JSON.stringify(scenario.credential)}` }
  if (!isSendable(context, operation, scenario))
    return { missing: 'nobody knows its credentials, and two of them stand in one header' }
  const removed = Object.entries(scenario.parameters).filter(([, value]) => value === null)
  const { body, contentType } = bodyOf(context, operation, scenario)
  if (body.kind === 'none' && operation.requestBody?.required === true && isSuccess(scenario.status))
    return { missing: 'nobody can write the body without an example of it' }
  // A header that the operation declares, such as a tenant's name, is a parameter even if the credential brings its value.
  const declared = operation.parameters.filter(({ name, in: place }) => place === 'header' && name in credential)
  const brought = declared.filter(
    ({ name }) => !Object.keys(scenario.parameters).some((written) => written.toLowerCase() === name),
  )
  const values = valuesOf(context, operation, scenario)
  const unwritten = operation.parameters.find((parameter) => isUnwritten(parameter, values[keyOf(parameter)]))
  if (unwritten) return { missing: `nobody can write the path parameter ${unwritten.name} of this style` }
  return {
    operation,
    method: operation.method,
    base: prefixOf(context),
    values: {
      ...values,
      ...Object.fromEntries(brought.map((parameter) => [keyOf(parameter), credential[parameter.name]])),
    },
    extraQuery: keysInQuery(context, operation),
    body,
    contentType,
    headers: Object.fromEntries(removed.map(([name]) => [name.toLowerCase(), null])),
    credential: Object.fromEntries(
      Object.entries(credential).filter(([name]) => !declared.some((parameter) => parameter.name === name)),
    ),
    guessed: operation.parameters.some((parameter) => isGuessed(context, operation, parameter, scenario)),
  }
}

/**
 * What stands between the base URL of the target and the paths of the document: the path of `servers`, unless the API is
 * served without one too, or the base URL has a path of its own.
 */
export function prefixOf({ api, target }: Pick<Context, 'api' | 'target'>): string {
  if (api.bases.includes('') || new URL(target.baseUrl).pathname !== '/') return ''
  return api.bases[0] ?? ''
}

function isUnwritten(parameter: Parameter, value: unknown): boolean {
  return parameter.in === 'path' && (parameter.style !== 'simple' || isObject(value))
}

/** Writes a draft down as it goes over the wire. */
export function requestOf(draft: Draft): OutgoingRequest {
  const { operation, values } = draft
  const path = operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(encodeSimple(values[`path:${name}`] ?? '')),
  )
  const pairs = operation.parameters
    .filter((parameter) => parameter.in === 'query' && values[keyOf(parameter)] !== undefined)
    .flatMap((parameter) => encodeQuery(parameter, values[keyOf(parameter)]))
  // A path may be one of several that differ in their query only.
  const conditions = (operation.query ?? []).flatMap(({ name, value }): [string, string][] =>
    value === undefined || pairs.some(([each]) => each === name) ? [] : [[name, value]],
  )
  const query = [...conditions, ...pairs, ...draft.extraQuery]
    .map(([name, value]) => `${encodeQueryText(name)}=${encodeQueryText(value)}`)
    .join('&')
  const body = bytesOf(draft)
  return {
    method: draft.method,
    path: `${draft.base}${path}${query === '' ? '' : `?${query}`}`,
    headers: headersOf(draft),
    ...(body !== undefined && { body }),
  }
}

export function keyOf(parameter: Parameter): string {
  return `${parameter.in}:${parameter.name}`
}

/** The body as it goes over the wire; `undefined` for none. A value is JSON unless its type says that it is a form. */
export function bytesOf({ body, contentType }: Draft): string | Uint8Array | undefined {
  if (body.kind === 'none') return undefined
  if (body.kind === 'raw') return body.data
  return isForm(contentType) && isObject(body.value) ? formText(body.value) : JSON.stringify(body.value)
}

/** Whether a body of this type is a form of names and values. */
export function isForm(contentType: string | undefined): boolean {
  return contentType?.toLowerCase().replace(/\s*;.*/, '') === FORM
}

/** The media type that the draft's body is validated by. */
export function mediaOf(draft: Draft): MediaTypeSpec | undefined {
  const name = (draft.contentType ?? '').toLowerCase().replace(/\s*;.*/, '')
  return draft.operation.requestBody?.content[name]
}

/** The headers of a credential by its id; the first one by default, none for `null`, `undefined` if the target lacks it. */
function credentialOf(
  context: Context,
  operation: Operation,
  id: string | null | undefined,
): Readonly<Record<string, string>> | undefined {
  const { credentials } = context.target
  if (id === null) return {}
  if (id === undefined) return Object.values(credentials)[0] ?? inventedCredential(context.api, operation)
  return credentials[id]
}

/** A key that goes into the query is none of the headers that a target file or the fixtures give. */
function keysInQuery({ api, target }: Context, { security }: Operation): [string, string][] {
  if (Object.keys(target.credentials).length > 0) return []
  const schemes = (security[0] ?? []).map((name) => api.securitySchemes[name])
  return schemes.flatMap((scheme) =>
    scheme?.kind === 'apiKey' && scheme.in === 'query' ? [[scheme.name, 'understudy']] : [],
  )
}

/** Puts the target's values in the places of the spec's variables, as far down as they stand. */
function withVariables(context: Context, value: unknown): unknown {
  const { variables } = context.target
  if (Object.keys(variables).length === 0) return value
  const replacements = variablesIn(context.api.document)
    .filter(({ name }) => name in variables)
    .map(({ name, value: from }) => [from, variables[name]] as const)
  const replace = (node: unknown): unknown => {
    const found = replacements.find(([from]) => from === node)
    if (found) return found[1]
    if (Array.isArray(node)) return node.map(replace)
    return isObject(node)
      ? Object.fromEntries(Object.entries(node).map(([name, entry]) => [name, replace(entry)]))
      : node
  }
  return replace(value)
}

function valuesOf(context: Context, operation: Operation, scenario: Scenario): Record<string, unknown> {
  const entries = operation.parameters.map(
    (parameter) => [keyOf(parameter), valueOf(context, operation, parameter, scenario)] as const,
  )
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null))
}

function valueOf(context: Context, operation: Operation, parameter: Parameter, scenario: Scenario): unknown {
  const written = Object.entries(scenario.parameters).find(([name]) =>
    parameter.in === 'header' ? name.toLowerCase() === parameter.name : name === parameter.name,
  )
  if (written) return withVariables(context, written[1])
  const isUsable = ({ value }: { readonly value: unknown }): boolean =>
    context.api.strict || allowsExample(parameter, value)
  const named = parameter.examples[scenario.example ?? ''] ?? parameter.examples['documented']
  if (named && isUsable(named)) return withVariables(context, named.value)
  if (!parameter.required) return undefined
  const first = Object.values(parameter.examples).find(isUsable)
  return withVariables(
    context,
    first
      ? first.value
      : (seededId(context, operation, parameter) ?? sampleOf(context.schemas, pointerTo(parameter.pointer, 'schema'))),
  )
}

/**
 * `/pets/{petId}` names a row of the collection `pets`, as far as the seed has one, and `/owners/{ownerId}/pets/{petId}` the
 * owner that the row names.
 */
function seededId(context: Context, operation: Operation, parameter: Parameter): unknown {
  if (parameter.in !== 'path') return undefined
  const [, last = ''] = /\/([^/{}]+)(?:\/\{[^/{}]+\})?$/.exec(operation.path) ?? []
  const owner = operation.path.includes(`{${parameter.name}}/`)
    ? context.seed.rows[last]?.[0]?.[parameter.name]
    : undefined
  if (owner !== undefined) return owner
  const [before = ''] = operation.path.split(`/{${parameter.name}}`)
  const collection = before.split('/').at(-1) ?? ''
  return context.seed.rows[collection]?.[0]?.[context.api.collections[collection]?.key ?? 'id']
}

function isGuessed(context: Context, operation: Operation, parameter: Parameter, scenario: Scenario): boolean {
  if (parameter.in !== 'path' || parameter.name in scenario.parameters || Object.keys(parameter.examples).length > 0)
    return false
  if (['const', 'enum', 'example', 'examples', 'default'].some((keyword) => keyword in parameter.schema)) return false
  return seededId(context, operation, parameter) === undefined
}

function bodyOf(
  context: Context,
  operation: Operation,
  scenario: Scenario,
): { body: DraftBody; contentType: string | undefined } {
  // What a body of a GET or HEAD means nobody has defined (RFC 9110, section 9.3.1).
  if (operation.method === 'GET' || operation.method === 'HEAD')
    return { body: { kind: 'none' }, contentType: undefined }
  const content = operation.requestBody?.content ?? {}
  const [first] = Object.keys(content)
  if (scenario.rawBody !== undefined) {
    return { body: { kind: 'raw', data: scenario.rawBody }, contentType: scenario.contentType ?? first }
  }
  if (scenario.body !== undefined) {
    return {
      body: { kind: 'json', value: withVariables(context, scenario.body) },
      contentType: scenario.contentType ?? first,
    }
  }
  const holder = Object.entries(content).find(
    ([, media]) => scenario.example !== undefined && scenario.example in media.examples,
  )
  if (holder) {
    const value = holder[1].examples[scenario.example as string]?.value
    return { body: writtenAs(holder[0], withVariables(context, value)), contentType: scenario.contentType ?? holder[0] }
  }
  const name = Object.keys(content).find(isJson) ?? Object.keys(content).find((each) => each === FORM) ?? first
  const media = name === undefined ? undefined : content[name]
  if (!media || name === undefined) return { body: { kind: 'none' }, contentType: undefined }
  const [example] = Object.values(media.examples)
  const value = example ? example.value : media.schema && sampleOf(context.schemas, pointerTo(media.pointer, 'schema'))
  if (value === undefined) return { body: { kind: 'none' }, contentType: undefined }
  return { body: writtenAs(name, withVariables(context, value)), contentType: scenario.contentType ?? name }
}

/** A value under another media type than JSON is a text, or the fields of a form, which stay a value as long as they are flat. */
function writtenAs(mediaType: string, value: unknown): DraftBody {
  if (isJson(mediaType)) return { kind: 'json', value }
  if (typeof value === 'string') return { kind: 'raw', data: value }
  if (mediaType !== FORM || !isObject(value)) return { kind: 'none' }
  const isFlat = Object.values(value).every((each) => typeof each !== 'object')
  return isFlat ? { kind: 'json', value } : { kind: 'raw', data: formText(value) }
}

function formText(value: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(value).flatMap(([name, each]) =>
    (Array.isArray(each) ? each : [each]).map((item): [string, string] => [name, textOf(item)]),
  )
  return new URLSearchParams(pairs).toString()
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function headersOf(draft: Draft): (readonly [string, string])[] {
  const declared = draft.operation.parameters
    .filter((parameter) => parameter.in === 'header' && draft.values[keyOf(parameter)] !== undefined)
    .map((parameter) => [parameter.name.toLowerCase(), encodeSimple(draft.values[keyOf(parameter)])] as const)
  const all: Record<string, string | null> = {
    ...draft.credential,
    ...Object.fromEntries(declared),
    ...(draft.contentType !== undefined && draft.body.kind !== 'none' && { 'content-type': draft.contentType }),
    ...draft.headers,
  }
  return Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null)
}

function encodeQueryText(text: string): string {
  return encodeURIComponent(text)
}

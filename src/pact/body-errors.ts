import type { Api, MediaTypeSpec, Operation, Pointer } from '../openapi/api.ts'
import { FORM, isJson } from '../openapi/media-type.ts'
import { isObject, pointerTo, tokensOf, valueAt } from '../openapi/pointer.ts'
import { responseFor } from '../openapi/responses.ts'
import type { SchemaError, Validator } from '../openapi/validator.ts'
import { createValidators } from '../openapi/validators.ts'
import type { PactFileInteraction } from './contract-file.ts'
import { isKnownPlace } from './known-place.ts'
import { partialDocument } from './partial-document.ts'

/** The body of one side of an interaction, with the schema that the spec has for it. */
export interface PactBody {
  readonly side: 'request' | 'response'
  readonly value: unknown
  /** Below the interaction: `/response/body`, `/response/body/content` in a pact of version 4. */
  readonly pactPointer: Pointer
  readonly media: MediaTypeSpec
}

/** The bodies that a schema of the spec describes: JSON of any media type, and the fields of forms by the types of their schemas. */
export function bodiesOf(operation: Operation, interaction: PactFileInteraction): PactBody[] {
  const response = responseFor(operation.responses, interaction.response.status)
  return [
    ...bodyOf('request', interaction.request, operation.requestBody?.content ?? {}),
    ...bodyOf('response', interaction.response, response?.content ?? {}),
  ]
}

type Side = { readonly headers?: Readonly<Record<string, unknown>>; readonly body?: unknown }

function bodyOf(side: PactBody['side'], of: Side, content: Readonly<Record<string, MediaTypeSpec>>): PactBody[] {
  const { body } = of
  if (body === undefined || body === null) return []
  const isV4 = isObject(body) && 'content' in body && 'contentType' in body
  const [written, told] = isV4 ? [body['content'], body['contentType']] : [body, contentTypeOf(of)]
  const type = String(told ?? 'application/json')
    .toLowerCase()
    .replace(/\s*;.*/, '')
  const media = content[type]
  const pactPointer = `/${side}/body${isV4 ? '/content' : ''}`
  if (media?.schema === undefined) return []
  if (isJson(type)) return [{ side, value: written, pactPointer, media }]
  return type === FORM && typeof written === 'string'
    ? [{ side, value: fieldsOf(written, media.schema['properties']), pactPointer, media }]
    : []
}

function contentTypeOf({ headers = {} }: Side): unknown {
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type') ?? []
  return Array.isArray(value) ? (value[0] as unknown) : value
}

/** A field is text on the wire; its schema says what the text means. */
function fieldsOf(text: string, properties: unknown): Record<string, unknown> {
  const fields = new URLSearchParams(text)
  return Object.fromEntries(
    [...new Set(fields.keys())].map((name) => {
      const schema = isObject(properties) ? properties[name] : undefined
      const type = isObject(schema) ? schema['type'] : undefined
      const all = fields.getAll(name)
      return [name, type === 'array' ? all : typedField(all[0] ?? '', type)]
    }),
  )
}

function typedField(text: string, type: unknown): unknown {
  if ((type === 'integer' || type === 'number') && text.trim() !== '' && !Number.isNaN(Number(text)))
    return Number(text)
  return type === 'boolean' && /^(?:true|false)$/.test(text) ? text === 'true' : text
}

/** Judges bodies of pacts: what a consumer sends as a whole, what it expects in part. */
export interface BodyJudge {
  errorsOf(body: PactBody): readonly SchemaError[]
  /** Whether the spec describes a place of the body at all. */
  knows(body: PactBody, at: Pointer): boolean
}

/** The judge of one API; its schemas are compiled when they are first asked. */
export function createBodyJudge(api: Api): BodyJudge {
  const partial = createValidators({ file: api.file, root: partialDocument(api.document) })
  const validatorOf = ({ side, media }: PactBody): Validator =>
    side === 'request' ? media.validate : partial.at(pointerTo(media.pointer, 'schema'))
  return {
    errorsOf: (body) => validatorOf(body)(body.value),
    knows: ({ media, value }, at) => {
      const tokens = tokensOf(at)
      const schema = pointerTo(media.pointer, 'schema')
      if (!isKnownPlace(api.document, schema, tokens)) return false
      const here = valueAt(value, at)
      return !isObject(here) || Object.keys(here).every((name) => isKnownPlace(api.document, schema, [...tokens, name]))
    },
  }
}

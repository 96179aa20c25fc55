import type { FastifySchemaCompiler } from 'fastify'
import { describeError } from '../mock/engine/describe-error.ts'
import type { InputCheck, InputError } from '../mock/session/input-check.ts'
import type { JsonObject, Pointer } from '../openapi/api.ts'
import { decodeText } from '../openapi/parameter.ts'
import { pointerTo } from '../openapi/pointer.ts'
import { callPointer } from './call-pointer.ts'
import { RefusedCall } from './refused-call.ts'

/** Fastify's validator of a part of a request, by the same check that the library's functions use. */
export function createValidatorCompiler(inputs: InputCheck): FastifySchemaCompiler<JsonObject> {
  return ({ schema, httpPart = '', method, url }) => {
    const call = callPointer({ url, method })
    switch (httpPart) {
      case 'body':
        return (body: unknown) => {
          const [error] = inputs.errorsOf(schema, body)
          const pointer = pointerTo(call, 'requestBody', 'content', 'application/json', 'schema')
          return error ? { error: invalid('body', error, pointerInto(pointer, error)) } : { value: body }
        }
      case 'querystring':
        return (query: Readonly<Record<string, string | string[]>>) => validateQuery(inputs, schema, query, call)
      // What a path names is looked up, and is not found where it cannot be.
      default:
        return (value: unknown) => ({ value })
    }
  }
}

function validateQuery(
  inputs: InputCheck,
  schema: JsonObject,
  query: Readonly<Record<string, string | string[]>>,
  call: Pointer,
): { readonly value: JsonObject } | { readonly error: RefusedCall } {
  const properties = schema['properties'] as Readonly<Record<string, { readonly type?: string }>>
  const known = Object.keys(properties)
  const value: Record<string, unknown> = {}
  for (const [name, sent] of Object.entries(query)) {
    const place = pointerTo(call, 'parameters', known.indexOf(name))
    // A filter whose name is mistyped would filter nothing, and nobody would see it.
    if (!known.includes(name)) {
      const message = `is unknown; known: ${known.join(', ')}`
      return { error: invalid('query', { at: name, message }, pointerTo(call, 'parameters')) }
    }
    if (typeof sent !== 'string') {
      const message = `must be given once, but ${name} was sent more than once`
      return { error: invalid('query', { at: name, message }, place) }
    }
    const type = properties[name]?.type
    value[name] = decodeText(sent, { own: type === undefined ? [] : [type], items: [], rest: undefined, members: {} })
  }
  const [error] = inputs.errorsOf(schema, value)
  if (!error) return { value }
  const [, name = ''] = error.at.split('/')
  const place = pointerTo(call, 'parameters', known.indexOf(name), 'schema')
  const pointer = error.schemaPath.replace(`#/properties/${name}`, place)
  return { error: invalid('query', { at: name, message: error.message }, pointer) }
}

/** From Ajv's `#/properties/count` or `Fault#/…` to a place in the document. */
function pointerInto(inline: Pointer, { schemaPath }: InputError): Pointer {
  const [id = '', path = ''] = schemaPath.split('#', 2)
  return (id === '' ? inline : `/components/schemas/${id}`) + path
}

function invalid(
  place: 'body' | 'query',
  { at, message }: Pick<InputError, 'at' | 'message'>,
  pointer: Pointer,
): RefusedCall {
  const described = describeError({ in: place, name: at, message })
  return new RefusedCall({
    kind: 'refusal',
    by: 'validation',
    status: 400,
    message: `The request breaks the specification: ${described}.`,
    pointer,
  })
}

import { STATUS_CODES } from 'node:http'
import type { Api, JsonObject, MediaTypeSpec, ResponseSpec } from '../../openapi/api.ts'
import { isJson } from '../../openapi/media-type.ts'
import { isObject, pointerOfRef, valueAt } from '../../openapi/pointer.ts'
import { sampleOf } from '../../openapi/sample.ts'
import { type DocumentedValue, exampleValue, madeValue } from '../handlers/documented-value.ts'
import { concreteType } from '../handlers/file-samples.ts'
import type { ErrorBody, Refusal } from '../handlers/handler.ts'
import { expectedOf, describeError } from './describe-error.ts'
import { errorProperties } from './error-properties.ts'

/** RFC 9457; what is said where no API has an error format of its own. `errors` has every constraint that was broken. */
export function problemBody(refusal: Refusal): ErrorBody {
  const { status, message, errors = [] } = refusal
  const listed = errors.map((error) => {
    const expected = expectedOf(error)
    const place = error.in === 'body' ? { pointer: error.name } : { name: error.name }
    return { in: error.in, ...place, message: describeError(error), ...(expected !== undefined && { expected }) }
  })
  return {
    contentType: 'application/problem+json',
    body: {
      type: 'about:blank',
      title: reasonOf(status),
      status,
      detail: message,
      ...(listed.length > 0 && { errors: listed }),
    },
  }
}

/**
 * An error body in the shape that the spec declares for the status: its own example with what is known of this refusal in the
 * properties that are named after that.
 */
export function declaredErrorBody(api: Api, refusal: Refusal, response: ResponseSpec | undefined): ErrorBody {
  const content = Object.entries(response?.content ?? {})
  const [contentType, media] = content.find(([type]) => isJson(type)) ?? content[0] ?? []
  if (contentType === undefined || !media) return problemBody(refusal)
  if (!media.schema && Object.keys(media.examples).length === 0) return withoutSchema(contentType, refusal)
  const { value, isContradictory } = errorValue(api, refusal, media)
  return { contentType: concreteType(contentType), body: value, isContradictory }
}

/** A type without a schema takes anything: JSON as a problem, text as the message. */
function withoutSchema(contentType: string, refusal: Refusal): ErrorBody {
  const type = concreteType(contentType)
  return { contentType: type, body: isJson(type) ? problemBody(refusal).body : refusal.message }
}

/** The value of an error's media type that shows nothing of itself. */
export function errorValue(api: Api, refusal: Refusal, media: MediaTypeSpec): DocumentedValue {
  const shown = Object.values(media.examples)[0]?.value
  const filled = errorProperties(api.document, refusal, { schema: media.schema ?? {}, shown })
  if (media.validate(filled).length === 0) return { value: filled, isContradictory: false }
  const { value, errors } = sampleOf(api.document, media.schema ?? {}, {
    name: `${api.name}/${refusal.status}`,
    validate: media.validate,
    properties: 'required',
    sent: filled,
    hint: shown,
  })
  if (errors.length === 0) return { value, isContradictory: false }
  return shown === undefined ? madeValue(api, String(refusal.status), media) : exampleValue(api, media, shown)
}

function reasonOf(status: number): string {
  return STATUS_CODES[status] ?? 'Error'
}

/** A schema behind its `$ref`, which compiling the document has followed before. */
export function deref(api: Api, schema: JsonObject): JsonObject {
  if (typeof schema['$ref'] !== 'string') return schema
  const target = valueAt(api.document, pointerOfRef(schema['$ref']) ?? '')
  return isObject(target) ? deref(api, target) : {}
}

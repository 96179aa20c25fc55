import { STATUS_CODES } from 'node:http'
import type { Api, JsonObject, MediaTypeSpec, ResponseSpec } from '../../openapi/api.ts'
import { isObject, pointerOfRef, valueAt } from '../../openapi/pointer.ts'
import { generatedValue } from '../../fixtures/generate.ts'
import { shapeOf } from '../../openapi/shape.ts'
import type { ErrorBody, Refusal } from '../handlers/handler.ts'

/** RFC 9457; what is said where no API has an error format of its own. */
export function problemBody(refusal: Refusal): ErrorBody {
  const { status, message } = refusal
  return {
    contentType: 'application/problem+json',
    body: { type: 'about:blank', title: reasonOf(status), status, detail: message },
  }
}

/** An error body in the shape that the spec declares for the status, filled by the usual names of such members. */
export function declaredErrorBody(api: Api, refusal: Refusal, response: ResponseSpec | undefined): ErrorBody {
  const [contentType, media] = Object.entries(response?.content ?? {})[0] ?? []
  if (contentType === undefined || media?.schema === undefined) return problemBody(refusal)
  return { contentType, body: errorValue(api, refusal, media) }
}

/**
 * The error body of a fault. No rule has decided on it, so it has neither code nor words of the API's own; where the spec
 * wants some, those of the documented examples are tried until the body fits.
 */
export function faultErrorBody(
  refusal: Refusal,
  response: ResponseSpec | undefined,
  describe: (refusal: Refusal) => ErrorBody,
): ErrorBody {
  const plain = describe(refusal)
  if (!response || fits(plain, response)) return plain
  const examples = Object.values(response.content).flatMap((media) =>
    Object.values(media.examples).map(({ value }) => textsIn(value)),
  )
  const tries = [refusal.message, undefined].flatMap((message) => examples.flatMap((texts) => attempts(texts, message)))
  return (
    tries.map(({ code, message }) => describe({ ...refusal, code, message })).find((error) => fits(error, response)) ??
    plain
  )
}

function attempts(texts: readonly string[], message: string | undefined): { code: string; message: string }[] {
  return texts.flatMap((code) => (message === undefined ? texts : [message]).map((each) => ({ code, message: each })))
}

function fits({ body, headers = {} }: ErrorBody, response: ResponseSpec): boolean {
  const hasHeaders = Object.entries(response.headers).every(([name, header]) => {
    const value = headers[name]
    return value === undefined ? !header.required || name === CHALLENGE : header.validate(value).length === 0
  })
  return hasHeaders && Object.values(response.content).some((media) => media.validate(body).length === 0)
}

/** Not part of an error body: who refuses credentials adds it. */
const CHALLENGE = 'www-authenticate'

function textsIn(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn)
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : []
}

function errorValue(api: Api, refusal: Refusal, media: MediaTypeSpec): unknown {
  const body = filled(api, refusal, media.schema ?? {})
  if (media.validate(body).length === 0) return body
  const [example] = Object.values(media.examples)
  return example ? example.value : (generatedValue(api, String(refusal.status), media) ?? body)
}

function filled(api: Api, refusal: Refusal, schema: JsonObject): unknown {
  const { properties, type } = shapeOf(api, schema)
  if (type === 'string') return refusal.message
  if (!isObject(properties)) return {}
  const entries = Object.entries(properties).map(([name, member]) => [name, memberValue(api, refusal, name, member)])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function memberValue(api: Api, refusal: Refusal, name: string, member: unknown): unknown {
  const schema = shapeOf(api, member)
  if ('const' in schema) return schema['const']
  const { type } = schema
  if (type === 'integer' || type === 'number') return refusal.status
  if (type === 'boolean') return false
  if (type === 'string') return textValue(refusal, name)
  if (type === 'object') return filled(api, refusal, schema)
  return type === 'array' ? listValue(api, refusal, schema) : undefined
}

function textValue(refusal: Refusal, name: string): string | undefined {
  if (/^(detail|message|error_description|description|reason|msg)$/i.test(name)) return refusal.message
  if (/^(title|error|status|statustext)$/i.test(name)) return reasonOf(refusal.status)
  if (/^(code|errorcode)$/i.test(name))
    return refusal.code ?? reasonOf(refusal.status).toUpperCase().replaceAll(/\W+/g, '_')
  if (/^type$/i.test(name)) return 'about:blank'
  return /^(pointer|path|field)$/i.test(name) ? (refusal.errors?.[0]?.name ?? '') : undefined
}

function listValue(api: Api, refusal: Refusal, schema: JsonObject): unknown[] {
  const items = shapeOf(api, schema['items'])
  const messages = refusal.errors?.map(describeError) ?? [refusal.message]
  return items['type'] === 'string' ? messages : messages.map((message) => filled(api, { ...refusal, message }, items))
}

/** `body /data/timestamp must match format "date-time"`. */
export function describeError(error: { in: string; name: string; message: string }): string {
  return `${error.in}${error.name === '' ? '' : ` ${error.name}`} ${error.message}`
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

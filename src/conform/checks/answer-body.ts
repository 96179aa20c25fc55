import type { MediaTypeSpec, Pointer } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import type { SchemaError } from '../../openapi/validator.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import { isJson } from '../../openapi/media-type.ts'
import type { CheckId, Failure } from '../check.ts'
import { fail, whyOf, type Place } from './answer-place.ts'
import { headerEchoDifferences } from './header-echo.ts'
import { explain } from './schema-error.ts'

/** Whether there is a body where there has to be one, of a declared type and valid against its schema. */
export function checkBody(place: Place): Failure[] {
  const { answer, exchanged, spec } = place
  const isHead = exchanged.sent.method === 'HEAD'
  const isEmpty = isHead || answer.status === 204 || answer.status === 304 || Object.keys(spec.content).length === 0
  // HTTP clients skip the body of a 204, so that only its announced length shows that there is one.
  const announced = answer.status === 204 && Number(answer.headers['content-length'] ?? 0) > 0
  const hasBody = answer.body.length > 0 || announced
  // A refusal of which the document says no more than its status may say why in any words.
  const isFree = answer.status >= 400 && !isHead && Object.keys(spec.content).length === 0
  if (hasBody && isEmpty) return isFree ? [] : [unwantedBody(place)]
  if (!hasBody) return isEmpty ? [] : [missingBody(place)]
  const type = (answer.headers['content-type'] ?? '').toLowerCase().replace(/\s*;.*/, '')
  const media = spec.content[type] ?? spec.content[`${type.split('/')[0]}/*`] ?? spec.content['*/*']
  if (!media) return [otherType(place, type)]
  return isJson(type) || type === '' ? checkContent(place, media) : checkText(place, media)
}

function missingBody(place: Place): Failure {
  return fail(place, {
    check: 'body-unparseable',
    pointer: place.spec.pointer,
    message: `${place.answer.status} has no body`,
    expected: 'a body',
    why: whyOf(place, '/content'),
  })
}

function unwantedBody(place: Place): Failure {
  return fail(place, {
    check: 'body-forbidden',
    pointer: place.spec.pointer,
    message: `${place.answer.status} has a body`,
    expected: 'no body',
    why: whyOf(place, '/content'),
  })
}

function otherType(place: Place, type: string): Failure {
  const { answer, spec } = place
  const what = type === '' ? 'a body without a content type' : `the content type ${type}`
  return fail(place, {
    check: 'content-type',
    pointer: pointerTo(spec.pointer, 'content'),
    message: `${answer.status} has ${what}`,
    expected: Object.keys(spec.content).join(' or '),
    why: whyOf(place, '/content'),
  })
}

function checkContent(place: Place, media: MediaTypeSpec): Failure[] {
  const whyMedia = whyOfMedia(place, media)
  const parsed = parse(place.answer.body)
  if ('error' in parsed) {
    return [
      fail(place, {
        check: 'body-unparseable',
        pointer: media.pointer,
        message: `the body of ${place.answer.status} is not JSON`,
        expected: `JSON (${parsed.error})`,
        why: whyMedia,
      }),
    ]
  }
  const schema = pointerTo(media.pointer, 'schema')
  return [...judged(place, media, parsed.value), ...checkHeaderEcho(place, { schema, value: parsed.value }, whyMedia)]
}

function judged(place: Place, media: MediaTypeSpec, value: unknown): Failure[] {
  const schema = pointerTo(media.pointer, 'schema')
  return media.validate(value).map((error) =>
    fail(place, {
      check: checkOf(error, place.answer.status),
      pointer: memberPointer(error),
      message: `${place.answer.status}: ${explain(error)}`,
      expected: explain(error),
      why: whyOfMedia(place, media) ?? place.context.schemas.whyOf(schema, value, error),
    }),
  )
}

function whyOfMedia(place: Place, media: MediaTypeSpec): string | undefined {
  const below = media.pointer.slice(place.spec.pointer.length)
  return assumptionAt(place.context.api.document, place.usage) ?? whyOf(place, below)
}

/** Of what is not JSON, texts have a schema that says something; bytes and documents do not. */
function checkText(place: Place, media: MediaTypeSpec): Failure[] {
  const { type, format } = media.schema ?? {}
  if (type !== 'string' || format === 'binary') return []
  return judged(place, media, place.answer.text)
}

function checkHeaderEcho(
  place: Place,
  body: { readonly schema: Pointer; readonly value: unknown },
  whyMedia: string | undefined,
): Failure[] {
  const { operation } = place.subject
  if (!operation) return []
  return headerEchoDifferences(place.context, operation, place.exchanged.sent, body).map(
    ({ name, pointer, sent, got, why }) =>
      fail(place, {
        check: 'echo',
        pointer,
        message: `${place.answer.status}: ${name} ${sent === undefined ? 'is there, though the request has no such header' : 'is not the one of the request'}`,
        expected: `${name}: ${sent ?? 'nothing'}`,
        got: `${name}: ${String(got)}`,
        why: whyMedia ?? why,
      }),
  )
}

function parse(body: Uint8Array): { readonly value: unknown } | { readonly error: string } {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)) as unknown }
  } catch (error) {
    return { error: (error as Error).message }
  }
}

function checkOf(error: SchemaError, status: number): CheckId {
  if (error.keyword === 'additionalProperties' || error.keyword === 'unevaluatedProperties')
    return 'undeclared-property'
  return status >= 400 ? 'error-shape' : 'body-schema'
}

function memberPointer(error: SchemaError): Pointer {
  const { missingProperty } = error.params
  return error.keyword === 'required' && typeof missingProperty === 'string'
    ? pointerTo(error.pointer, missingProperty)
    : error.pointer
}

import type { MediaTypeSpec, ResponseSpec } from '../../openapi/api.ts'
import { isJson } from '../../openapi/media-type.ts'
import type { SchemaError } from '../../openapi/validator.ts'
import type { Answer } from '../transport/transport.ts'
import { jsonIn } from './json-of.ts'

/** The body of an answer beside the content that is declared for it. */
export type Content =
  /** Nothing to say: there is no body, or one that may say anything. */
  | { readonly kind: 'free' }
  | { readonly kind: 'unwanted' }
  | { readonly kind: 'missing' }
  /** `''` where it has no type. */
  | { readonly kind: 'other-type'; readonly type: string }
  | { readonly kind: 'unparseable'; readonly media: MediaTypeSpec; readonly reason: string }
  | {
      readonly kind: 'value'
      readonly media: MediaTypeSpec
      readonly value: unknown
      readonly errors: readonly SchemaError[]
    }

export function contentOf(spec: ResponseSpec, answer: Answer, method: string): Content {
  const isHead = method === 'HEAD'
  const isEmpty = isHead || answer.status === 204 || answer.status === 304 || Object.keys(spec.content).length === 0
  // The body of a 204 is skipped, so that only its announced length shows that there is one.
  const announced = answer.status === 204 && Number(answer.headers['content-length'] ?? 0) > 0
  const hasBody = answer.body.length > 0 || announced
  // A refusal of which the document says no more than its status may say why in any words.
  const isFree = answer.status >= 400 && !isHead && Object.keys(spec.content).length === 0
  if (hasBody && isEmpty) return { kind: isFree ? 'free' : 'unwanted' }
  if (!hasBody) return { kind: isEmpty ? 'free' : 'missing' }
  const type = (answer.headers['content-type'] ?? '').toLowerCase().replace(/\s*;.*/, '')
  const media = spec.content[type] ?? spec.content[`${type.split('/')[0]}/*`] ?? spec.content['*/*']
  if (!media) return { kind: 'other-type', type }
  return isJson(type) || type === '' ? jsonContent(media, answer) : textContent(media, answer)
}

function jsonContent(media: MediaTypeSpec, answer: Answer): Content {
  // Bytes that are no UTF-8 stand in the text as this character.
  const value = answer.text.includes('\uFFFD') ? undefined : jsonIn(answer)
  return value === undefined
    ? strictContent(media, answer)
    : { kind: 'value', media, value, errors: media.validate(value) }
}

function strictContent(media: MediaTypeSpec, { body }: Answer): Content {
  let value: unknown
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
    // RFC 8259, section 8.1.
    if (text.startsWith('\uFEFF')) return { kind: 'unparseable', media, reason: 'it starts with a byte order mark' }
    value = JSON.parse(text)
  } catch (error) {
    return { kind: 'unparseable', media, reason: (error as Error).message }
  }
  return { kind: 'value', media, value, errors: media.validate(value) }
}

/** Of what is not JSON, texts have a schema that says something; bytes and documents do not. */
function textContent(media: MediaTypeSpec, { text }: Answer): Content {
  const { type, format } = media.schema ?? {}
  if (type !== 'string' || format === 'binary') return { kind: 'free' }
  return { kind: 'value', media, value: text, errors: media.validate(text) }
}

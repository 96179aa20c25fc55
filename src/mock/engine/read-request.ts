import { declaredKey } from '../../openapi/responses.ts'
import type { Api, MediaTypeSpec, Operation } from '../../openapi/api.ts'
import { FORM, isJson, isXml } from '../../openapi/media-type.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import type { ParameterDecoder } from './decode-parameters.ts'
import { describeErrors } from './describe-error.ts'
import {
  type Exchange,
  located,
  type LocatedError,
  type Refusal,
  type RequestHead,
  type UploadedFile,
} from '../handlers/handler.ts'
import { formValue, multipartValue } from './form-body.ts'
import { parseJsonBody } from './json-body.ts'
import type { FormPayload } from './read-file.ts'
import { fromXml } from './xml.ts'

/** A body as it came: bytes, or the parts of a form. */
export type Payload = { readonly kind: 'bytes'; readonly bytes: Buffer } | FormPayload

/** What a request says, decoded by the spec. */
export type ReadRequest = Pick<Exchange, 'path' | 'query' | 'headers' | 'cookies' | 'body' | 'files'>

export interface Reading {
  readonly api: Api
  readonly operation: Operation
  readonly decodeParameters: ParameterDecoder
}

/** Checks a request against the spec: its syntax first, then every schema. */
export function readRequest(
  { api, operation, decodeParameters }: Reading,
  request: RequestHead,
  {
    pathTexts,
    mediaType,
  }: { readonly pathTexts: Readonly<Record<string, string>>; readonly mediaType: string | undefined },
  payload: Payload | undefined,
): ReadRequest | { readonly refusal: Refusal } {
  const body = bodyOf(api, operation, mediaType, payload)
  if ('refusal' in body) return body
  const { path, query, headers, cookies, errors } = decodeParameters(request, pathTexts)
  const broken = [...errors, ...body.errors, ...validateBody(operation, mediaType, body.value)]
  if (broken.length > 0) return { refusal: invalidRequest(operation, broken) }
  return { path, query, headers, cookies, body: body.value, files: body.files }
}

interface Body {
  readonly value: unknown
  readonly files: readonly UploadedFile[]
  /** What the parts of a form break that no schema can say. */
  readonly errors: readonly LocatedError[]
}

const noBody: Body = { value: undefined, files: [], errors: [] }

/** The declared media type that the request's body has, or the 415 for one that has another. */
export function bodyMediaType(operation: Operation, request: RequestHead): string | Refusal | undefined {
  const { requestBody } = operation
  if (!requestBody) return undefined
  const sent = request.headers['content-type']
  const announced = typeof sent === 'string' ? mediaTypeName(sent) : ''
  if (announced === '' && !announcesBody(request)) return undefined
  const coding = request.headers['content-encoding']
  // RFC 9110, 8.4: what a coding hides can't be read, and reading it as if there were none would be a guess.
  if (typeof coding === 'string' && !/^(identity)?$/i.test(coding.trim())) return unsupportedCoding(operation, coding)
  const declared = matchMediaType(requestBody.content, announced)
  return declared ?? unsupportedMediaType(operation, announced)
}

function mediaTypeName(header: string): string {
  const semicolon = header.indexOf(';')
  return (semicolon < 0 ? header : header.slice(0, semicolon)).trim().toLowerCase()
}

function matchMediaType(content: Readonly<Record<string, MediaTypeSpec>>, name: string): string | undefined {
  if (name === '') return undefined
  if (Object.hasOwn(content, name)) return name
  return [`${name.split('/', 1)[0]}/*`, '*/*'].find((range) => range in content)
}

function announcesBody({ headers }: RequestHead): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}

function unsupportedCoding(operation: Operation, coding: string): Refusal {
  const pointer = pointerTo(operation.requestBody?.pointer ?? operation.pointer, 'content')
  const message = `The body must come without a Content-Encoding, not in ${coding}.`
  // The coding is refused, not the type: this header tells the two apart (RFC 9110, 15.5.16).
  return {
    kind: 'refusal',
    by: 'media-type',
    status: 415,
    message,
    pointer,
    headers: { 'accept-encoding': 'identity' },
  }
}

function unsupportedMediaType(operation: Operation, announced: string): Refusal {
  const declared = Object.keys(operation.requestBody?.content ?? {}).join(' or ')
  const message =
    announced === '' ? `The body needs a Content-Type: ${declared}.` : `The body must be ${declared}, not ${announced}.`
  const pointer = pointerTo(operation.requestBody?.pointer ?? operation.pointer, 'content')
  return { kind: 'refusal', by: 'media-type', status: 415, message, pointer }
}

function bodyOf(
  api: Api,
  { requestBody }: Operation,
  mediaType: string | undefined,
  payload: Payload | undefined,
): Body | { readonly refusal: Refusal } {
  if (!requestBody) return noBody
  const media = mediaType === undefined ? undefined : requestBody.content[mediaType]
  if (payload?.kind === 'form') return { ...multipartValue(api, media, payload), files: payload.files }
  if (payload === undefined || payload.bytes.length === 0) {
    return requestBody.required ? { refusal: syntaxRefusal(requestBody.pointer, 'The request needs a body.') } : noBody
  }
  if (mediaType === FORM) return { ...noBody, value: formValue(api, media, payload.bytes.toString('utf8')) }
  const isOfXml = mediaType !== undefined && isXml(mediaType) && media?.schema !== undefined && !api.strict
  if (!isOfXml && !isReadAsJson(mediaType)) {
    if (isOpaque(api, mediaType, media)) return noBody
    return { ...noBody, value: payload.bytes.toString('utf8') }
  }
  const parsed = isOfXml
    ? fromXml(api.document, `${media.pointer}/schema`, payload.bytes.toString('utf8'))
    : parseJsonBody(payload.bytes)
  if ('problem' in parsed)
    return { refusal: syntaxRefusal(requestBody.pointer, `The body cannot be read: ${parsed.problem}.`) }
  if (parsed.isRounded) noteRounding(api, requestBody.pointer)
  return { ...noBody, value: parsed.value }
}

/** Parts of another multipart type than a form are not read: they are taken as they are, with a note. */
function isOpaque(api: Api, mediaType = '', media: MediaTypeSpec | undefined): boolean {
  if (api.strict || !mediaType.startsWith('multipart/') || !media?.schema) return false
  api.addNote({ what: `a body of ${mediaType} is not read`, pointer: media.pointer, instead: 'any is taken' })
  return true
}

/** A double holds whole numbers up to 2^53; what is larger loses digits as soon as JavaScript reads it. */
function noteRounding(api: Api, pointer: string): void {
  const what = 'a request had a whole number beyond 2^53'
  api.addNote({ what, pointer, instead: 'it is rounded to the nearest number that a double holds' })
}

/** JSON is what a body under a range of media types is taken for. */
function isReadAsJson(mediaType: string | undefined): boolean {
  return mediaType !== undefined && (mediaType.endsWith('/*') || isJson(mediaType))
}

function syntaxRefusal(pointer: string, message: string): Refusal {
  return { kind: 'refusal', by: 'syntax', status: 400, message, pointer }
}

function validateBody(operation: Operation, mediaType: string | undefined, body: unknown): readonly LocatedError[] {
  if (body === undefined || mediaType === undefined) return []
  const media = operation.requestBody?.content[mediaType]
  return (media?.validate(body) ?? []).map((error) => located(error, 'body', nameOf(error.at, error.params)))
}

/** A missing or surplus property is named by its own pointer, not by its parent's. */
function nameOf(at: string, params: Readonly<Record<string, unknown>>): string {
  const member = params['missingProperty'] ?? params['additionalProperty'] ?? params['unevaluatedProperty']
  return typeof member === 'string' ? pointerTo(at, member) : at
}

/** A path that names nothing which can be is not found, unless the operation declares no 404 but what is wrong with a request. */
function invalidRequest({ responses }: Operation, errors: readonly LocatedError[]): Refusal {
  const message = `The request breaks the specification: ${describeErrors(errors)}.`
  const isOfPath = errors.every((error) => error.in === 'path')
  const key = declaredKey(responses, 404)
  const declares = key !== '404' && (key !== undefined || '400' in responses || '422' in responses)
  if (isOfPath && !declares) return { kind: 'refusal', by: 'rule', status: 404, message, errors }
  return { kind: 'refusal', by: 'validation', status: 400, message, errors }
}

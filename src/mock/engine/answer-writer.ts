import type { Api, Operation, Pointer, ResponseSpec } from '../../openapi/api.ts'
import { isOfHttp } from '../../openapi/http-status.ts'
import type { Session } from '../session/session.ts'
import { isBinary } from '../handlers/file-samples.ts'
import type { ErrorBody, Exchange, Refusal, Reply, RequestHead, Rules } from '../handlers/handler.ts'
import { successOf } from '../handlers/documented-value.ts'
import type { Answer } from './answer.ts'
import { asDeclared } from './as-declared.ts'
import { createBodyChooser } from './body-chooser.ts'
import { responseFor } from '../../openapi/responses.ts'
import { writtenPlace } from '../../openapi/written-place.ts'
import { checkAnswer, mediaFor } from './check-answer.ts'
import { createDeclaredHeaders } from './declared-headers.ts'
import { declaredErrorBody } from './error-body.ts'
import { faultErrorBody } from './fault-error-body.ts'
import { toJson } from './json.ts'
import { textFor } from './media-text.ts'
import type { PreferredAnswer } from './preference.ts'

/** A request that is answered without its handler. */
export interface Asked {
  readonly operation: Operation | undefined
  readonly request: RequestHead
  readonly session: Session
  /** The request as a handler saw it before it refused. */
  readonly exchange?: Exchange | undefined
  /** The headers of a 401 for credentials that nobody has looked at. */
  readonly challenge: () => Refusal['headers']
}

/** Turns what handlers and checks decide into answers, each checked against the spec before it leaves. */
export interface AnswerWriter {
  reply(reply: Reply, exchange: Exchange, session: Session): Answer
  refusal(refusal: Refusal, asked: Asked): Answer
  /** The answer that a request asks for itself, whatever the state is; `applied` tells it so. */
  preferred(preferred: PreferredAnswer, applied: string, asked: Asked & { readonly operation: Operation }): Answer
}

interface Checked {
  readonly response: ResponseSpec | undefined
  readonly operation: Operation | undefined
  readonly session: Session
  /** The document is answerable for what breaks; it has a note of it already. */
  readonly isExcused: boolean
}

export function createAnswerWriter(api: Api, rules: Rules): AnswerWriter {
  const declaredHeaders = createDeclaredHeaders(api)
  const bodies = createBodyChooser(api)
  /** Whether our own rules answer an operation: they know its headers and types themselves. */
  const isOwn = (operation: Operation | undefined): boolean =>
    operation === undefined || Object.hasOwn(rules.handlers, operation.id)

  const reply: AnswerWriter['reply'] = (given, exchange, session) => {
    const { operation, request } = exchange
    const { status } = given
    const response = responseFor(operation.responses, status)
    if (isOwn(operation)) return ownReply(given, response, exchange, session)
    const { body, mediaType } = bodies.accepted(given, response, exchange)
    const headers: Record<string, string> = {}
    if (body !== undefined) headers['content-type'] = rules.responseType?.(request) ?? contentTypeOf(mediaType)
    Object.assign(headers, response && declaredHeaders(response))
    if (isRedirect(status)) headers['location'] ??= placeFor(response)
    if (bodies.varies(response)) headers['vary'] = 'accept'
    Object.assign(headers, given.headers)
    const isExcused = given.isContradictory === true || !successOf(operation).response
    check({ response, operation, session, isExcused }, { status, headers, body })
    const { text, encoding } =
      body === given.body && given.json !== undefined ? { text: given.json } : bodyText(headers, response, body)
    return { status, headers, text, encoding, body, refusedBy: undefined, reason: undefined, exchange }
  }

  /** Of a handler that knows its headers and types itself. */
  const ownReply = (given: Reply, response: ResponseSpec | undefined, exchange: Exchange, session: Session): Answer => {
    const { operation, request } = exchange
    const { status, body, json, isContradictory = false } = given
    const headers: Record<string, string> = {}
    if (body !== undefined) headers['content-type'] = rules.responseType?.(request) ?? contentTypeOf(ownType(response))
    for (const name in given.headers) headers[name] = given.headers[name] as string
    check({ response, operation, session, isExcused: isContradictory }, { status, headers, body })
    const { text, encoding } = json === undefined ? bodyText(headers, response, body) : { text: json }
    return { status, headers, text, encoding, body, refusedBy: undefined, reason: undefined, exchange }
  }

  const refusal: AnswerWriter['refusal'] = (given, { operation, request, session, exchange, challenge }) => {
    const refused = operation ? asDeclared(operation, given) : given
    const response = operation ? responseFor(operation.responses, refused.status) : unroutable(api, refused.status)
    const context = { operation, request, state: session.world.state(api.name) }
    const describe = (each: Refusal): ErrorBody =>
      rules.errorBody?.(each, context) ?? declaredErrorBody(api, each, response)
    const error = refused.by === 'fault' ? faultErrorBody(refused, response, describe) : describe(refused)
    const status = error.status ?? refused.status
    const { body, isContradictory = false } = error
    const pointer = refused.pointer ?? refused.errors?.[0]?.pointer ?? response?.pointer
    const headers: Record<string, string> = {}
    if (!isOwn(operation) && response) Object.assign(headers, declaredHeaders(response))
    headers['content-type'] = error.contentType
      ? contentTypeOf(error.contentType)
      : (rules.responseType?.(request) ?? jsonType)
    if (refused.by === 'fault' && status === 401 && operation) Object.assign(headers, challenge())
    if (refused.headers) Object.assign(headers, refused.headers)
    if (error.headers) Object.assign(headers, error.headers)
    headers['x-mock-refused-by'] = refused.by
    if (status === 401 && refused.by === 'security') headers['x-mock-credentials'] = CREDENTIALS_PATH
    if (pointer !== undefined) headers['x-mock-pointer'] = shownPlace(pointer)
    if (response || (refused.by === 'rule' && !isOfProtocol(operation, status)))
      check({ response, operation, session, isExcused: isContradictory }, { status, headers, body })
    // An error has no rows in it whose text is known.
    const { text, encoding } =
      headers['content-type'] === jsonType && body !== undefined
        ? { text: JSON.stringify(body) }
        : bodyText(headers, response, body)
    // Where the API's own format says less, the reason is beside it.
    if (!says(text, refused.message)) headers['x-mock-reason'] = headerText(refused.message)
    return { status, headers, text, encoding, body, refusedBy: refused.by, reason: refused.message, exchange }
  }

  /** Standard refusals that a foreign spec forgets to declare are HTTP's, not a claim about that API; a failure of ours is one. */
  const isOfProtocol = (operation: Operation | undefined, status: number): boolean =>
    operation !== undefined && (isOfHttp(operation, status) || (!isOwn(operation) && status < 500))

  /** The few places that refusals point to again and again, as a header can carry them. */
  const shownPlaces = new Map<Pointer, string>()
  const shownPlace = (pointer: Pointer): string => {
    const known = shownPlaces.get(pointer)
    if (known !== undefined) return known
    const shown = writtenPlace(api, pointer).replaceAll(/[^ -~]/gu, encodeURIComponent)
    if (shownPlaces.size < MAX_SHOWN_PLACES) shownPlaces.set(pointer, shown)
    return shown
  }

  const preferred: AnswerWriter['preferred'] = (wanted, applied, { operation, request, session, challenge }) => {
    const { status, response } = wanted
    const { body, mediaType, isContradictory } = bodies.preferred(wanted, { operation, request, session })
    const headers: Record<string, string> = {}
    if (body !== undefined) headers['content-type'] = contentTypeOf(mediaType)
    Object.assign(headers, declaredHeaders(response))
    if (isRedirect(status)) headers['location'] ??= placeFor(response)
    if (status === 401) Object.assign(headers, challenge())
    headers['preference-applied'] = applied
    check({ response, operation, session, isExcused: isContradictory }, { status, headers, body })
    return { status, headers, ...bodyText(headers, response, body), body, refusedBy: undefined, exchange: undefined }
  }

  /** A body as its media type writes it. */
  const bodyText = (
    headers: Readonly<Record<string, string>>,
    response: ResponseSpec | undefined,
    body: unknown,
  ): Pick<Answer, 'text' | 'encoding'> => {
    if (body === undefined) return { text: undefined }
    if (headers['content-type'] === jsonType) return { text: toJson(body) }
    const type = headers['content-type'] ?? jsonType
    const text = textFor(api, type, response && mediaFor(response.content, type.split(';', 1)[0] ?? ''), body)
    return isBinary(type) ? { text, encoding: 'latin1' } : { text }
  }

  const check = (
    { response, operation, session, isExcused }: Checked,
    answer: { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: unknown },
  ): void => {
    if (isExcused) return
    const breach = response
      ? checkAnswer(response, answer)
      : { pointer: `${operation?.pointer ?? ''}/responses`, message: `the status ${answer.status} is not declared` }
    if (!breach) return
    const at = session.world.clock.iso()
    session.addViolation({
      operationId: operation?.id ?? '',
      status: answer.status,
      at,
      ...breach,
      pointer: writtenPlace(api, breach.pointer),
    })
  }

  return { reply, refusal, preferred }
}

/** Where the credentials that work are listed, for who sent none of them. */
const CREDENTIALS_PATH = '/__mock/credentials'

const MAX_SHOWN_PLACES = 10_000

const jsonType = 'application/json; charset=utf-8'

function isRedirect(status: number): boolean {
  return status > 300 && status < 400 && status !== 304
}

/** Where a redirection leads to that the document says nothing of. */
function placeFor(response: ResponseSpec | undefined): string {
  const header = response?.headers['location']
  return !header || header.validate('/').length === 0 ? '/' : 'https://example.com/'
}

/** JSON under the media type that the response declares, where that is another than application/json. */
function ownType(response: ResponseSpec | undefined): string | undefined {
  const content = response?.content ?? {}
  return 'application/json' in content ? undefined : Object.keys(content)[0]
}

/** JSON of the usual type and text are said to be UTF-8. */
function contentTypeOf(mediaType: string | undefined): string {
  if (mediaType === undefined || mediaType === 'application/json') return jsonType
  return /^text\/[^;]+$/.test(mediaType) ? `${mediaType}; charset=utf-8` : mediaType
}

function unroutable(api: Api, status: number): ResponseSpec | undefined {
  return status === 405 ? api.unroutable.methodNotAllowed : status === 404 ? api.unroutable.notFound : undefined
}

const MAX_REASON = 1000

/** Whether a body has the message in it, as JSON writes it. */
function says(text: string | undefined, message: string): boolean {
  if (text === undefined) return false
  return text.includes(message) || (needsEscapes.test(message) && text.includes(JSON.stringify(message).slice(1, -1)))
}

/** What JSON writes in another way than as it is, and more. */
const needsEscapes = /[^ !#-[\]-~]/

/** What a header can carry of a sentence. */
function headerText(message: string): string {
  return message.replaceAll(/[^\u0020-\u007e]/g, '?').slice(0, MAX_REASON)
}

import type { Api, Operation, ResponseSpec } from '../../openapi/api.ts'
import { createAuthenticator, unauthorized } from './authenticate.ts'
import { isOfHttp } from '../../openapi/http-status.ts'
import { responseFor } from '../../openapi/responses.ts'
import { checkAnswer } from './check-answer.ts'
import { type EnumPoint, enumPoints } from '../session/coverage.ts'
import { createParameterDecoder, type ParameterDecoder } from './decode-parameters.ts'
import { declaredErrorBody, faultErrorBody, problemBody } from './error-body.ts'
import type {
  Credential,
  ErrorBody,
  Exchange,
  Handler,
  RefusedBy,
  Refusal,
  Reply,
  RequestHead,
  Result,
  Rules,
} from '../handlers/handler.ts'
import { resolveHandlers } from '../handlers/resolve-handlers.ts'
import { toJson } from './json.ts'
import { bodyMediaType, type Payload, readRequest } from './read-request.ts'
import type { Session } from '../session/session.ts'

/** An answer ready for the wire. */
export interface Answer {
  readonly status: number
  /** By lower-case name; `content-type` included. */
  readonly headers: Readonly<Record<string, string>>
  /** `undefined` for an empty body. */
  readonly text: string | undefined
  /** What the text says, for the journal. */
  readonly body: unknown
  readonly refusedBy: RefusedBy | undefined
  /** Why it was refused, for the person at the terminal; what the client gets to read is the API's own format. */
  readonly reason?: string
  /** The request as its handler saw it, for the coverage; `undefined` where it was refused before. */
  readonly exchange: Exchange | undefined
}

/** A request that may send its body now. */
export interface Call {
  readonly plan: Plan
  readonly request: RequestHead
  readonly session: Session
  readonly pathTexts: Readonly<Record<string, string>>
  readonly credential: Credential | undefined
  /** The media type of the body as the spec writes it; `undefined` where no body is expected or none was announced. */
  readonly mediaType: string | undefined
}

/** An operation with everything that its requests need, made at the start. */
export interface Plan {
  readonly operation: Operation
  readonly handler: Handler
  readonly decodeParameters: ParameterDecoder
  readonly enumPoints: readonly EnumPoint[]
}

/** One API without a host: requests in, answers out, each checked against the spec before it leaves. */
export interface Engine {
  readonly api: Api
  readonly rules: Rules
  readonly plans: readonly Plan[]
  /** Credentials and media type, which are judged before a body is read. */
  begin(plan: Plan, request: RequestHead, session: Session, pathTexts: Readonly<Record<string, string>>): Call | Answer
  /** Syntax, schema, rules. */
  finish(call: Call, payload: Payload | undefined): Answer
  /** An answer to a request that the host has to refuse: too large, cut short, unknown. */
  refuse(refusal: Refusal, operation: Operation | undefined, request: RequestHead, session: Session): Answer
}

/** Throws HANDLER_UNKNOWN when rules and operations do not fit together. */
export function createEngine(api: Api, rules: Rules): Engine {
  const handlers = resolveHandlers(api, rules)
  const plans = api.operations.map((operation) => planOf(api, operation, handlers[operation.id] as Handler, rules))
  const authenticate = rules.authenticate ?? createAuthenticator(api)

  const begin: Engine['begin'] = (plan, request, session, pathTexts) => {
    const { operation } = plan
    const authentication = authenticate(operation, request, session.world.state(api.name))
    if (authentication.kind === 'refusal') return refuse(authentication, operation, request, session)
    const media = bodyMediaType(operation, request)
    if (media !== undefined && typeof media !== 'string') return refuse(media, operation, request, session)
    return { plan, request, session, pathTexts, credential: authentication.credential, mediaType: media }
  }

  const finish: Engine['finish'] = (call, payload) => {
    const { request, session, plan, credential } = call
    const { operation } = plan
    const read = readRequest(plan, request, call, payload)
    if ('refusal' in read) return refuse(read.refusal, operation, request, session)
    const { path, query, headers, cookies, body, files } = read
    const exchange: Exchange = {
      operation,
      request,
      path,
      query,
      headers,
      cookies,
      body,
      files,
      credential,
      state: session.world.state(api.name),
    }
    const result = handle(plan.handler, exchange)
    return result.kind === 'refusal'
      ? answerTo(result, operation, request, session, exchange)
      : render(result, exchange, session)
  }

  const refuse: Engine['refuse'] = (refusal, operation, request, session) =>
    answerTo(refusal, operation, request, session, undefined)

  const answerTo = (
    given: Refusal,
    operation: Operation | undefined,
    request: RequestHead,
    session: Session,
    exchange: Exchange | undefined,
  ): Answer => {
    const refusal = operation ? asDeclared(operation, given) : given
    const response = operation ? responseFor(operation.responses, refusal.status) : unroutable(api, refusal.status)
    const context = { operation, request, state: session.world.state(api.name) }
    const describe = (each: Refusal): ErrorBody =>
      rules.errorBody?.(each, context) ?? declaredErrorBody(api, each, response)
    const error = refusal.by === 'fault' ? faultErrorBody(refusal, response, describe) : describe(refusal)
    const status = error.status ?? refusal.status
    const pointer = refusal.pointer ?? refusal.errors?.[0]?.pointer ?? response?.pointer
    const headers: Record<string, string> = {
      'content-type': error.contentType ?? rules.responseType?.(request) ?? jsonType,
    }
    if (refusal.by === 'fault' && status === 401 && operation)
      Object.assign(headers, challengeOf(operation, request, session))
    Object.assign(headers, refusal.headers, error.headers)
    headers['x-mock-refused-by'] = refusal.by
    if (pointer !== undefined) headers['x-mock-pointer'] = pointer
    // Standard refusals that a foreign spec forgets to declare are HTTP's, not a claim about that API.
    if (response || (refusal.by === 'rule' && !(operation && isOfHttp(operation, status))))
      check(response, status, headers, error.body, operation, session)
    const text = error.body === undefined ? undefined : JSON.stringify(error.body)
    return { status, headers, text, body: error.body, refusedBy: refusal.by, reason: refusal.message, exchange }
  }

  /** A 401 without its challenge would be none (RFC 9110, 11.6.1), even one that was asked for. */
  const challengeOf = (operation: Operation, request: RequestHead, session: Session): Refusal['headers'] => {
    const anonymous = authenticate(
      operation,
      { ...request, headers: {}, rawHeaders: [] },
      session.world.state(api.name),
    )
    return (anonymous.kind === 'refusal' ? anonymous : unauthorized(api, operation, '')).headers
  }

  const render = ({ status, body, json, headers: own }: Reply, exchange: Exchange, session: Session): Answer => {
    const { operation, request } = exchange
    const response = responseFor(operation.responses, status)
    const headers: Record<string, string> = {}
    if (body !== undefined) headers['content-type'] = rules.responseType?.(request) ?? jsonTypeOf(response)
    Object.assign(headers, own)
    check(response, status, headers, body, operation, session)
    const text = json ?? textOf(body, headers['content-type'])
    return { status, headers, text, body, refusedBy: undefined, exchange }
  }

  const check = (
    spec: ResponseSpec | undefined,
    status: number,
    headers: Readonly<Record<string, string>>,
    body: unknown,
    operation: Operation | undefined,
    session: Session,
  ): void => {
    const breach = spec
      ? checkAnswer(spec, { status, headers, body })
      : { pointer: `${operation?.pointer ?? ''}/responses`, message: `the status ${status} is not declared` }
    if (!breach) return
    const at = session.world.clock.iso()
    session.addViolation({ operationId: operation?.id ?? '', status, at, ...breach })
  }

  return { api, rules, plans, begin, finish, refuse }
}

/** What somebody else's large document needs for each operation is made with its first request. */
function planOf(api: Api, operation: Operation, handler: Handler, rules: Rules): Plan {
  if (api.strict) {
    const decodeParameters = createParameterDecoder(operation, rules)
    return { operation, handler, decodeParameters, enumPoints: enumPoints(api, operation) }
  }
  let decode: ParameterDecoder | undefined
  let points: readonly EnumPoint[] | undefined
  return {
    operation,
    handler,
    decodeParameters: (request, texts) => (decode ??= createParameterDecoder(operation, rules))(request, texts),
    get enumPoints() {
      return (points ??= enumPoints(api, operation))
    },
  }
}

const jsonType = 'application/json; charset=utf-8'

/** JSON under the media type that the response declares, where that is another than application/json. */
function jsonTypeOf(response: ResponseSpec | undefined): string {
  const content = response?.content
  if (!content || 'application/json' in content) return jsonType
  return Object.keys(content)[0] ?? jsonType
}

/** A text under a media type that is not JSON is sent as it is. */
function textOf(body: unknown, contentType = jsonType): string | undefined {
  if (body === undefined) return undefined
  return typeof body === 'string' && !contentType.includes('json') ? body : toJson(body)
}

/** What is wrong with a request is a 422 where the operation declares that and no 400. */
function asDeclared({ responses }: Operation, refusal: Refusal): Refusal {
  const isUnprocessable = refusal.status === 400 && refusal.by !== 'rule' && refusal.by !== 'fault'
  return isUnprocessable && '422' in responses && responseFor(responses, 400) === undefined
    ? { ...refusal, status: 422 }
    : refusal
}

function unroutable(api: Api, status: number): ResponseSpec | undefined {
  return status === 405 ? api.unroutable.methodNotAllowed : status === 404 ? api.unroutable.notFound : undefined
}

function handle(handler: Handler, exchange: Exchange): Result {
  try {
    return handler(exchange)
  } catch (error) {
    // A mistake of ours, never of the request; it is counted as a violation by the check of the undeclared 500.
    const detail = error instanceof Error ? error.message : String(error)
    return { kind: 'refusal', by: 'rule', status: 500, message: `The mock failed: ${detail}` }
  }
}

/** The 404 of a path that belongs to no API. */
export function problemAnswer(refusal: Refusal): Answer {
  const { body, contentType }: ErrorBody = problemBody(refusal)
  return {
    status: refusal.status,
    headers: { 'content-type': contentType ?? jsonType, ...refusal.headers, 'x-mock-refused-by': refusal.by },
    text: toJson(body),
    body,
    refusedBy: refusal.by,
    reason: refusal.message,
    exchange: undefined,
  }
}

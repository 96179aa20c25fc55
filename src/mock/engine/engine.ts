import type { Api, Operation } from '../../openapi/api.ts'
import { createAuthenticator, unauthorized } from './authenticate.ts'
import type { Answer } from './answer.ts'
import { type Asked, createAnswerWriter } from './answer-writer.ts'
import { type EnumPoint, enumPoints } from '../session/coverage.ts'
import { createParameterDecoder, type ParameterDecoder } from './decode-parameters.ts'
import { problemBody } from './error-body.ts'
import { successOf } from '../handlers/documented-value.ts'
import type {
  Credential,
  ErrorBody,
  Exchange,
  Handler,
  Refusal,
  RequestHead,
  Result,
  Rules,
} from '../handlers/handler.ts'
import { resolveHandlers } from '../handlers/resolve-handlers.ts'
import { toJson } from './json.ts'
import { negotiate } from './negotiate.ts'
import { preferenceOf, preferredAnswer } from './preference.ts'
import { bodyMediaType, type Payload, readRequest } from './read-request.ts'
import type { Session } from '../session/session.ts'

export type { Answer } from './answer.ts'

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
  readonly api: Api
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
  /** Credentials and media type, which are validated before a body is read. */
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
  const writer = createAnswerWriter(api, rules)
  const authenticate = rules.authenticate ?? createAuthenticator(api)

  const begin: Engine['begin'] = (plan, request, session, pathTexts) => {
    const { operation } = plan
    const wished = preferred(operation, request, session)
    if (wished) return wished
    const authentication = authenticate(operation, request, session.world.state(api.name))
    if (authentication.kind === 'refusal') return refuse(authentication, operation, request, session)
    const media = bodyMediaType(operation, request)
    if (media !== undefined && typeof media !== 'string') return refuse(media, operation, request, session)
    const unacceptable = Object.hasOwn(rules.handlers, operation.id) ? undefined : notAcceptable(operation, request)
    if (unacceptable) return refuse(unacceptable, operation, request, session)
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
      ? writer.refusal(result, { ...asking(operation, request, session), exchange })
      : writer.reply(result, exchange, session)
  }

  const refuse: Engine['refuse'] = (refusal, operation, request, session) =>
    writer.refusal(refusal, asking(operation, request, session))

  /** The answer that a request asks for by `Prefer`; `undefined` where it has no such wish. */
  const preferred = (operation: Operation, request: RequestHead, session: Session): Answer | undefined => {
    const preference = request.headers['prefer'] === undefined ? undefined : preferenceOf(request)
    if (!preference) return undefined
    const found = preferredAnswer(operation, preference)
    if ('problem' in found) return refuse(unknownPreference(operation, found.problem), operation, request, session)
    return writer.preferred(found, preference.applied, { ...asking(operation, request, session), operation })
  }

  /** A 401 without its challenge would be none (RFC 9110, 11.6.1), even one that was asked for. */
  const asking = (operation: Operation | undefined, request: RequestHead, session: Session): Asked => ({
    operation,
    request,
    session,
    challenge: () => {
      if (!operation) return {}
      const nobody = { ...request, headers: {}, rawHeaders: [] }
      const anonymous = authenticate(operation, nobody, session.world.state(api.name))
      return (anonymous.kind === 'refusal' ? anonymous : unauthorized(api, operation, '')).headers
    },
  })

  return { api, rules, plans, begin, finish, refuse }
}

/** What somebody else's large document needs for each operation is made with its first request. */
function planOf(api: Api, operation: Operation, handler: Handler, rules: Rules): Plan {
  if (api.strict) {
    const decodeParameters = createParameterDecoder(operation, rules)
    return { api, operation, handler, decodeParameters, enumPoints: enumPoints(api, operation) }
  }
  let decode: ParameterDecoder | undefined
  let points: readonly EnumPoint[] | undefined
  return {
    api,
    operation,
    handler,
    decodeParameters: (request, texts) => (decode ??= createParameterDecoder(operation, rules, true))(request, texts),
    get enumPoints() {
      return (points ??= enumPoints(api, operation))
    },
  }
}

function unknownPreference({ pointer }: Operation, message: string): Refusal {
  return { kind: 'refusal', by: 'validation', status: 400, message, pointer: `${pointer}/responses` }
}

/** A body of a type that nobody accepts is refused before anything is done, where the operation knows that refusal. */
function notAcceptable(operation: Operation, { headers }: RequestHead): Refusal | undefined {
  const { accept } = headers
  if (accept === undefined || !('406' in operation.responses)) return undefined
  const types = Object.keys(successOf(operation).response?.content ?? {})
  if (types.length === 0 || negotiate(types, String(accept)) !== undefined) return undefined
  const message = `The answer can be ${types.join(' or ')}, and the request accepts ${String(accept)} only.`
  return { kind: 'refusal', by: 'media-type', status: 406, message, pointer: `${operation.pointer}/responses` }
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
    headers: {
      'content-type': contentType ?? 'application/json; charset=utf-8',
      ...refusal.headers,
      'x-mock-refused-by': refusal.by,
    },
    text: toJson(body),
    body,
    refusedBy: refusal.by,
    reason: refusal.message,
    exchange: undefined,
  }
}

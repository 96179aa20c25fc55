import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type { Answer } from '../mock/engine/engine.ts'
import { parseJsonBody } from '../mock/engine/json-body.ts'
import { toJson } from '../mock/engine/json.ts'
import type { Refusal } from '../mock/handlers/handler.ts'
import { unknownSession } from '../mock/server/not-found.ts'
import { type Control, sharedSchemas } from '../mock/session/control.ts'
import { bodyPointer } from './call-pointer.ts'
import { checkAnswer } from './check-answer.ts'
import type { ControlOptions, ControlPart } from './control-options.ts'
import { clockRoutes, clockTag } from './clock-routes.ts'
import { createValidatorCompiler } from './check-request.ts'
import { faultsRoutes, faultsTag } from './faults-routes.ts'
import { mockRoutes, mockTag } from './mock-routes.ts'
import { noteOutcome, RefusedCall, sendRefusal, refusalOf } from './refused-call.ts'
import { overridesRoutes, overridesTag } from './overrides-routes.ts'
import { requestsRoutes, requestsTag } from './requests-routes.ts'
import { problemSchema } from './route-schema.ts'
import { sessionsRoutes, sessionsTag } from './sessions-routes.ts'
import { stateRoutes, stateTag } from './state-routes.ts'
import { nothingAt, registerOtherMethods } from './other-methods.ts'

/** Everything that a mock can be asked. */
export const mockParts: readonly ControlPart[] = [
  { tag: mockTag, routes: mockRoutes },
  { tag: stateTag, routes: stateRoutes },
  { tag: sessionsTag, routes: sessionsRoutes },
  { tag: clockTag, routes: clockRoutes },
  { tag: faultsTag, routes: faultsRoutes },
  { tag: overridesTag, routes: overridesRoutes },
  { tag: requestsTag, routes: requestsRoutes },
]

/** What a proxy can be asked: it has no state to steer, but it has seen things. */
export const proxyParts: readonly ControlPart[] = [
  { tag: mockTag, routes: mockRoutes },
  { tag: requestsTag, routes: requestsRoutes },
]

export interface ControlPlaneOptions extends ControlOptions {
  readonly parts?: readonly ControlPart[]
}

export const CONTROL_PREFIX = '/__mock'
/** A whole state may be put back. */
const MAX_BODY_BYTES = 256 * 1024 * 1024

/** The calls below `/__mock`: one plugin for each tag, in a scope of their own. Register it with the prefix CONTROL_PREFIX. */
export const controlPlane: FastifyPluginCallback<ControlPlaneOptions> = (app, options, done) => {
  const { control, engines, document, parts = mockParts } = options
  for (const schema of [...sharedSchemas, problemSchema]) app.addSchema(schema)
  app.decorateRequest('mockSession')
  app.setValidatorCompiler(createValidatorCompiler(control.inputs))
  app.setSerializerCompiler(() => toJson)
  app.setReplySerializer(toJson)
  app.setErrorHandler(answerError)
  addBodyParsers(app)
  app.addHook('onRequest', (request, _reply, next) => begin(control, request, next))
  app.addHook('preValidation', (request, _reply, next) => next(missingBody(request)))
  app.addHook('preSerialization', (request, reply, payload, next) => {
    checkAnswer(control.inputs, request, reply.statusCode, payload)
    next(null, payload)
  })
  app.addHook('onSend', (request, reply, payload, next) => {
    noteOutcome(request, { ...unseenAnswer, status: reply.statusCode })
    if (reply.statusCode >= 400) reply.header('content-type', 'application/problem+json')
    const { clock } = (request.mockSession ?? control.sessions.default).world
    if (clock.setting.mode === 'frozen') reply.header('date', clock.httpDate())
    next(null, payload)
  })
  for (const { routes } of parts) app.register(routes, { control, engines, document })
  registerOtherMethods(app)
  done()
}

/** An answer of a call, of which a log wants no more than its status. */
const unseenAnswer: Answer = {
  status: 0,
  headers: {},
  text: undefined,
  body: undefined,
  refusedBy: undefined,
  exchange: undefined,
}

/** Nothing but JSON is read; what a call without a body is sent is let go by. */
function addBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    ['*', 'application/json'],
    { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES },
    (request, bytes, done) => {
      if (!takesBody(request) || bytes.length === 0) return done(null)
      const parsed = parseJsonBody(bytes as Buffer)
      if (!('problem' in parsed)) return done(null, parsed.value)
      done(syntaxError(request, `The body cannot be read: ${parsed.problem}.`))
    },
  )
}

function begin(control: Control, request: FastifyRequest, next: (error?: Error) => void): void {
  const session = control.sessions.of(request.raw)
  if (!session) return next(new RefusedCall(unknownSession(request.raw)))
  request.mockSession = session
  // Fastify's router lets `/__mock/sessions/` pass as `/__mock/sessions/{id}`; no template expands to that.
  if (Object.values((request.params ?? {}) as Record<string, string>).includes('')) return next(nothingAt(request))
  const refusal = takesBody(request) ? mediaTypeRefusal(request) : undefined
  next(refusal && new RefusedCall(refusal))
}

function takesBody(request: FastifyRequest): boolean {
  return request.routeOptions.schema?.body !== undefined
}

function mediaTypeRefusal(request: FastifyRequest): Refusal | undefined {
  const { 'content-type': type = '', 'content-encoding': coding = '', 'content-length': length = '0' } = request.headers
  const announced = (type.split(';', 1)[0] ?? '').trim().toLowerCase()
  if (announced === '' && length === '0' && request.headers['transfer-encoding'] === undefined) return undefined
  const common = { kind: 'refusal', by: 'media-type', status: 415, pointer: `${bodyPointer(request)}/content` } as const
  // RFC 9110, 8.4: what a coding hides can't be read, and reading it as if there were none would be a guess.
  if (!/^(identity)?$/i.test(coding.trim())) {
    const message = `The body must come without a Content-Encoding, not in ${coding}.`
    return { ...common, message, headers: { 'accept-encoding': 'identity' } }
  }
  if (announced === 'application/json') return undefined
  const message =
    announced === ''
      ? 'The body needs a Content-Type: application/json.'
      : `The body must be application/json, not ${announced}.`
  return { ...common, message }
}

function missingBody(request: FastifyRequest): Error | undefined {
  if (!takesBody(request) || request.body !== undefined) return undefined
  if (!request.routeOptions.config.optionalBody) return syntaxError(request, 'The request needs a body.')
  request.body = {}
  return undefined
}

function syntaxError(request: FastifyRequest, message: string): RefusedCall {
  return new RefusedCall({ kind: 'refusal', by: 'syntax', status: 400, message, pointer: bodyPointer(request) })
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): unknown {
  // The client went away, or broke HTTP, in the middle of its body: nobody waits for an answer.
  if (request.raw.destroyed && !request.raw.complete) return reply.hijack()
  // Fastify parses the content type of every request with a body; a call that takes none does not care.
  if ((error as { code?: string }).code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' && !takesBody(request)) {
    request.raw.resume()
    return request.routeOptions.handler.call(request.server, request, reply)
  }
  return sendRefusal(request, reply, refusalOf(error, MAX_BODY_BYTES))
}

import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod, RouteOptions } from 'fastify'
import type { Operation } from '../../openapi/api.ts'
import type { Answer, Engine } from '../engine/engine.ts'
import { later, nextDelay } from './delay.ts'
import { faultRefusal, matchBefore } from './fault-injection.ts'
import type { Refusal, RequestHead } from '../handlers/handler.ts'
import type { Payload } from '../engine/read-request.ts'
import { headOf, pathOf } from '../engine/request-head.ts'
import { overrideAnswer } from '../engine/override-answer.ts'
import type { Fault } from '../session/faults.ts'
import { bodyValue } from '../session/journal.ts'
import type { Context, Host, PendingOverride, Route } from './host.ts'
import { answerNotFound, noAnswer, note, send } from './responses.ts'
import { localUrlOf } from '../session/session-prefix.ts'
import type { Session } from '../session/session.ts'
import { unknownSession } from './not-found.ts'
import { PathTrie } from './path-trie.ts'
import { allowOf } from './route-table.ts'
import type { Candidate, RoutedPath } from './routed-paths.ts'
import { readForm, uploadRefusal } from './uploads.ts'

/** Bodies that are not uploads, in bytes. */
export const MAX_BODY_BYTES = 1024 * 1024

/** Routes one method of a path. */
export function registerRoute(host: Host, scope: FastifyInstance, path: RoutedPath, method: string): void {
  const candidates = path.methods.get(method) ?? []
  if (candidates.length === 0) return
  const look = (request: FastifyRequest): Route | undefined =>
    hasEmptySegment(request)
      ? undefined
      : routeAmong(host, candidates, request, request.params as Record<string, string>)
  // Asked by each step of a request, and looked for once.
  const find: Finder = (request) => (request.mockRoute ??= look(request))
  scope.route({
    method,
    url: path.url,
    exposeHeadRoute: method === 'GET' && !path.methods.has('HEAD'),
    ...handlersOf(host, find, candidates.some(({ plan }) => takesForm(plan)) ? formHandler(find) : bytesHandler(find)),
  })
}

/** Routes every method of all these paths by one route of Fastify. */
export function registerAnyPath(host: Host, scope: FastifyInstance, paths: readonly RoutedPath[]): void {
  const trie = new PathTrie(paths)
  const look = (request: FastifyRequest): Route | undefined => {
    const { method } = request
    return trie.find(pathOf(localUrlOf(request.raw)), ({ methods }, params) => {
      const candidates = methods.get(method) ?? (method === 'HEAD' ? methods.get('GET') : undefined)
      return candidates && routeAmong(host, candidates, request, params)
    })
  }
  const find: Finder = (request) => (request.mockRoute ??= look(request))
  const ofBytes = bytesHandler(find)
  const ofForms = formHandler(find)
  const handlers = handlersOf(host, find, function (request, reply) {
    const route = find(request)
    return (route && takesForm(route.plan) ? ofForms : ofBytes).call(this, request, reply)
  })
  const { onRequest } = handlers
  const options: RouteOptions = {
    ...handlers,
    method: scope.supportedMethods,
    url: '/*',
    exposeHeadRoute: false,
    onRequest: (request, reply, done) => {
      if (find(request) || request.method !== 'OPTIONS') return onRequest(request, reply, done)
      const path = trie.find(pathOf(localUrlOf(request.raw)), (found) => found)
      answerOptions(host, request, reply, path && allowOf([...path.methods.keys()]))
    },
  }
  scope.route(options)
  // The overview of a mock stands there only if no API does.
  if (paths.some(({ url }) => url === '/')) scope.route({ ...options, url: '/' })
}

function handlersOf(host: Host, find: Finder, handler: RouteHandlerMethod) {
  return {
    bodyLimit: MAX_BODY_BYTES,
    onRequest: (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
      const route = find(request)
      if (route) begin(route, request, reply, done)
      else answerNotFound(host, request, reply)
    },
    handler,
    errorHandler: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      const route = find(request)
      if (route) refuseBody(route, error, request, reply)
      else answerNotFound(host, request, reply)
    },
  }
}

type Finder = (request: FastifyRequest) => Route | undefined

/** Which of the operations of a path and method a request is for. */
function routeAmong(
  host: Host,
  candidates: readonly Candidate[],
  request: FastifyRequest,
  params: Readonly<Record<string, string>>,
): Route | undefined {
  for (const { engine, plan, read } of candidates) {
    const pathTexts = read(params, localUrlOf(request.raw))
    if (pathTexts) return { host, engine, plan, pathTexts }
  }
  return undefined
}

/** Everything before the body: the session, a fault that hits, credentials, media type. */
function begin(route: Route, request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const { host, engine, plan } = route
  const session = host.sessions.of(request.raw)
  if (!session) return send(host, request, reply, sessionless(host, engine, request))
  const line = headOf(request.raw)
  const arrival: Arrival = { request, reply, line, session, done }
  if (!host.delayMs) return meetFault(route, arrival)
  const giveUp = (): void => note(host, request, noAnswer, { engine, plan, session })
  later(reply.raw, nextDelay(host.delayMs, session), () => meetFault(route, arrival), giveUp)
}

function meetFault(route: Route, arrival: Arrival): void {
  const { engine, plan } = route
  const { line, session } = arrival
  const fault = session.faults.match(engine.api.name, plan.operation.id, line)
  if (fault) injectFault(fault, route, arrival)
  else admit(route, arrival)
}

function injectFault(fault: Fault, route: Route, arrival: Arrival): void {
  const { host, engine, plan } = route
  const { request, reply, line, session } = arrival
  request.mockFault = fault
  const context: Context = { engine, plan, session }
  matchBefore(fault, reply, {
    proceed: () => admit(route, arrival),
    refuse: () =>
      send(host, request, reply, engine.refuse(faultRefusal(fault), plan.operation, line, session), context),
    giveUp: () => note(host, request, noAnswer, context),
  })
}

interface Arrival {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly line: RequestHead
  readonly session: Session
  readonly done: () => void
}

function admit({ host, engine, plan, pathTexts }: Route, { request, reply, line, session, done }: Arrival): void {
  const begun = engine.begin(plan, line, session, pathTexts)
  const { overrides } = session
  const candidates = overrides.isEmpty
    ? undefined
    : overrides.matching({ api: engine.api.name, operationId: plan.operation.id, line, pathTexts })
  if (candidates) request.mockPending = { candidates, session, begun }
  else if (!('plan' in begun)) return send(host, request, reply, begun, { engine, plan, session })
  if ('plan' in begun) request.mockCall = begun
  done()
}

function sessionless(host: Host, engine: Engine, request: FastifyRequest): Answer {
  return engine.refuse(unknownSession(request.raw), undefined, headOf(request.raw), host.sessions.default)
}

function bytesHandler(find: Finder): RouteHandlerMethod {
  return (request, reply) => {
    const bytes = request.body
    finish(find(request), request, reply, Buffer.isBuffer(bytes) ? { kind: 'bytes', bytes } : undefined)
  }
}

function formHandler(find: Finder): RouteHandlerMethod {
  return async (request, reply) => {
    const isForm = request.mockCall?.mediaType === 'multipart/form-data'
    const bytes = request.body
    const payload: Payload | undefined = isForm
      ? await readForm(request)
      : Buffer.isBuffer(bytes)
        ? { kind: 'bytes', bytes }
        : undefined
    finish(find(request), request, reply, payload)
    return reply
  }
}

function finish(
  route: Route | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: Payload | undefined,
): void {
  const { mockCall: call, mockPending: pending } = request
  if (route && pending && finishOverridden(route, request, reply, pending, payload)) return
  if (!call || !route) throw new Error('a request reached its handler without passing onRequest')
  const { host, engine, plan } = route
  send(host, request, reply, engine.finish(call, payload), { engine, plan, session: call.session, payload })
}

/** Answers by an override, or else with the refusal that it would have replaced; false where the request takes its usual way. */
function finishOverridden(
  { host, engine, plan }: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  { candidates, session, begun }: PendingOverride,
  payload: Payload | undefined,
): boolean {
  const body = payload?.kind === 'form' ? payload.fields : bodyValue(payload?.bytes)
  const override = session.overrides.take(candidates, body)
  const context: Context = { engine, plan, session, payload }
  if (override)
    send(host, request, reply, overrideAnswer(plan.operation, override, session), { ...context, override: override.id })
  else if (!('plan' in begun)) send(host, request, reply, begun, context)
  else return false
  return true
}

/** What Fastify could not read, or the handler did not survive. */
function refuseBody(route: Route, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { host, engine, plan } = route
  if (isContentTypeError(error)) return finishWithoutBody(route, request, reply)
  if (hasLeft(request)) return void reply.hijack()
  const session = host.sessions.of(request.raw) ?? host.sessions.default
  const refusal = (takesForm(plan) ? uploadRefusal(error) : undefined) ?? bodyRefusal(error)
  const answer = engine.refuse(refusal, plan.operation, headOf(request.raw), session)
  send(host, request, reply, answer, { engine, plan, session })
}

/**
 * Fastify parses the content type of every PATCH and DELETE, and asks for one of every QUERY (RFC 10008, 2), with a body or without;
 * whether it matters, the operation has decided before.
 */
function isContentTypeError(error: unknown): boolean {
  const { code = '' } = error as { code?: string }
  return code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || code === 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE'
}

/** The client went away, or broke HTTP, in the middle of its body: nobody waits for an answer, and none was given. */
function hasLeft({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete
}

function finishWithoutBody(route: Route, request: FastifyRequest, reply: FastifyReply): void {
  request.raw.resume()
  finish(route, request, reply, undefined)
}

/** Fastify's router lets `/v2/interactions/` pass as `/v2/interactions/{id}`; no template expands to that. */
function hasEmptySegment(request: FastifyRequest): boolean {
  const params = request.params as Record<string, string>
  for (const name in params) if (params[name] === '') return true
  return false
}

/** Answers OPTIONS on a path with the methods that it has, unless the spec declares one. */
export function registerOptions(host: Host, scope: FastifyInstance, path: RoutedPath): void {
  if (path.methods.has('OPTIONS')) return
  const allow = allowOf([...path.methods.keys()])
  scope.options(path.url, (request, reply) =>
    answerOptions(host, request, reply, hasEmptySegment(request) ? undefined : allow),
  )
}

function answerOptions(host: Host, request: FastifyRequest, reply: FastifyReply, allow: string | undefined): void {
  if (allow === undefined || !host.sessions.of(request.raw)) return answerNotFound(host, request, reply)
  reply.code(204).header('allow', allow).send()
}

function bodyRefusal(error: unknown): Refusal {
  const { code, message = String(error) } = error as { code?: string; message?: string }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return { kind: 'refusal', by: 'size', status: 413, message: `The body is larger than ${MAX_BODY_BYTES} bytes.` }
  }
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH') {
    return {
      kind: 'refusal',
      by: 'syntax',
      status: 400,
      message: 'The body is not as long as its Content-Length says.',
    }
  }
  return { kind: 'refusal', by: 'rule', status: 500, message: `The mock failed: ${message}` }
}

export function takesForm({ operation }: { readonly operation: Operation }): boolean {
  return operation.requestMediaTypes.includes('multipart/form-data')
}

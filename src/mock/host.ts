import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type RouteHandlerMethod } from 'fastify'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { UnderstudyError } from '../errors.ts'
import type { Operation } from '../spec/api.ts'
import { type Answer, type Call, type Engine, type Plan } from './engine.ts'
import { faultRefusal, replacesAnswer, spoil, strikeBefore } from './fault-injection.ts'
import type { Fault } from './faults.ts'
import type { Clock } from '../store/clock.ts'
import type { Refusal } from './handler.ts'
import { isJson, type Payload } from './read-request.ts'
import { lineOf } from './request-line.ts'
import { createRouteTable, type RouteTable } from './route-table.ts'
import { routableUrl, sessionPrefixOf } from './session-prefix.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'
import { answerBrokenRequest, unknownSession, unroutedAnswer } from './unrouted.ts'
import { readForm, registerForms, uploadRefusal } from './upload.ts'

/** Bodies that are not uploads, in bytes. */
const MAX_BODY_BYTES = 1024 * 1024
/** Bodies of the control plane, where a whole state may be put back. */
const MAX_CONTROL_BODY_BYTES = 256 * 1024 * 1024

export interface HostOptions {
  readonly engines: readonly Engine[]
  readonly sessions: Sessions
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the credentials and the media type of a request were accepted. */
    call: Call | undefined
    /** The fault that strikes this request. */
    fault: Fault | undefined
  }
}

/**
 * Fastify around the engines: one encapsulated plugin per API, every other path a 404. Fastify routes, reads bodies and
 * writes answers; what an answer says is the engine's business.
 */
export async function createHost({ engines, sessions }: HostOptions): Promise<FastifyInstance> {
  const routes = createRouteTable(engines)
  const host: Host = { engines, sessions, routes }
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    exposeHeadRoutes: true,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 8192, caseSensitive: true },
    rewriteUrl: routableUrl,
    frameworkErrors: (_error, request, reply) => answerUnrouted(host, request, reply as FastifyReply),
    clientErrorHandler: (error, socket) => answerBrokenRequest(host, error, socket),
  })
  // What leads nowhere is answered whatever its body is; Fastify's own parsers would refuse the body first.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, body, done) => {
    body.resume()
    done(null)
  })
  app.decorateRequest('call', undefined)
  app.decorateRequest('fault', undefined)
  app.setNotFoundHandler((request, reply) => answerUnrouted(host, request, reply))
  for (const engine of engines) await app.register((scope) => registerApi(host, scope, engine))
  return app
}

interface Host {
  readonly engines: readonly Engine[]
  readonly sessions: Sessions
  readonly routes: RouteTable
}

async function registerApi(host: Host, scope: FastifyInstance, engine: Engine): Promise<void> {
  scope.removeAllContentTypeParsers()
  // Fastify finds a parser by its name sooner than by the star.
  const types = ['*', ...jsonTypesOf(engine)]
  scope.addContentTypeParser(types, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  if (engine.plans.some(takesForm)) await registerForms(scope)
  for (const base of engine.api.bases) {
    for (const plan of engine.plans) registerOperation(host, scope, engine, plan, base)
  }
  const paths = new Set(engine.plans.flatMap(({ operation }) => engine.api.bases.map((base) => base + operation.path)))
  for (const path of paths) registerOptions(host, scope, path)
}

function registerOperation(host: Host, scope: FastifyInstance, engine: Engine, plan: Plan, base: string): void {
  const { method, path } = plan.operation
  const form = takesForm(plan)
  try {
    scope.route({
      method,
      url: fastifyPath(base + path),
      ...(engine.steersMock && { bodyLimit: MAX_CONTROL_BODY_BYTES }),
      onRequest: (request, reply, done) => {
        const session = host.sessions.of(request.raw)
        if (!session) return send(host, request, reply, sessionless(host, engine, request))
        if (hasEmptySegment(request)) return answerUnrouted(host, request, reply)
        const line = lineOf(request.raw)
        const context: Context = { engine, plan, session }
        const proceed = (): void => {
          const begun = engine.begin(plan, line, session, request.params as Record<string, string>)
          if (!('plan' in begun)) return send(host, request, reply, begun, context)
          request.call = begun
          done()
        }
        const fault = engine.steersMock ? undefined : session.faults.strike(engine.api.name, plan.operation.id, line)
        if (!fault) return proceed()
        request.fault = fault
        strikeBefore(fault, reply, {
          proceed,
          refuse: () =>
            send(host, request, reply, engine.refuse(faultRefusal(fault), plan.operation, line, session), context),
          giveUp: () => note(host, request, noAnswer, context),
        })
      },
      handler: form ? formHandler(host, engine) : bytesHandler(host, engine),
      errorHandler: (error, request, reply) => {
        if (isContentTypeError(error)) return finishWithoutBody(host, engine, request, reply)
        if (hasLeft(request)) return void reply.hijack()
        const session = host.sessions.of(request.raw) ?? host.sessions.default
        const refusal = (form ? uploadRefusal(error) : undefined) ?? bodyRefusal(error)
        send(host, request, reply, engine.refuse(refusal, plan.operation, lineOf(request.raw), session), {
          engine,
          plan,
          session,
        })
      },
    })
  } catch (error) {
    throw new UnderstudyError(
      'SPEC_INVALID',
      `cannot be served: ${(error as Error).message}`,
      `${engine.api.file}#${plan.operation.pointer}`,
    )
  }
}

function sessionless(host: Host, engine: Engine, request: FastifyRequest): Answer {
  return engine.refuse(unknownSession(request.raw), undefined, lineOf(request.raw), host.sessions.default)
}

function bytesHandler(host: Host, engine: Engine): RouteHandlerMethod {
  return (request, reply) => {
    const bytes = request.body
    finish(host, engine, request, reply, Buffer.isBuffer(bytes) ? { kind: 'bytes', bytes } : undefined)
  }
}

function formHandler(host: Host, engine: Engine): RouteHandlerMethod {
  return async (request, reply) => {
    const payload = request.call?.mediaType === 'multipart/form-data' ? await readForm(request) : undefined
    finish(host, engine, request, reply, payload)
    return reply
  }
}

function finish(
  host: Host,
  engine: Engine,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: Payload | undefined,
): void {
  const { call } = request
  if (!call) throw new Error('a request reached its handler without passing onRequest')
  const answer = engine.finish(call, payload)
  send(host, request, reply, answer, {
    engine,
    plan: call.plan,
    session: call.session,
    payload,
  })
}

/** Fastify parses the content type of every PATCH and DELETE; whether it matters, the operation has decided before. */
function isContentTypeError(error: unknown): boolean {
  return (error as { code?: string }).code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE'
}

/** The client went away, or broke HTTP, in the middle of its body: nobody waits for an answer, and none was given. */
function hasLeft({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete
}

function finishWithoutBody(host: Host, engine: Engine, request: FastifyRequest, reply: FastifyReply): void {
  request.raw.resume()
  finish(host, engine, request, reply, undefined)
}

/** Fastify's router lets `/v2/interactions/` pass as `/v2/interactions/{id}`; no template expands to that. */
function hasEmptySegment(request: FastifyRequest): boolean {
  const params = request.params as Record<string, string>
  for (const name in params) if (params[name] === '') return true
  return false
}

/** What is known of a request when it is answered; nothing where routing failed. */
interface Context {
  readonly engine?: Engine
  readonly plan?: Plan
  readonly session?: Session
  readonly payload?: Payload | undefined
}

/** Stands in the journal for the answer that a fault kept from being given. */
const noAnswer: Answer = {
  status: 0,
  headers: {},
  text: undefined,
  body: undefined,
  refusedBy: 'fault',
  exchange: undefined,
}

function send(host: Host, request: FastifyRequest, reply: FastifyReply, given: Answer, context: Context = {}): void {
  const answer = faultedAnswer(request, given, context)
  note(host, request, answer, context)
  // Nothing of Fastify's is left to do for an answer that is text already.
  reply.hijack()
  const { fault, raw } = request
  const isHead = raw.method === 'HEAD'
  const extra = headersOfSession(raw, answer, (context.session ?? host.sessions.default).world.clock)
  const wire = extra ? { ...answer, headers: { ...answer.headers, ...extra } } : answer
  if (!fault || !spoil(fault, reply.raw, wire, (spoilt) => writeAnswer(reply.raw, isHead, spoilt)))
    writeAnswer(reply.raw, isHead, wire)
}

/** What the answer says of the session that it comes from, if anything. */
function headersOfSession(
  raw: IncomingMessage,
  { headers }: Answer,
  clock: Clock,
): Readonly<Record<string, string>> | undefined {
  // Whoever came by a session's path prefix must stay inside it when following the answer.
  const prefix = sessionPrefixOf(raw)
  const isFrozen = clock.setting.mode === 'frozen'
  if (prefix === '' && !isFrozen) return undefined
  const { location, link } = headers
  return {
    ...(prefix !== '' && location?.startsWith('/') && { location: prefix + location }),
    ...(prefix !== '' && link && { link: link.replaceAll('</', `<${prefix}/`) }),
    ...(isFrozen && { date: clock.httpDate() }),
  }
}

function writeAnswer(raw: ServerResponse, isHead: boolean, { status, headers, text = '' }: Answer): void {
  // A flat list of names and values is what Node writes fastest.
  const list: string[] = []
  for (const name in headers) list.push(name, headers[name] as string)
  if (status !== 204 && status !== 304) list.push('content-length', String(Buffer.byteLength(text)))
  raw.writeHead(status, list)
  raw.end(isHead ? '' : text)
}

/** A `status` fault of the phase `after` lets the state change and takes the answer away. */
function faultedAnswer(request: FastifyRequest, given: Answer, { engine, plan, session }: Context): Answer {
  const { fault } = request
  if (!engine || !session || !replacesAnswer(fault) || given.refusedBy === 'fault') return given
  return engine.refuse(faultRefusal(fault), plan?.operation, lineOf(request.raw), session)
}

function note(host: Host, request: FastifyRequest, answer: Answer, { plan, session, payload }: Context): void {
  if (!session || isControl(request)) return
  if (plan) host.sessions.coverage.note(plan.operation, answer.status, answer.exchange, plan.enumPoints)
  session.journal.note({
    atMs: session.world.clock.now(),
    api: plan?.operation.api,
    operationId: plan?.operation.id,
    request: request.call?.request ?? lineOf(request.raw),
    requestBody: payload?.kind === 'form' ? { fields: payload.fields, files: payload.files } : payload?.bytes,
    status: answer.status,
    responseHeaders: answer.headers,
    responseBody: answer.body,
    responseBytes: answer.text?.length ?? 0,
    refusedBy: answer.refusedBy,
    fault: request.fault?.id,
  })
}

function isControl(request: FastifyRequest): boolean {
  return request.raw.url?.startsWith('/__mock/') ?? false
}

function registerOptions(host: Host, scope: FastifyInstance, path: string): void {
  const allow = host.routes.allowedOn(path)
  if (host.routes.declares('OPTIONS', path)) return
  scope.options(fastifyPath(path), (request, reply) => {
    if (!host.sessions.of(request.raw) || hasEmptySegment(request)) return answerUnrouted(host, request, reply)
    reply.code(204).header('allow', allow).send()
  })
}

/** 404 and 405, in the format of the API that the path belongs to. */
function answerUnrouted(host: Host, request: FastifyRequest, reply: FastifyReply): void {
  const session = host.sessions.of(request.raw)
  send(host, request, reply, unroutedAnswer(host, lineOf(request.raw), session, request.raw), session && { session })
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

/** `{id}` as find-my-way writes it; a literal colon is doubled there. */
function fastifyPath(template: string): string {
  return template.replaceAll(':', '::').replaceAll(/\{([^}]+)\}/g, ':$1')
}

function jsonTypesOf({ plans }: Engine): string[] {
  const types = plans.flatMap(({ operation }) => Object.keys(operation.requestBody?.content ?? {}))
  return [...new Set(types)].filter((type) => isJson(type) && !type.includes('*'))
}

function takesForm({ operation }: { readonly operation: Operation }): boolean {
  return operation.requestBody?.content['multipart/form-data'] !== undefined
}

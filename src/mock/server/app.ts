import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type Engine, problemAnswer } from '../engine/engine.ts'
import { type AccessPolicy, refuseAccess } from './access.ts'
import { isJson } from '../../openapi/media-type.ts'
import { MAX_BODY_BYTES, registerOperation, registerOptions, takesForm } from './routes.ts'
import { createRouteTable } from './route-table.ts'
import { answerNotFound, type Host, send } from './responses.ts'
import { routableUrl } from '../session/session-prefix.ts'
import type { Sessions } from '../session/sessions.ts'
import { answerBrokenRequest } from './not-found.ts'
import { registerForms } from './uploads.ts'

export interface HostOptions {
  readonly engines: readonly Engine[]
  readonly sessions: Sessions
  /** Whom it talks to; whoever has asked that already leaves it out. */
  readonly access?: AccessPolicy
}

/**
 * Fastify around the engines: one encapsulated plugin per API, every other path a 404. Fastify routes, reads bodies and
 * writes answers; what an answer says is the engine's business.
 */
export async function createHost({ engines, sessions, access }: HostOptions): Promise<FastifyInstance> {
  const routes = createRouteTable(engines)
  const host: Host = { engines, sessions, routes }
  const guard = (request: FastifyRequest, reply: FastifyReply, pass: () => void): void => {
    const refusal = access && refuseAccess(request.raw, access)
    if (refusal) send(host, request, reply, problemAnswer(refusal))
    else pass()
  }
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    exposeHeadRoutes: true,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 8192, caseSensitive: true },
    rewriteUrl: routableUrl,
    frameworkErrors: (_error, request, reply) =>
      guard(request, reply as FastifyReply, () => answerNotFound(host, request, reply)),
    clientErrorHandler: (error, socket) => answerBrokenRequest(host, error, socket),
  })
  app.addHook('onRequest', guard)
  // What leads nowhere is answered whatever its body is; Fastify's own parsers would refuse the body first.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, body, done) => {
    body.resume()
    done(null)
  })
  app.decorateRequest('call', undefined)
  app.decorateRequest('fault', undefined)
  app.setNotFoundHandler((request, reply) => answerNotFound(host, request, reply))
  for (const engine of engines) await app.register((scope) => registerApi(host, scope, engine))
  return app
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

function jsonTypesOf({ plans }: Engine): string[] {
  const types = plans.flatMap(({ operation }) => Object.keys(operation.requestBody?.content ?? {}))
  return [...new Set(types)].filter(isJson)
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isJson } from '../../openapi/media-type.ts'
import type { Engine } from '../engine/engine.ts'
import { leaveSessionPrefix } from '../session/session-prefix.ts'
import type { Host } from './host.ts'
import { answerNotFound } from './responses.ts'
import { registerOptions, registerRoute, takesForm } from './routes.ts'
import { registerForms } from './uploads.ts'

/** Called with the scope of an API before its routes are registered, so that other plugins can join it. */
export type ApiScope = (scope: FastifyInstance, engine: Engine) => unknown

/** One encapsulated scope per API, with content-type parsers of its own. */
export async function mountApis(app: FastifyInstance, host: Host, join?: ApiScope): Promise<void> {
  app.decorateRequest('mockCall', undefined)
  app.decorateRequest('mockFault', undefined)
  app.decorateRequest('mockPending', undefined)
  app.decorateRequest('mockOutcome', undefined)
  for (const engine of host.engines) {
    await app.register(async (scope) => {
      await join?.(scope, engine)
      await registerApi(host, scope, engine)
    })
  }
}

/**
 * Answers what the APIs would refuse as unknown (404, 405) in an app that has other routes and a 404 of its own: below the path
 * prefixes of each API, and on its paths. An API at the root of the app takes its own paths only.
 */
export function mountNotFound(app: FastifyInstance, host: Host): void {
  const families = host.engines.flatMap(({ api }) => api.families).filter((prefix) => prefix !== '/' && prefix !== '')
  const paths = host.routes.paths.map(({ url }) => url)
  for (const url of new Set([...paths, ...families.flatMap((prefix) => [prefix, `${prefix}/*`])])) {
    const method = app.supportedMethods.filter((each) => !app.hasRoute({ method: each, url }))
    if (method.length > 0)
      app.route({
        method,
        url,
        exposeHeadRoute: false,
        onRequest: (request, reply) => answerNotFound(host, request, reply),
        handler: (request, reply) => answerNotFound(host, request, reply),
      })
  }
}

/** `/~<id>/…` below a mount: what `rewriteUrl` does for a mock that has the server to itself, by going through the router twice. */
export function mountSessions(app: FastifyInstance, mount: string): void {
  const reroute = (request: FastifyRequest, reply: FastifyReply): void => {
    leaveSessionPrefix(request.raw, mount)
    reply.hijack()
    app.routing(request.raw, reply.raw)
  }
  for (const url of ['/~:session', '/~:session/*'])
    app.all(url, { exposeHeadRoute: false, onRequest: reroute }, reroute)
}

async function registerApi(host: Host, scope: FastifyInstance, engine: Engine): Promise<void> {
  scope.removeAllContentTypeParsers()
  // Fastify finds a parser by its name sooner than by the star.
  const types = ['*', ...jsonTypesOf(engine)]
  scope.addContentTypeParser(types, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  if (engine.plans.some(takesForm)) await registerForms(scope)
  for (const path of host.routes.paths) {
    const [first] = [...path.methods.values()].flat()
    if (first?.engine !== engine) continue
    for (const method of path.methods.keys()) registerRoute(host, scope, path, method)
    registerOptions(host, scope, path)
  }
}

function jsonTypesOf({ plans }: Engine): string[] {
  const types = plans.flatMap(({ operation }) => operation.requestMediaTypes)
  return [...new Set(types)].filter(isJson)
}

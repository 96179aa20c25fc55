import { METHODS } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isJson } from '../../openapi/media-type.ts'
import type { Engine } from '../engine/engine.ts'
import { leaveSessionPrefix } from '../session/session-prefix.ts'
import type { Host } from './host.ts'
import { answerNotFound } from './responses.ts'
import type { RoutedPath } from './routed-paths.ts'
import { registerAnyPath, registerOptions, registerRoute, takesForm } from './routes.ts'
import { registerForms } from './uploads.ts'

/** Called with the scope of an API before its routes are registered, so that other plugins can join it. */
export type ApiScope = (scope: FastifyInstance, engine: Engine) => unknown

/**
 * One encapsulated scope per API, with content-type parsers of its own. Documents of others share one, with one route for all their
 * paths, unless somebody joins the scopes.
 */
export async function mountApis(app: FastifyInstance, host: Host, join?: ApiScope): Promise<void> {
  for (const name of ['mockCall', 'mockFault', 'mockPending', 'mockRoute', 'mockOutcome'] as const)
    app.decorateRequest(name, undefined)
  addMethods(app, host)
  const together = join ? [] : host.engines.filter(({ api }) => !api.strict)
  for (const engine of host.engines) {
    if (together.includes(engine)) continue
    await app.register(async (scope) => {
      await join?.(scope, engine)
      await registerParsers(scope, [engine])
      registerPaths(host, scope, pathsOf(host, [engine]))
    })
  }
  if (together.length === 0) return
  await app.register(async (scope) => {
    await registerParsers(scope, together)
    registerAnyPath(host, scope, pathsOf(host, together))
  })
}

/** Fastify takes the usual methods only, unless it is told of others; those that Node can't read reach nobody. */
function addMethods(app: FastifyInstance, { engines }: Host): void {
  const wanted = engines.flatMap(({ plans }) => plans.map(({ operation }) => operation.method))
  for (const method of new Set(wanted))
    if (METHODS.includes(method) && !app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true })
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

async function registerParsers(scope: FastifyInstance, engines: readonly Engine[]): Promise<void> {
  scope.removeAllContentTypeParsers()
  // Fastify finds a parser by its name sooner than by the star.
  const types = new Set(['*', ...engines.flatMap(jsonTypesOf)])
  scope.addContentTypeParser([...types], { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  if (engines.some(({ plans }) => plans.some(takesForm))) await registerForms(scope)
}

/** The paths whose first operation is one of these APIs'. */
function pathsOf({ routes }: Host, engines: readonly Engine[]): RoutedPath[] {
  return routes.paths.filter(({ methods }) => {
    const [[first] = []] = methods.values()
    return first !== undefined && engines.includes(first.engine)
  })
}

function registerPaths(host: Host, scope: FastifyInstance, paths: readonly RoutedPath[]): void {
  for (const path of paths) {
    for (const method of path.methods.keys())
      if (scope.supportedMethods.includes(method)) registerRoute(host, scope, path, method)
    registerOptions(host, scope, path)
  }
}

function jsonTypesOf({ plans }: Engine): string[] {
  return plans.flatMap(({ operation }) => operation.requestMediaTypes).filter(isJson)
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { pathOf } from '../mock/engine/request-head.ts'
import { localUrlOf } from '../mock/session/session-prefix.ts'
import { pointerTo } from '../openapi/pointer.ts'
import { templateOf } from './call-pointer.ts'
import { RefusedCall } from './refused-call.ts'

/**
 * Answers what the calls leave over: OPTIONS with the methods of a path, other methods with 405, a path that is none with 404.
 * To be called when the plugins of the calls are registered: it waits for their routes.
 */
export function registerOtherMethods(app: FastifyInstance): void {
  const declared = new Map<string, Set<string>>()
  let isComplete = false
  app.addHook('onRoute', ({ method, url }) => {
    if (isComplete) return
    const methods = declared.get(url) ?? new Set()
    for (const each of [method].flat()) methods.add(each)
    declared.set(url, methods)
  })
  app.register((scope, _options, done) => {
    isComplete = true
    for (const [url, methods] of declared) registerPath(scope, url.slice(app.prefix.length), methods)
    scope.route({
      method: scope.supportedMethods,
      url: '/*',
      schema: { hide: true },
      exposeHeadRoute: false,
      handler: (request) => {
        throw nothingAt(request)
      },
    })
    done()
  })
}

/** The 404 of a path that no call has. */
export function nothingAt({ raw }: FastifyRequest): RefusedCall {
  const message = `There is nothing at ${pathOf(localUrlOf(raw))}: control-plane has no such path.`
  const pointer = '/components/responses/NotFound'
  return new RefusedCall({ kind: 'refusal', by: 'routing', status: 404, message, pointer })
}

function registerPath(scope: FastifyInstance, url: string, methods: ReadonlySet<string>): void {
  const allow = [...methods, 'OPTIONS'].join(', ')
  const schema = { hide: true }
  scope.options(url, { schema }, (_request, reply) => reply.code(204).header('allow', allow).send())
  scope.route({
    method: scope.supportedMethods.filter((method) => method !== 'OPTIONS' && !methods.has(method)),
    url,
    schema,
    exposeHeadRoute: false,
    handler: ({ method, raw, routeOptions }) => {
      const message = `${method} is not allowed on ${pathOf(localUrlOf(raw))}; allowed: ${allow}.`
      const pointer = pointerTo('/paths', templateOf(routeOptions.url ?? ''))
      throw new RefusedCall({ kind: 'refusal', by: 'routing', status: 405, message, headers: { allow }, pointer })
    },
  })
}

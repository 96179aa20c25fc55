import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import type { Certificate } from './certificate.ts'
import { routableUrl } from '../session/session-prefix.ts'
import { registerCors } from './cors.ts'
import { createGuard } from './guard.ts'
import { mountApis } from './mount.ts'
import { answerBrokenRequest } from './not-found.ts'
import { createHost, type Host, type HostOptions } from './host.ts'
import { answerNotFound } from './responses.ts'
import { registerRequestLog } from './request-log.ts'
import { MAX_BODY_BYTES } from './routes.ts'

/**
 * A Fastify that serves engines and nothing else: every other path is a 404 of ours. Fastify routes, reads bodies and writes
 * answers; what an answer says is the engine's business.
 */
export async function createApp(options: HostOptions): Promise<FastifyInstance> {
  const host = createHost(options)
  const app = createServer(host)
  await mountApis(app, host)
  return app
}

/** The Fastify of a mock that has the server to itself; what it serves is mounted afterwards. */
export function createServer(host: Host, certificate?: Certificate): FastifyInstance {
  const guard = createGuard(host)
  const options = {
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 8192, caseSensitive: true },
    rewriteUrl: routableUrl,
    frameworkErrors: (_error, request, reply) => guard(request, reply, () => answerNotFound(host, request, reply)),
    clientErrorHandler: (error, socket) => answerBrokenRequest(host, error, socket),
  } satisfies FastifyServerOptions
  const app = certificate ? createSecureApp(options, certificate) : Fastify(options)
  if (host.onRequest) registerRequestLog(app, host.onRequest)
  app.addHook('onRequest', guard)
  if (host.cors) registerCors(app)
  ignoreBodies(app)
  app.setNotFoundHandler((request, reply) => answerNotFound(host, request, reply))
  return app
}

/**
 * HTTPS, and HTTP/2 for who speaks it. Its requests and replies are those of `node:http2`, which are the same to all that we do
 * with them, but of other types.
 */
function createSecureApp(options: FastifyServerOptions, { cert, key }: Certificate): FastifyInstance {
  const secured = { ...options, http2: true, https: { cert, key, allowHTTP1: true } }
  return Fastify(secured as FastifyServerOptions)
}

/** What leads nowhere is answered whatever its body is; Fastify's own parsers would refuse the body first. */
export function ignoreBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, body, done) => {
    body.resume()
    done(null)
  })
}

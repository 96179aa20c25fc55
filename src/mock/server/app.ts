import type { ServerOptions } from 'node:http'
import Fastify, { type FastifyInstance, type FastifyServerFactory, type FastifyServerOptions } from 'fastify'
import type { Certificate } from './certificate.ts'
import { routableUrl } from '../session/session-prefix.ts'
import { registerCors } from './cors.ts'
import { createGuard } from './guard.ts'
import { mountApis } from './mount.ts'
import { createBrokenRequestHandler } from './broken-request.ts'
import { brokenRequestAnswer } from './not-found.ts'
import { createPipeline, type Pipeline } from './pipeline.ts'
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

export interface ServerSettings {
  /** HTTPS by this certificate; default: HTTP. */
  readonly certificate?: Certificate | undefined
  /** Makes Node's server around the handler of all requests. */
  readonly serverFactory?: FastifyServerFactory
  /** How long a request may take to arrive, its body included. */
  readonly requestTimeoutMs?: number | undefined
  /** That of the server where several take turns in answering its requests. */
  readonly pipeline?: Pipeline
}

/** Nobody on this machine needs a minute for a request. */
const REQUEST_TIMEOUT_MS = 60_000

/** The Fastify of a mock that has the server to itself; what it serves is mounted afterwards. */
export function createServer(host: Host, settings: ServerSettings = {}): FastifyInstance {
  const { certificate, serverFactory, requestTimeoutMs = REQUEST_TIMEOUT_MS, pipeline = createPipeline() } = settings
  const guard = createGuard(host)
  const options = {
    bodyLimit: MAX_BODY_BYTES,
    ...(serverFactory && { serverFactory }),
    forceCloseConnections: true,
    requestTimeout: requestTimeoutMs,
    routerOptions: { maxParamLength: 8192, caseSensitive: true },
    rewriteUrl: routableUrl,
    frameworkErrors: (_error, request, reply) => guard(request, reply, () => answerNotFound(host, request, reply)),
    clientErrorHandler: createBrokenRequestHandler(pipeline, (error) => brokenRequestAnswer(host, error)),
  } satisfies FastifyServerOptions
  const app = certificate
    ? createSecureApp(options, certificate)
    : Fastify({ ...options, http: timeouts(requestTimeoutMs) })
  app.addHook('onRequest', ({ raw }, reply, done) => pipeline.enter(raw, reply.raw, done))
  if (host.onRequest) registerRequestLog(app, host.onRequest)
  app.addHook('onRequest', guard)
  if (host.cors) registerCors(app)
  ignoreBodies(app)
  app.setNotFoundHandler((request, reply) => answerNotFound(host, request, reply))
  return app
}

/** Node takes the shorter time for the headers and the longer one for the whole request, whichever is which. */
function timeouts(ms: number): ServerOptions {
  return { headersTimeout: ms, connectionsCheckingInterval: Math.min(5000, Math.ceil(ms / 4)) }
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

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
import { schemaController } from './schema-controller.ts'

/**
 * A Fastify that serves engines and nothing else: every other path is a 404 of ours. Fastify routes, reads bodies and writes
 * answers; what an answer says is the engine's business.
 */
export async function createApp(options: HostOptions): Promise<FastifyInstance> {
  const host = createHost(options)
  const app = createServer()
  takeOver(app, host)
  await mountApis(app, host)
  return app
}

declare module 'fastify' {
  interface FastifyInstance {
    /** There where the app is a mock's own, made by `createServer`. */
    readonly ownServer?: OwnServer
  }
}

/** What a Fastify that is a mock's own knows beside its routes. */
interface OwnServer {
  /** Answers what no route gets to see; there once the app is taken over. */
  host?: Host
  /** Where it listens; `''` before it does. */
  url: string
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
export function createServer(settings: ServerSettings = {}): FastifyInstance {
  const { certificate, serverFactory, requestTimeoutMs = REQUEST_TIMEOUT_MS, pipeline = createPipeline() } = settings
  const ownServer: OwnServer = { url: '' }
  const options = {
    bodyLimit: MAX_BODY_BYTES,
    ...(serverFactory && { serverFactory }),
    forceCloseConnections: true,
    // Large documents, and those of slow networks, take their time.
    pluginTimeout: 0,
    routerOptions: { maxParamLength: 8192, caseSensitive: true },
    rewriteUrl: routableUrl,
    schemaController,
    frameworkErrors: (_error, request, reply) => {
      const host = hostOf(ownServer)
      createGuard(host)(request, reply, () => answerNotFound(host, request, reply))
    },
    clientErrorHandler: createBrokenRequestHandler(pipeline, (error) => brokenRequestAnswer(hostOf(ownServer), error)),
  } satisfies FastifyServerOptions
  const app = certificate ? createSecureApp(options, certificate) : Fastify(options)
  Object.assign(app.server, timeouts(requestTimeoutMs))
  app.decorate('ownServer', ownServer)
  app.addHook('onRequest', ({ raw }, reply, done) => pipeline.enter(raw, reply.raw, done))
  return app
}

/** Makes a host answer for the whole of an app by `createServer`, and not for its own routes only. */
export function takeOver(app: FastifyInstance, host: Host): void {
  if (app.ownServer) app.ownServer.host = host
  registerAccess(app, host)
  ignoreBodies(app)
  app.setNotFoundHandler((request, reply) => answerNotFound(host, request, reply))
}

/** Who may talk to a host, and who is told of it: before anything else of a scope. */
export function registerAccess(scope: FastifyInstance, host: Host): void {
  if (host.onRequest) registerRequestLog(scope, host.onRequest)
  scope.addHook('onRequest', createGuard(host))
  if (host.cors) registerCors(scope)
}

function hostOf({ host }: OwnServer): Host {
  if (!host) throw new Error('a server that nothing was mounted on got a request')
  return host
}

/**
 * For every server that Node has, whoever made it. Node takes the shorter time for the headers and the longer one for the whole
 * request, whichever is which.
 */
function timeouts(ms: number): object {
  return { requestTimeout: ms, headersTimeout: ms, connectionsCheckingInterval: Math.min(5000, Math.ceil(ms / 4)) }
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

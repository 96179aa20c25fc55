import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { OpenAPIV3 } from 'openapi-types'
import { assemble, hostOf, type MockOptions } from './assembly/assemble.ts'
import { registerControlPlane } from './control/register.ts'
import type { DocsOptions } from './docs/docs-options.ts'
import { registerDocs } from './docs/plugin.ts'
import { UnderstudyError } from './errors.ts'
import { steer, type Understudy } from './library/in-process.ts'
import { registerCors } from './mock/server/cors.ts'
import { createGuard } from './mock/server/guard.ts'
import { mountApis, mountNotFound, mountSessions } from './mock/server/mount.ts'
import { registerRequestLog } from './mock/server/request-log.ts'
import type { Host } from './mock/server/host.ts'
import { answerNotFound } from './mock/server/responses.ts'
import { ignoreBodies } from './mock/server/app.ts'
import { arriveAt } from './mock/session/session-prefix.ts'
import { writeSnapshotFile } from './mock/session/snapshot-file.ts'
import type { Api } from './openapi/api.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The mock that the plugin `understudy` has put into this app. */
    understudy: Understudy
  }
}

export interface UnderstudyPluginOptions extends MockOptions {
  /** Path below which everything of the mock stands, such as `/mock`. Default: none, then it leaves `/` and unknown paths to the app. */
  readonly prefix?: string
  /** Under which name the app gets the mock. Default `understudy`; a second mock in one app needs another. */
  readonly name?: string
  /** Whether the pages below `/docs` are served. Default `true`. */
  readonly docs?: boolean
  /**
   * Called with the scope of each API, which has `@fastify/swagger` in static mode, before its routes are registered:
   * `(scope) => scope.register(swaggerUi)`.
   */
  readonly join?: (scope: FastifyInstance, api: Api) => unknown
}

/**
 * Understudy as a Fastify plugin: the mock in somebody's own app, which is steered by `app.understudy`. The app's routes, parsers
 * and error handlers stay as they are. Rejects with an UnderstudyError for a spec, fixture or option that is wrong.
 */
export const understudy: FastifyPluginAsync<UnderstudyPluginOptions> = fastifyPlugin(mountUnderstudy, {
  fastify: '5.x',
  name: 'understudy',
})

async function mountUnderstudy(app: FastifyInstance, options: UnderstudyPluginOptions): Promise<void> {
  const { prefix = '', name = 'understudy' } = options
  checkPlace(app, prefix, name)
  const assembly = await assemble(options)
  const { apis, engines, control, sessions, snapshotFile } = assembly
  const mount = (app.prefix + prefix).replace(/\/+$/, '')
  const mock = steer(assembly, {
    url: () => (app.server.listening ? app.listeningOrigin + mount : ''),
    inject: (request) => app.inject(below(mount, request)),
    close: () => app.close(),
  })
  app.decorate(name, mock)
  await app.register(
    async (scope) => {
      const host = hostOf(assembly, options)
      if (mount !== '')
        scope.addHook('onRequest', ({ raw }, _reply, done) => {
          arriveAt(raw, mount)
          done()
        })
      if (host.onRequest) registerRequestLog(scope, host.onRequest)
      scope.addHook('onRequest', createGuard(host))
      if (host.cors) registerCors(scope)
      mountSessions(scope, mount)
      await mountApis(scope, host, (apiScope, { api }) => joinApi(apiScope, api, mount, options.join))
      const document = registerControlPlane(scope, { control, engines })
      mountRest(scope, host, { ...assembly, control: document }, mount, options.docs)
    },
    { prefix },
  )
  if (snapshotFile !== undefined)
    app.addHook('onClose', async () => writeSnapshotFile(apis, sessions, snapshotFile, assembly.snapshotStamp))
}

async function joinApi(
  scope: FastifyInstance,
  api: Api,
  mount: string,
  join: UnderstudyPluginOptions['join'],
): Promise<void> {
  const { default: swagger } = await import('@fastify/swagger')
  const servers = api.bases.map((base) => ({ url: mount + base || '/' }))
  // The document was compiled, so it is one; the plugin's types know no 3.1, which it passes on all the same.
  const document = { ...api.document, servers } as unknown as OpenAPIV3.Document
  await scope.register(swagger, { mode: 'static', specification: { document } })
  await join?.(scope, api)
}

/** What is neither an API's nor the control plane's. */
function mountRest(scope: FastifyInstance, host: Host, pages: DocsOptions, mount: string, docs = true): void {
  if (docs) registerDocs(scope, pages, mount !== '')
  if (mount === '') return mountNotFound(scope, host)
  ignoreBodies(scope)
  scope.setNotFoundHandler((request, reply) => answerNotFound(host, request, reply))
}

function checkPlace(app: FastifyInstance, prefix: string, name: string): void {
  if (!/^(?:\/[\w.~-]+)*\/?$/.test(prefix))
    throw new UnderstudyError('USAGE', `must be a path such as /mock, not ${JSON.stringify(prefix)}`, 'prefix')
  if (app.hasDecorator(name))
    throw new UnderstudyError(
      'USAGE',
      `the app has a ${JSON.stringify(name)} already; give this mock another name`,
      'name',
    )
}

function below(mount: string, request: Parameters<Understudy['inject']>[0]): Parameters<Understudy['inject']>[0] {
  if (typeof request === 'string') return mount + request
  const { url = '/' } = request
  if (typeof url === 'string') return { ...request, url: mount + url }
  return { ...request, url: { ...url, pathname: mount + url.pathname } }
}

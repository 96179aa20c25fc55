import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { assemble, type MockOptions } from './assembly/assemble.ts'
import { type JoinApi, mountMock, mountOf } from './assembly/mount-mock.ts'
import { UnderstudyError } from './errors.ts'
import { type Carrier, steer, type Understudy } from './library/in-process.ts'
import { drain } from './mock/server/drain.ts'
import { writeSnapshotFile } from './mock/session/snapshot-file.ts'

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
  readonly join?: JoinApi
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
  const { apis, sessions, snapshotFile, snapshotStamp } = assembly
  app.decorate(name, steer(assembly, carrierOf(app, mountOf(app, prefix))))
  await mountMock(app, assembly, options)
  if (snapshotFile !== undefined)
    app.addHook('onClose', async () => writeSnapshotFile(apis, sessions, snapshotFile, snapshotStamp))
}

function carrierOf(app: FastifyInstance, mount: string): Carrier {
  const origin = (): string => app.ownServer?.url ?? (app.server.listening ? app.listeningOrigin : '')
  return {
    url: () => (origin() === '' ? '' : origin() + mount),
    inject: (request) => app.inject(below(mount, request)),
    close: async ({ graceMs = 0 } = {}) => {
      await drain(app.server, graceMs)
      await app.close()
    },
  }
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
  if (mount === '') return request
  if (typeof request === 'string') return mount + request
  const { url = '/' } = request
  if (typeof url === 'string') return { ...request, url: mount + url }
  return { ...request, url: { ...url, pathname: mount + url.pathname } }
}

import type { FastifyInstance } from 'fastify'
import type { OpenAPIV3 } from 'openapi-types'
import { registerControlPlane } from '../control/register.ts'
import { registerDocs } from '../docs/plugin.ts'
import { ignoreBodies, registerAccess, takeOver } from '../mock/server/app.ts'
import type { Host } from '../mock/server/host.ts'
import { type ApiScope, mountApis, mountNotFound, mountSessions } from '../mock/server/mount.ts'
import type { ReloadFeed } from '../mock/server/reload-feed.ts'
import { answerNotFound } from '../mock/server/responses.ts'
import { arriveAt } from '../mock/session/session-prefix.ts'
import type { Api } from '../openapi/api.ts'
import { type Assembly, hostOf, type MockOptions } from './assemble.ts'
import { noteOwnPaths } from './note-own-paths.ts'

/** Called with the scope of each API, before its routes are registered. */
export type JoinApi = (scope: FastifyInstance, api: Api) => unknown

export interface MountOptions extends MockOptions {
  /** The address that the app listens on. */
  readonly host?: string
  /** Path below which everything of the mock stands. Default `''`. */
  readonly prefix?: string
  /** Whether the pages below `/docs` are served. Default `true`. */
  readonly docs?: boolean
  readonly join?: JoinApi
  /** Tells open pages that what they show has changed. */
  readonly reload?: ReloadFeed
}

/**
 * Puts everything of a mock into an app: its APIs, its control plane, its pages. An app by `createServer` is the mock's from then on;
 * in any other one its routes, parsers and error handlers stay as they are.
 */
export async function mountMock(app: FastifyInstance, assembly: Assembly, options: MountOptions): Promise<void> {
  const host = hostOf(assembly, options)
  if (app.ownServer) {
    takeOver(app, host)
    return mountParts(app, host, assembly, options)
  }
  const { prefix = '' } = options
  await app.register(
    async (scope) => {
      const mount = mountOf(app, prefix)
      if (mount !== '')
        scope.addHook('onRequest', ({ raw }, _reply, done) => {
          arriveAt(raw, mount)
          done()
        })
      registerAccess(scope, host)
      mountSessions(scope, mount)
      await mountParts(scope, host, assembly, options, mount)
      mountRest(scope, host, mount)
    },
    { prefix },
  )
}

/** Where a prefix leads in an app that may stand below one itself; `''` for its root. */
export function mountOf(app: FastifyInstance, prefix: string): string {
  return (app.prefix + prefix).replace(/\/+$/, '')
}

async function mountParts(
  scope: FastifyInstance,
  host: Host,
  assembly: Assembly,
  { join, docs = true, reload }: MountOptions,
  mount?: string,
): Promise<void> {
  const { control, engines } = assembly
  await mountApis(scope, host, joining(join, mount))
  noteOwnPaths(engines, docs)
  const document = registerControlPlane(scope, { control, engines })
  // In somebody else's app without a prefix (`mount` is empty, not missing) the first page is theirs.
  if (docs) registerDocs(scope, { ...assembly, reload, control: document }, mount !== '')
}

/** In somebody else's app without a prefix no API may share a route for all paths: the app's own 404 is behind them. */
function joining(join: JoinApi | undefined, mount: string | undefined): ApiScope | undefined {
  if (join) return (scope, { api }) => joinApi(scope, api, mount ?? '', join)
  return mount === '' ? () => undefined : undefined
}

async function joinApi(scope: FastifyInstance, api: Api, mount: string, join: JoinApi): Promise<void> {
  const { default: swagger } = await import('@fastify/swagger')
  const servers = api.bases.map((base) => ({ url: mount + base || '/' }))
  // The document was compiled, so it is one; the plugin's types know no 3.1, which it passes on all the same.
  const document = { ...api.document, servers } as unknown as OpenAPIV3.Document
  await scope.register(swagger, { mode: 'static', specification: { document } })
  await join(scope, api)
}

/** What is neither an API's nor the control plane's, in an app that has a 404 of its own. */
function mountRest(scope: FastifyInstance, host: Host, mount: string): void {
  if (mount === '') return mountNotFound(scope, host)
  ignoreBodies(scope)
  scope.setNotFoundHandler((request, reply) => answerNotFound(host, request, reply))
}

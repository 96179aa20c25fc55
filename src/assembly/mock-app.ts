import type { FastifyInstance } from 'fastify'
import { type Assembly, hostOf } from './assemble.ts'
import { registerControlPlane } from '../control/register.ts'
import { registerDocs } from '../docs/plugin.ts'
import { UnderstudyError } from '../errors.ts'
import { createServer, type ServerSettings } from '../mock/server/app.ts'
import type { Certificate } from '../mock/server/certificate.ts'
import { mountApis } from '../mock/server/mount.ts'
import type { ReloadFeed } from '../mock/server/reload-feed.ts'
import type { UnderstudyOptions } from './understudy-options.ts'

export interface AppSettings extends ServerSettings {
  readonly reload?: ReloadFeed
}

/** A Fastify with everything of a mock: its APIs, its control plane, its docs. */
export async function createMockApp(
  assembly: Assembly,
  options: UnderstudyOptions,
  { reload, ...settings }: AppSettings = {},
): Promise<FastifyInstance> {
  const { control, engines } = assembly
  const host = hostOf(assembly, options)
  const app = createServer(host, { requestTimeoutMs: options.requestTimeoutMs, ...settings })
  await mountApis(app, host)
  registerDocs(app, { ...assembly, reload, control: registerControlPlane(app, { control, engines }) })
  return app
}

/** The certificate that the options ask for; `undefined` for HTTP. Throws USAGE. */
export async function certificateFor({ https = false }: UnderstudyOptions): Promise<Certificate | undefined> {
  if (https === false) return undefined
  const { ownCertificate, readCertificate } = await import('../mock/server/certificate.ts')
  return readCertificate(https === true ? await ownCertificate() : https)
}

/** Returns the base URL. Throws PORT_UNAVAILABLE. */
export async function listen(
  app: FastifyInstance,
  { host = '127.0.0.1', port = 0 }: UnderstudyOptions,
): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    await app.close()
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'EADDRINUSE' ? 'is in use; choose another with --port, or 0 for a free one' : message
    throw new UnderstudyError('PORT_UNAVAILABLE', reason, `port ${port} on ${host}`)
  }
}

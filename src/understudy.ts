import type { FastifyInstance } from 'fastify'
import { assemble, checkWholeNumber, hostOf, type MockOptions } from './assemble.ts'
import { registerControlPlane } from './control/register.ts'
import { registerDocs } from './docs/plugin.ts'
import { UnderstudyError } from './errors.ts'
import { steer, type Understudy } from './in-process.ts'
import type { Certificate, CertificateFiles } from './mock/server/certificate.ts'
import { createServer } from './mock/server/app.ts'
import { drain } from './mock/server/drain.ts'
import { mountApis } from './mock/server/mount.ts'
import { writeSnapshotFile } from './mock/session/snapshot-file.ts'

export interface UnderstudyOptions extends MockOptions {
  /** `false`: no socket, only `inject`. Default: `true`. */
  readonly listen?: boolean
  /** Default 0, a free port. */
  readonly port?: number
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** `true`: HTTPS by a certificate for `localhost`, which is kept in the user's cache folder; or files of one, in PEM. Default: HTTP. */
  readonly https?: boolean | CertificateFiles
  /** How long a request may take to arrive, its body included, before it gets 408. Default 60,000. */
  readonly requestTimeoutMs?: number
}

/**
 * Starts a mock in this process. Throws an UnderstudyError for a spec, fixture or option that is wrong, and
 * PORT_UNAVAILABLE when it cannot listen.
 */
export async function createUnderstudy(options: UnderstudyOptions = {}): Promise<Understudy> {
  checkWholeNumber('requestTimeoutMs', options.requestTimeoutMs)
  const assembly = await assemble(options)
  const { apis, engines, control, sessions, snapshotFile } = assembly
  const host = hostOf(assembly, options)
  const app = createServer(host, {
    certificate: await certificateFor(options),
    requestTimeoutMs: options.requestTimeoutMs,
  })
  await mountApis(app, host)
  registerDocs(app, { ...assembly, control: registerControlPlane(app, { control, engines }) })
  const url = options.listen === false ? '' : await listen(app, options)
  if (options.listen === false) await app.ready()
  return steer(assembly, {
    url: () => url,
    inject: (request) => app.inject(request),
    close: async ({ graceMs = 0 } = {}) => {
      await drain(app.server, graceMs)
      await app.close()
      if (snapshotFile !== undefined) writeSnapshotFile(apis, sessions, snapshotFile)
    },
  })
}

async function certificateFor({ https = false }: UnderstudyOptions): Promise<Certificate | undefined> {
  if (https === false) return undefined
  const { ownCertificate, readCertificate } = await import('./mock/server/certificate.ts')
  return readCertificate(https === true ? await ownCertificate() : https)
}

async function listen(app: FastifyInstance, { host = '127.0.0.1', port = 0 }: UnderstudyOptions): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    await app.close()
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'EADDRINUSE' ? 'is in use; choose another with --port, or 0 for a free one' : message
    throw new UnderstudyError('PORT_UNAVAILABLE', reason, `port ${port} on ${host}`)
  }
}

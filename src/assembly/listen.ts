import type { FastifyInstance } from 'fastify'
import { UnderstudyError } from '../errors.ts'
import type { Certificate } from '../mock/server/certificate.ts'
import type { UnderstudyOptions } from './understudy-options.ts'

/** The certificate that the options ask for; `undefined` for HTTP. Throws USAGE. */
export async function certificateFor({ https = false }: UnderstudyOptions): Promise<Certificate | undefined> {
  if (https === false) return undefined
  const { ownCertificate, readCertificate } = await import('../mock/server/certificate.ts')
  return readCertificate(https === true ? await ownCertificate() : https)
}

/** Lets an app by `createServer` listen, which knows its URL from then on. Throws PORT_UNAVAILABLE. */
export async function listen(app: FastifyInstance, { host = '127.0.0.1', port = 0 }: UnderstudyOptions): Promise<void> {
  try {
    const url = await app.listen({ host, port })
    if (app.ownServer) app.ownServer.url = url
  } catch (error) {
    await app.close()
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'EADDRINUSE' ? 'is in use; choose another with --port, or 0 for a free one' : message
    throw new UnderstudyError('PORT_UNAVAILABLE', reason, `port ${port} on ${host}`)
  }
}

import { checkWholeNumber } from './assembly/assemble.ts'
import { certificateFor, listen } from './assembly/listen.ts'
import type { UnderstudyOptions } from './assembly/understudy-options.ts'
import type { Understudy } from './library/in-process.ts'
import { createServer } from './mock/server/app.ts'
import { understudy } from './plugin.ts'

/**
 * Starts a mock in this process. Throws an UnderstudyError for a spec, fixture or option that is wrong, and
 * PORT_UNAVAILABLE when it cannot listen.
 */
export async function createUnderstudy(options: UnderstudyOptions = {}): Promise<Understudy> {
  const { requestTimeoutMs } = options
  checkWholeNumber('requestTimeoutMs', requestTimeoutMs)
  const app = createServer({ requestTimeoutMs, certificate: await certificateFor(options) })
  await app.register(understudy, options)
  if (options.listen === false) await app.ready()
  else await listen(app, options)
  return app.understudy
}

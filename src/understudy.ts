import { assemble, checkWholeNumber } from './assembly/assemble.ts'
import { steer, type Understudy } from './library/in-process.ts'
import { certificateFor, createMockApp, listen } from './assembly/mock-app.ts'
import { drain } from './mock/server/drain.ts'
import { writeSnapshotFile } from './mock/session/snapshot-file.ts'
import type { UnderstudyOptions } from './assembly/understudy-options.ts'

/**
 * Starts a mock in this process. Throws an UnderstudyError for a spec, fixture or option that is wrong, and
 * PORT_UNAVAILABLE when it cannot listen.
 */
export async function createUnderstudy(options: UnderstudyOptions = {}): Promise<Understudy> {
  checkWholeNumber('requestTimeoutMs', options.requestTimeoutMs)
  const assembly = await assemble(options)
  const { apis, sessions, snapshotFile } = assembly
  const app = await createMockApp(assembly, options, { certificate: await certificateFor(options) })
  const url = options.listen === false ? '' : await listen(app, options)
  if (options.listen === false) await app.ready()
  return steer(assembly, {
    url: () => url,
    inject: (request) => app.inject(request),
    close: async ({ graceMs = 0 } = {}) => {
      await drain(app.server, graceMs)
      await app.close()
      if (snapshotFile !== undefined) writeSnapshotFile(apis, sessions, snapshotFile, assembly.snapshotStamp)
    },
  })
}

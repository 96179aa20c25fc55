import { isAbsolute, relative, resolve } from 'node:path'
import { watch } from 'chokidar'
import type { FastifyInstance } from 'fastify'
import { assemble, type Assembly, checkWholeNumber, reassemble } from './assemble.ts'
import { UnderstudyError } from './errors.ts'
import { steer, type Understudy } from './in-process.ts'
import { certificateFor, createMockApp, listen } from './mock-app.ts'
import { drain } from './mock/server/drain.ts'
import { createPipeline } from './mock/server/pipeline.ts'
import { createReloadFeed, type ReloadFeed } from './mock/server/reload-feed.ts'
import { createSwitchboard, type Switchboard } from './mock/server/switchboard.ts'
import type { DroppedRow } from './mock/session/migrate.ts'
import { writeSnapshotFile } from './mock/session/snapshot-file.ts'
import { isOwn } from './own-files.ts'
import { ownFixtures } from './paths.ts'
import type { UnderstudyOptions } from './understudy-options.ts'

/** What came of a change of files. */
export type Reloaded =
  | { readonly kind: 'served'; readonly files: readonly string[]; readonly dropped: readonly DroppedRow[] }
  /** What was served before is served still. */
  | { readonly kind: 'refused'; readonly files: readonly string[]; readonly error: Error }

/** Changes that come so close together are one: an editor that saves by renaming makes several. */
const QUIET_MS = 60

/**
 * A mock that follows its documents, fixtures and rules while it serves: sessions, clocks, ids, faults and journals stay, rows as far as
 * they still fit. Throws as `createUnderstudy` does, at the start only.
 */
export async function watchUnderstudy(
  options: UnderstudyOptions,
  report: (reloaded: Reloaded) => void,
): Promise<Understudy> {
  checkWatchable(options)
  checkWholeNumber('requestTimeoutMs', options.requestTimeoutMs)
  const certificate = await certificateFor(options)
  const switchboard = createSwitchboard(certificate)
  const mock = new WatchedMock(options, switchboard, await assemble(options))
  const app = await mock.start(certificate)
  const url = await listen(app, options)
  const files = watchFiles(
    () => watchedPaths(options, mock.assembly),
    (changed) => mock.reload(changed).then(report),
  )
  await files.ready
  return steer(mock.assembly, {
    url: () => url,
    inject: (request) => mock.app.inject(request),
    close: async ({ graceMs = 0 } = {}) => {
      await files.close()
      await mock.close(graceMs)
    },
  })
}

class WatchedMock {
  assembly: Assembly
  readonly #options: UnderstudyOptions
  readonly #switchboard: Switchboard
  readonly #pipeline = createPipeline()
  readonly #feed: ReloadFeed = createReloadFeed()
  /** The first one owns the server that listens. */
  readonly #apps: FastifyInstance[] = []

  constructor(options: UnderstudyOptions, switchboard: Switchboard, assembly: Assembly) {
    this.#options = options
    this.#switchboard = switchboard
    this.assembly = assembly
  }

  get app(): FastifyInstance {
    return this.#apps.at(-1) as FastifyInstance
  }

  async start(certificate: Awaited<ReturnType<typeof certificateFor>>): Promise<FastifyInstance> {
    const { serverFactory } = this.#switchboard
    const app = await createMockApp(this.assembly, this.#options, {
      serverFactory,
      certificate,
      pipeline: this.#pipeline,
      reload: this.#feed,
    })
    this.#apps.push(app)
    return app
  }

  /** Everything that can fail comes before the first thing that changes. */
  async reload(files: readonly string[]): Promise<Reloaded> {
    try {
      const { assembly, apply } = await reassemble(this.#options, this.assembly)
      const { serverFactory } = this.#switchboard
      const app = await createMockApp(assembly, this.#options, {
        serverFactory,
        pipeline: this.#pipeline,
        reload: this.#feed,
      })
      await app.ready()
      const dropped = apply()
      this.#switchboard.connect()
      this.assembly = assembly
      const [, before] = this.#apps.splice(1, 1, app)
      await before?.close()
      this.#feed.announce()
      return { kind: 'served', files, dropped }
    } catch (error) {
      return { kind: 'refused', files, error: error instanceof Error ? error : new Error(String(error)) }
    }
  }

  async close(graceMs: number): Promise<void> {
    this.#feed.close()
    await drain((this.#apps[0] as FastifyInstance).server, graceMs)
    for (const app of this.#apps) await app.close()
    const { apis, sessions, snapshotFile } = this.assembly
    if (snapshotFile !== undefined) writeSnapshotFile(apis, sessions, snapshotFile)
  }
}

interface WatchedFiles {
  readonly ready: Promise<void>
  close(): Promise<void>
}

/** Calls `onChange` with the files that were written, added or removed; one call after the other. */
function watchFiles(paths: () => string[], onChange: (files: readonly string[]) => Promise<void>): WatchedFiles {
  const watcher = watch(paths(), {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: QUIET_MS, pollInterval: QUIET_MS / 3 },
    ignored: (path, stats) => /[/\\](?:node_modules|\.git)$/.test(path) || (stats?.isFile() === true && !isRead(path)),
  })
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()
  const run = (): void => {
    const files = [...changed]
    changed.clear()
    // A document may refer to other files than before.
    running = running.then(() => onChange(files)).then(() => void watcher.add(paths()))
  }
  watcher.on('all', (event, path) => {
    if (event === 'addDir' || event === 'unlinkDir') return
    changed.add(relative('', path))
    clearTimeout(timer)
    timer = setTimeout(run, QUIET_MS)
  })
  return {
    ready: new Promise((done) => watcher.once('ready', () => done())),
    close: async () => {
      clearTimeout(timer)
      await watcher.close()
      await running
    },
  }
}

/** The files of each document, what they refer to among them, and whole folders where new documents and fixtures may come. */
function watchedPaths({ openapi, fixtures, rulesFolder }: UnderstudyOptions, { apis }: Assembly): string[] {
  const own = apis.some(isOwn) && fixtures === undefined ? [ownFixtures] : []
  const read = apis.flatMap(({ files }) => files).filter((file) => isAbsolute(file))
  const named = [openapi, fixtures, rulesFolder].filter((path) => path !== undefined).map((path) => resolve(path))
  return [...new Set([...named, ...own, ...read])]
}

function isRead(path: string): boolean {
  return /\.(?:ya?ml|json|[cm]?[jt]s)$/.test(path)
}

/** Throws USAGE for what cannot be watched. */
function checkWatchable({ apis = [] }: UnderstudyOptions): void {
  if (apis.includes('-')) throw new UnderstudyError('USAGE', 'cannot watch standard input; name a file', '--watch')
}

import { existsSync, statSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { watch } from 'chokidar'
import type { FastifyInstance } from 'fastify'
import { assemble, type Assembly, reassemble } from './assemble.ts'
import { UnderstudyError } from './errors.ts'
import { steer, type Understudy } from './in-process.ts'
import { certificateFor, createMockApp, listen } from './mock-app.ts'
import { createReloadFeed, type ReloadFeed } from './mock/server/reload-feed.ts'
import { createSwitchboard, type Switchboard } from './mock/server/switchboard.ts'
import type { DroppedRow } from './mock/session/migrate.ts'
import { writeSnapshotFile } from './mock/session/snapshot-file.ts'
import { ownFixtures, ownSpecs } from './paths.ts'
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
  const certificate = await certificateFor(options)
  const switchboard = createSwitchboard(certificate)
  const mock = new WatchedMock(options, switchboard, await assemble(options))
  const app = await mock.start(certificate)
  const url = await listen(app, options)
  const files = watchFiles(options, (changed) => mock.reload(changed).then(report))
  await files.ready
  return steer(mock.assembly, {
    url: () => url,
    inject: (request) => mock.app.inject(request),
    close: async () => {
      await files.close()
      await mock.close()
    },
  })
}

class WatchedMock {
  assembly: Assembly
  readonly #options: UnderstudyOptions
  readonly #switchboard: Switchboard
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
    const app = await createMockApp(this.assembly, this.#options, { serverFactory, certificate, reload: this.#feed })
    this.#apps.push(app)
    return app
  }

  /** Everything that can fail comes before the first thing that changes. */
  async reload(files: readonly string[]): Promise<Reloaded> {
    try {
      const { assembly, apply } = await reassemble(this.#options, this.assembly)
      const { serverFactory } = this.#switchboard
      const app = await createMockApp(assembly, this.#options, { serverFactory, reload: this.#feed })
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

  async close(): Promise<void> {
    this.#feed.close()
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
function watchFiles(options: UnderstudyOptions, onChange: (files: readonly string[]) => Promise<void>): WatchedFiles {
  const watcher = watch(watchedPaths(options), {
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
    running = running.then(() => onChange(files))
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

/** Folders, also where a single document was named: what it refers to lies beside it, and an editor may replace it. */
function watchedPaths({ openapi, fixtures, apis = [] }: UnderstudyOptions): string[] {
  const documents = apis.filter((name) => /[/\\.]/.test(name) && existsSync(name))
  const own = openapi === undefined && documents.length < apis.length
  const folders = [
    ...(openapi !== undefined ? [openapi] : own || apis.length === 0 ? [ownSpecs] : []),
    ...documents,
    ...(fixtures !== undefined ? [fixtures] : openapi === undefined ? [ownFixtures] : []),
  ]
  return [...new Set(folders.map((path) => (statSync(path).isFile() ? dirname(resolve(path)) : resolve(path))))]
}

function isRead(path: string): boolean {
  return /\.(?:ya?ml|json|[cm]?[jt]s)$/.test(path)
}

/** Throws USAGE for what cannot be watched. */
function checkWatchable({ apis = [] }: UnderstudyOptions): void {
  if (apis.includes('-')) throw new UnderstudyError('USAGE', 'cannot watch standard input; name a file', '--watch')
}

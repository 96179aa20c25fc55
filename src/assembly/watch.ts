import { statSync } from 'node:fs'
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { type ChokidarOptions, watch } from 'chokidar'
import type { FastifyInstance } from 'fastify'
import { assemble, type Assembly, checkWholeNumber, reassemble } from './assemble.ts'
import { UnderstudyError } from '../errors.ts'
import { steer, type Understudy } from '../library/in-process.ts'
import { certificateFor, listen } from './listen.ts'
import { mountMock } from './mount-mock.ts'
import { createServer } from '../mock/server/app.ts'
import type { Certificate } from '../mock/server/certificate.ts'
import { drain } from '../mock/server/drain.ts'
import { createPipeline } from '../mock/server/pipeline.ts'
import { createReloadFeed, type ReloadFeed } from '../mock/server/reload-feed.ts'
import { createSwitchboard, type Switchboard } from '../mock/server/switchboard.ts'
import type { DroppedRow } from '../mock/session/migrate.ts'
import { writeSnapshotFile } from '../mock/session/snapshot-file.ts'
import { isOwn, ownFixtures } from '../paths.ts'
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
  await listen(app, options)
  const files = watchFiles(
    () => watchedPlaces(options, mock.assembly),
    (changed) => mock.reload(changed).then(report),
  )
  await files.ready
  return steer(mock.assembly, {
    url: () => app.ownServer?.url ?? '',
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

  async start(certificate?: Certificate): Promise<FastifyInstance> {
    const app = await this.#appFor(this.assembly, certificate)
    this.#apps.push(app)
    return app
  }

  async #appFor(assembly: Assembly, certificate?: Certificate): Promise<FastifyInstance> {
    const { requestTimeoutMs } = this.#options
    const { serverFactory } = this.#switchboard
    const app = createServer({ requestTimeoutMs, serverFactory, certificate, pipeline: this.#pipeline })
    await mountMock(app, assembly, { ...this.#options, reload: this.#feed })
    return app
  }

  /** Everything that can fail comes before the first thing that changes. */
  async reload(files: readonly string[]): Promise<Reloaded> {
    try {
      const { assembly, apply } = await reassemble(this.#options, this.assembly)
      const app = await this.#appFor(assembly)
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
    const { apis, sessions, snapshotFile, snapshotStamp } = this.assembly
    if (snapshotFile !== undefined) writeSnapshotFile(apis, sessions, snapshotFile, snapshotStamp)
  }
}

interface WatchedFiles {
  readonly ready: Promise<void>
  close(): Promise<void>
}

/** Where changes are looked for. */
interface Places {
  /** With everything below them: new documents, fixtures and rules may come. */
  readonly folders: readonly string[]
  /** Documents named by their path, and what they refer to: of their folders only these files count. */
  readonly files: readonly string[]
}

/** Calls `onChange` with the files that were written, added or removed; one call after the other. */
function watchFiles(places: () => Places, onChange: (files: readonly string[]) => Promise<void>): WatchedFiles {
  const { folders, files } = places()
  // Folders, for a file that is gone can't be watched, and an editor replaces it by another.
  const deep = watch([...folders], settings)
  const flat = watch(foldersOf(files), { ...settings, depth: 0 })
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()
  const run = (): void => {
    const names = [...changed]
    changed.clear()
    // A document may refer to other files than before.
    running = running.then(() => onChange(names)).then(() => void flat.add(foldersOf(places().files)))
  }
  const note = (path: string): void => {
    changed.add(relative('', path))
    clearTimeout(timer)
    timer = setTimeout(run, QUIET_MS)
  }
  for (const event of ['add', 'change', 'unlink'] as const) {
    deep.on(event, note)
    flat.on(event, (path) => {
      if (places().files.includes(resolve(path))) note(path)
    })
  }
  // One that watches nothing is never ready.
  const watching = [...(folders.length > 0 ? [deep] : []), ...(files.length > 0 ? [flat] : [])]
  const ready = watching.map((watcher) => new Promise<void>((done) => watcher.once('ready', () => done())))
  return {
    ready: Promise.all(ready).then(() => undefined),
    close: async () => {
      clearTimeout(timer)
      await Promise.all([deep.close(), flat.close()])
      await running
    },
  }
}

const settings: ChokidarOptions = {
  ignoreInitial: true,
  awaitWriteFinish: { stabilityThreshold: QUIET_MS, pollInterval: QUIET_MS / 3 },
  ignored: (path, stats) => /[/\\](?:node_modules|\.git)$/.test(path) || (stats?.isFile() === true && !isRead(path)),
}

function foldersOf(files: readonly string[]): string[] {
  return [...new Set(files.map((file) => dirname(file)))]
}

function watchedPlaces({ openapi, fixtures, rulesFolder }: UnderstudyOptions, { apis }: Assembly): Places {
  const own = apis.some(isOwn) && fixtures === undefined ? [ownFixtures] : []
  const named = [openapi, fixtures, rulesFolder].filter((path) => path !== undefined).map((path) => resolve(path))
  const folders = [...own, ...named.filter((path) => statSync(path).isDirectory())]
  const read = apis.flatMap(({ files }) => files).filter((file) => isAbsolute(file))
  return { folders, files: read.filter((file) => !folders.some((folder) => file.startsWith(folder + sep))) }
}

function isRead(path: string): boolean {
  return /\.(?:ya?ml|json|[cm]?[jt]s)$/.test(path)
}

/** Throws USAGE for what cannot be watched. */
function checkWatchable({ apis = [] }: UnderstudyOptions): void {
  if (apis.includes('-')) throw new UnderstudyError('USAGE', 'cannot watch standard input; name a file', '--watch')
}

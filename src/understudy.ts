import { existsSync } from 'node:fs'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { UnderstudyError } from './errors.ts'
import { createControlPlane } from './mock/control-plane.ts'
import { createEngine, type Engine } from './mock/engine.ts'
import type { Rules } from './mock/handler.ts'
import { createHost } from './mock/host.ts'
import { ProviderStates } from './mock/provider-states.ts'
import type { Violation } from './mock/session.ts'
import { pristine, type SessionLimits, Sessions } from './mock/sessions.ts'
import { defaultJournalLimits } from './mock/journal.ts'
import { rulesFor } from './operation-table.ts'
import { ownFixtures, ownSpecs } from './paths.ts'
import { loadSeed } from './seed/load.ts'
import type { Seed } from './seed/seed.ts'
import type { Api, JsonObject } from './spec/api.ts'
import { loadApis } from './spec/load.ts'
import type { ClockSetting } from './store/clock.ts'
import { World } from './store/world.ts'

export interface UnderstudyOptions {
  /** Names of the APIs to serve; default: every spec of the folder. */
  readonly apis?: readonly string[]
  /** `false`: no socket, only `inject`. Default: `true`. */
  readonly listen?: boolean
  /** Default 0, a free port. */
  readonly port?: number
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Ids and generated data depend on it. Default 1. */
  readonly seed?: number
  /** RFC 3339, or `real` for a clock that runs. Default: frozen at DEFAULT_NOW. */
  readonly now?: string
  /** Folder of OpenAPI documents. Default: the five of the package. */
  readonly openapi?: string
  /** Folder of fixtures. Default: those of the package, or none beside somebody else's specs. */
  readonly fixtures?: string
  /** How many generated rows each collection gets beside its fixtures. Default 0. */
  readonly records?: number
  /** How many sessions may exist at once. Default 20,000. */
  readonly maxSessions?: number
  /** Minutes after which a session that nobody uses may go. Default 60. */
  readonly sessionMinutes?: number
  /** How many requests a session's journal keeps; 0 switches it off. Default 1000. */
  readonly journalEntries?: number
  /** Rules for specs of your own, by API. */
  readonly rules?: Readonly<Record<string, Rules>>
}

/** A running mock. */
export interface Understudy {
  /** Base URL without a trailing slash; empty when it does not listen. */
  readonly url: string
  readonly apis: readonly Api[]
  /** Sends a request without a socket (light-my-request). */
  inject(options: InjectOptions): Promise<LightMyRequestResponse>
  /** Puts the default session back to the seed. */
  reset(): void
  /** Makes a provider state true in the default session and returns the values that it provides. */
  setState(name: string, params?: Readonly<Record<string, unknown>>): JsonObject
  /** Answers of the default session that broke the spec. */
  violations(): readonly Violation[]
  close(): Promise<void>
}

/** The moment at which a frozen clock stands unless told otherwise. */
export const DEFAULT_NOW = '2026-01-01T00:00:00.000Z'

/**
 * Starts a mock in this process. Throws an UnderstudyError for a spec, fixture or option that is wrong, and
 * PORT_UNAVAILABLE when it cannot listen.
 */
export async function createUnderstudy(options: UnderstudyOptions = {}): Promise<Understudy> {
  const { openapi = ownSpecs, fixtures = defaultFixtures(options.openapi), seed = 1 } = options
  checkFolder(options.fixtures)
  const apis = loadApis(openapi, options.apis)
  const seeds = await Promise.all(apis.map((api) => seedFor(api, fixtures, options)))
  const engines = await Promise.all(
    apis.map(async (api) => createEngine(api, options.rules?.[api.name] ?? (await rulesFor(api, openapi)))),
  )
  const world = seededWorld(engines, seeds, seed, clockFor(options.now ?? DEFAULT_NOW))
  const sessions = new Sessions(world.layout, pristine(world), sessionLimits(options))
  const states = new ProviderStates(apis, seeds)
  const control = createControlPlane({ engines, sessions, states })
  const app = await createHost({ engines: [...engines, control], sessions })
  const url = options.listen === false ? '' : await listen(app, options)
  if (options.listen === false) await app.ready()
  return {
    url,
    apis,
    inject: (request) => app.inject(request),
    reset: () => sessions.default.reset(),
    setState: (state, params = {}) => states.setUp(sessions.default.world, { state, params }),
    violations: () => sessions.default.violations.violations,
    close: () => app.close(),
  }
}

function sessionLimits({ maxSessions = 20_000, sessionMinutes = 60, journalEntries }: UnderstudyOptions): SessionLimits {
  const journal = { ...defaultJournalLimits, ...(journalEntries !== undefined && { maxEntries: journalEntries }) }
  return { maxSessions, idleMs: sessionMinutes * 60_000, journal }
}

function defaultFixtures(openapi: string | undefined): string | undefined {
  return openapi === undefined || openapi === ownSpecs ? ownFixtures : undefined
}

function checkFolder(folder: string | undefined): void {
  if (folder !== undefined && !existsSync(folder)) {
    throw new UnderstudyError('FIXTURE_UNREADABLE', 'there is no such folder of fixtures', folder)
  }
}

async function seedFor(api: Api, folder: string | undefined, options: UnderstudyOptions): Promise<Seed> {
  const base: Seed = folder === undefined ? { api: api.name, rows: {}, credentials: [], states: [] } : loadSeed(api, folder)
  if (!options.records) return base
  // faker is large; only who wants generated rows pays for loading it.
  const { withGeneratedRows } = await import('./seed/generate.ts')
  return withGeneratedRows(api, base, { records: options.records, seed: options.seed ?? 1 })
}

function seededWorld(engines: readonly Engine[], seeds: readonly Seed[], seed: number, clock: ClockSetting): World {
  const layout = Object.fromEntries(engines.map(({ api }) => [api.name, keysOf(api)]))
  const world = World.empty(layout, seed, clock)
  for (const { api } of engines) {
    const state = world.state(api.name)
    const { rows = {}, credentials = [] } = seeds.find((each) => each.api === api.name) ?? {}
    for (const [collection, list] of Object.entries({ ...rows, credentials })) state.table(collection).replaceAll(list)
  }
  return world
}

function keysOf(api: Api): Record<string, string> {
  const keys = Object.values(api.collections).map(({ name, key }) => [name, key])
  return { ...(Object.fromEntries(keys) as Record<string, string>), credentials: 'id' }
}

function clockFor(now: string): ClockSetting {
  if (now === 'real') return { mode: 'real', offsetMs: 0 }
  const nowMs = Date.parse(now)
  if (Number.isNaN(nowMs)) throw new UnderstudyError('USAGE', `is not a time such as ${DEFAULT_NOW}: ${JSON.stringify(now)}`, '--now')
  return { mode: 'frozen', nowMs }
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

import { existsSync } from 'node:fs'
import { rulesFor } from '../apis/load.ts'
import { UnderstudyError } from '../errors.ts'
import { exampleRows } from '../fixtures/example-rows.ts'
import { loadSeed } from '../fixtures/load.ts'
import type { Seed } from '../fixtures/seed.ts'
import { createEngine, type Engine } from '../mock/engine/engine.ts'
import type { Rules } from '../mock/handlers/handler.ts'
import { checkHostnames, createAccessPolicy } from '../mock/server/access.ts'
import { checkOrigins } from '../mock/server/cors.ts'
import { checkDelay, type DelayRange } from '../mock/server/delay.ts'
import { createHost, type Host } from '../mock/server/host.ts'
import type { RequestListener } from '../mock/server/request-event.ts'
import { Control } from '../mock/session/control.ts'
import { defaultJournalLimits } from '../mock/session/journal.ts'
import { ProviderStates } from '../mock/session/provider-states.ts'
import type { DroppedRow } from '../mock/session/migrate.ts'
import { createRedactor } from '../mock/session/redact.ts'
import { pristine, type SessionLimits, Sessions } from '../mock/session/sessions.ts'
import { readSnapshotFile, snapshotStamp } from '../mock/session/snapshot-file.ts'
import type { Api } from '../openapi/api.ts'
import { openApis } from '../openapi/fetch-remote.ts'
import { loadRules, type RuleErrorListener } from './own-rules.ts'
import { fixturesOf, isOwn, ownFixtures, ownSpecs } from '../paths.ts'
import { type ClockSetting, parseTime } from '../store/clock.ts'
import { World } from '../store/world.ts'

/** What a mock is made of, wherever it is served. */
export interface MockOptions {
  /** APIs to serve, by their name in `openapi` or by the path of a document; default: every document of `openapi`. */
  readonly apis?: readonly string[]
  /** Names under which it may be asked beside `localhost`, `*.localhost`, IP addresses and `host`; others are refused with 403. */
  readonly allowHosts?: readonly string[]
  /**
   * Origins beside those on this machine whose pages may use the mock, such as `https://app.example`; `false` lets none. Default: none
   * beside.
   */
  readonly cors?: readonly string[] | false
  /** Ids and generated data depend on it. Default 1. */
  readonly seed?: number
  /** RFC 3339, or `real` for a clock that runs. Default: frozen at DEFAULT_NOW. */
  readonly now?: string
  /** OpenAPI document, or folder of them. Default: the five of the package. */
  readonly openapi?: string
  /** OpenAPI Overlay files that are laid over the documents, after `<name>.overlay.yaml` beside each. */
  readonly overlay?: readonly string[]
  /** Hold every document to the strictest reading, as the package's own are. Default `false`. */
  readonly strictSpec?: boolean
  /** Read documents and what they refer to from the network, too. Default `false`. */
  readonly allowRemote?: boolean
  /** Folder of fixtures. Default: those of the package, or none beside somebody else's specs. */
  readonly fixtures?: string
  /** How many generated rows each collection gets beside its fixtures. Default 0. */
  readonly records?: number
  /**
   * File from which the default session takes rows, ids, seed, clock and faults if it exists, and into which `close` writes
   * them. A file that does not fit the specs is refused whole: SNAPSHOT_INVALID with `file#/pointer`.
   */
  readonly snapshotFile?: string
  /** How many sessions may exist at once. Default 20,000. */
  readonly maxSessions?: number
  /** Minutes after which a session that nobody uses is gone. Default 60. */
  readonly sessionMinutes?: number
  /** How many requests a session's journal keeps; 0 switches it off. Default 1000. */
  readonly journalEntries?: number
  /** How many bytes a session's journal may take. Default 16 MiB. */
  readonly journalBytes?: number
  /** Told of each request when its answer is out; what `serve --log` prints. */
  readonly onRequest?: RequestListener
  /** Rules for specs of your own, by API. */
  readonly rules?: Readonly<Record<string, Rules>>
  /** Folder with rules for specs of your own: `<api>.js`, `.mjs` or `.ts`. */
  readonly rulesFolder?: string
  /** Told of an error in a rule of that folder, with its file and line; the request gets 500. */
  readonly onRuleError?: RuleErrorListener
  /** Milliseconds that the answers of the APIs take, at least and at most; how long each takes follows the seed. Default: none. */
  readonly delayMs?: DelayRange
}

/** A whole mock, but for the server that carries it. */
export interface Assembly {
  readonly apis: readonly Api[]
  readonly seeds: readonly Seed[]
  readonly engines: readonly Engine[]
  readonly control: Control
  readonly sessions: Sessions
  readonly snapshotFile: string | undefined
  /** Which version of that file was read. */
  readonly snapshotStamp: string | undefined
}

/** The moment at which a frozen clock stands unless told otherwise. */
export const DEFAULT_NOW = '2026-01-01T00:00:00.000Z'

/** Reads documents, fixtures and rules. Throws an UnderstudyError for a spec, fixture or option that is wrong. */
export async function assemble(options: MockOptions): Promise<Assembly> {
  const { snapshotFile } = options
  checkHostnames(options.allowHosts)
  checkOrigins(options.cors || [])
  checkWholeNumber('seed', options.seed)
  checkWholeNumber('records', options.records)
  checkDelay(options.delayMs)
  const parts = await readParts(options)
  const { apis, seeds, world } = parts
  const sessions = new Sessions(world.layout, pristine(world), sessionLimits(options), createRedactor(apis))
  const control = new Control({ apis, sessions, states: new ProviderStates(apis, seeds) })
  const stamp = snapshotFile === undefined ? undefined : snapshotStamp(snapshotFile)
  const snapshot =
    snapshotFile === undefined ? undefined : readSnapshotFile(control.inputs, apis, sessions, snapshotFile)
  if (snapshot) sessions.default.restore(snapshot)
  return { ...parts, control, sessions, snapshotFile, snapshotStamp: stamp }
}

/** The documents, fixtures and rules as they are now, around the sessions of a mock that goes on. */
export interface Reassembly {
  readonly assembly: Assembly
  /** Takes the sessions over and returns the rows that the documents no longer allow. */
  apply(): readonly DroppedRow[]
}

/** Reads everything anew. Throws as `assemble` does, and changes nothing before `apply`. */
export async function reassemble(options: MockOptions, before: Assembly): Promise<Reassembly> {
  const { sessions, snapshotFile, snapshotStamp: stamp } = before
  const parts = await readParts(options)
  const { apis, seeds, world } = parts
  const control = new Control({ apis, sessions, states: new ProviderStates(apis, seeds) })
  const specs = { layout: world.layout, seed: pristine(world), redact: createRedactor(apis) }
  return {
    assembly: { ...parts, control, sessions, snapshotFile, snapshotStamp: stamp },
    apply: () => sessions.migrate(apis, specs),
  }
}

type Parts = Pick<Assembly, 'apis' | 'seeds' | 'engines'> & { readonly world: World }

async function readParts(options: MockOptions): Promise<Parts> {
  const { openapi = ownSpecs, fixtures, seed = 1, rulesFolder } = options
  checkFolder(fixtures)
  const apis = await openApis(openapi, options.apis, options)
  const seeds = await Promise.all(apis.map((api) => seedFor(api, fixturesOf(api, fixtures), options)))
  const ownRules = rulesFolder === undefined ? {} : await loadRules(rulesFolder, apis, options.onRuleError)
  const engines = await Promise.all(
    apis.map(async (api) =>
      createEngine(api, withRules(options.rules?.[api.name] ?? (await rulesFor(api)), ownRules[api.name])),
    ),
  )
  return { apis, seeds, engines, world: seededWorld(engines, seeds, seed, clockFor(options.now ?? DEFAULT_NOW)) }
}

/** What somebody says of an API counts more than what we do. */
function withRules(rules: Rules, own: Rules | undefined): Rules {
  return own ? { ...rules, ...own, handlers: { ...rules.handlers, ...own.handlers } } : rules
}

/** What the routes of a mock share; `host` is the address that it listens on. */
export function hostOf({ engines, sessions }: Assembly, options: MockOptions & { readonly host?: string }): Host {
  const { cors = [], onRequest, host, allowHosts } = options
  return createHost({
    engines,
    sessions,
    access: createAccessPolicy({ host, allowHosts, origins: cors || [] }),
    cors: cors !== false,
    delayMs: options.delayMs,
    onRequest,
  })
}

function sessionLimits(options: MockOptions): SessionLimits {
  const { maxSessions = 20_000, sessionMinutes = 60, journalEntries, journalBytes } = options
  const journal = {
    ...defaultJournalLimits,
    ...(journalEntries !== undefined && { maxEntries: journalEntries }),
    ...(journalBytes !== undefined && { maxBytes: journalBytes }),
  }
  return { maxSessions, idleMs: sessionMinutes * 60_000, journal }
}

function checkFolder(folder: string | undefined): void {
  if (folder !== undefined && !existsSync(folder)) {
    throw new UnderstudyError('FIXTURE_UNREADABLE', 'there is no such folder of fixtures', folder)
  }
}

async function seedFor(api: Api, folder: string | undefined, options: MockOptions): Promise<Seed> {
  const base = withExampleRows(api, folder === undefined ? emptySeed(api) : seedIn(api, folder))
  if (!options.records) return base
  // faker is large; only who wants generated rows pays for loading it.
  const { withGeneratedRows } = await import('../fixtures/generate.ts')
  return withGeneratedRows(api, base, { records: options.records, seed: options.seed ?? 1 })
}

/** The rules of our own APIs want to know who asks; rows that somebody recorded may come without. */
function seedIn(api: Api, folder: string): Seed {
  const seed = loadSeed(api, folder)
  if (seed.credentials.length > 0 || folder === ownFixtures || !isOwn(api)) return seed
  return { ...seed, credentials: loadSeed(api, ownFixtures).credentials }
}

function emptySeed({ name }: Api): Seed {
  return { api: name, rows: {}, credentials: [], states: [] }
}

/** Collections that a document implies, and that have no fixtures, begin with the rows that its examples show. */
function withExampleRows(api: Api, seed: Seed): Seed {
  if ('x-collections' in api.document) return seed
  const implied = Object.values(api.collections).filter(({ name }) => !(name in seed.rows))
  const later = implied.map((collection) => [collection.name, () => exampleRows(api, collection)] as const)
  return { ...seed, later: Object.fromEntries(later) }
}

function seededWorld(engines: readonly Engine[], seeds: readonly Seed[], seed: number, clock: ClockSetting): World {
  const layout = Object.fromEntries(engines.map(({ api }) => [api.name, keysOf(api)]))
  const world = World.empty(layout, seed, clock)
  for (const { api } of engines) {
    const state = world.state(api.name)
    const { rows = {}, credentials = [], later = {} } = seeds.find((each) => each.api === api.name) ?? {}
    for (const [collection, list] of Object.entries({ ...rows, credentials })) state.table(collection).replaceAll(list)
    for (const [collection, make] of Object.entries(later)) state.table(collection).replaceLater(make)
  }
  return world
}

function keysOf(api: Api): Record<string, string> {
  const keys = Object.values(api.collections).map(({ name, key }) => [name, key])
  return { ...(Object.fromEntries(keys) as Record<string, string>), credentials: 'id' }
}

/** Seeds and counts: anything else would work somehow, and not as it was meant. */
export function checkWholeNumber(option: string, value: unknown): void {
  if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= 0)) return
  throw new UnderstudyError('USAGE', `must be a whole number from 0 on, not ${JSON.stringify(value)}`, option)
}

function clockFor(now: string): ClockSetting {
  if (now === 'real') return { mode: 'real', offsetMs: 0 }
  const nowMs = parseTime(now)
  if (Number.isNaN(nowMs))
    throw new UnderstudyError('USAGE', `is not a time such as ${DEFAULT_NOW}: ${JSON.stringify(now)}`, '--now')
  return { mode: 'frozen', nowMs }
}

import type { IncomingMessage } from 'node:http'
import { machineNow } from '../../store/clock.ts'
import { type Layout, World, type WorldSnapshot } from '../../store/world.ts'
import type { Api } from '../../openapi/api.ts'
import { createMigration, type DroppedRow } from './migrate.ts'
import { Coverage } from './coverage.ts'
import { noFaults } from './faults.ts'
import { type JournalLimits, JournalShelf } from './journal.ts'
import { noOverrides } from './overrides.ts'
import type { Redactor } from './redact.ts'
import { Session, type SessionSnapshot } from './session.ts'
import { sessionIdOf } from './session-prefix.ts'

export interface SessionLimits {
  readonly maxSessions: number
  /** A session that nobody has used for longer is gone. */
  readonly idleMs: number
  readonly journal: JournalLimits
}

export interface NewSession {
  readonly id?: string
  readonly from: SessionSnapshot
  readonly seed?: number
  /** Milliseconds since the epoch at which its clock stands. */
  readonly nowMs?: number
}

/** What the specs and fixtures decide of a session. */
export interface Specs {
  readonly layout: Layout
  readonly seed: SessionSnapshot
  readonly redact: Redactor
}

const SWEEP_MS = 60_000
export const MAX_SNAPSHOTS = 1000

/** All sessions and named snapshots of one mock; the default session serves every request that names none. */
export class Sessions {
  readonly default: Session
  /** The moment that every session starts from unless it says otherwise. */
  seed: SessionSnapshot
  readonly snapshots = new Map<string, SessionSnapshot>()
  readonly coverage = new Coverage()
  readonly shelf: JournalShelf
  #layout: Layout
  readonly #limits: SessionLimits
  readonly #byId = new Map<string, Session>()
  #made = 0
  #sweptMs = machineNow()

  constructor(layout: Layout, seed: SessionSnapshot, limits: SessionLimits, redact: Redactor) {
    this.#layout = layout
    this.#limits = limits
    this.seed = seed
    this.shelf = new JournalShelf(limits.journal, redact)
    this.default = new Session('default', new World(layout, seed.world), seed, this.shelf)
    this.#byId.set(this.default.id, this.default)
  }

  get size(): number {
    return this.#byId.size
  }

  list(): IterableIterator<Session> {
    this.#sweep(machineNow())
    return this.#byId.values()
  }

  /** A session that exists and has not been idle for too long. */
  get(id: string, now = machineNow()): Session | undefined {
    const session = this.#byId.get(id)
    if (!session || session === this.default || !this.#isIdle(session, now)) return session
    this.delete(id)
    return undefined
  }

  /** The session of a request, which keeps it from expiring; `undefined` when it names one that does not exist. */
  of(raw: IncomingMessage): Session | undefined {
    const id = sessionIdOf(raw)
    if (id === undefined) return this.default
    const now = machineNow()
    if (now - this.#sweptMs >= SWEEP_MS) this.#sweep(now)
    const session = this.get(id, now)
    if (session) session.lastUsedMs = now
    return session
  }

  /** A session of its own, in time that does not depend on the rows; `undefined` when there are too many. */
  create({ id = this.#freeId(), from, seed, nowMs }: NewSession): Session | undefined {
    const now = machineNow()
    const isFull = this.#byId.size >= this.#limits.maxSessions
    if (isFull || now - this.#sweptMs >= SWEEP_MS) this.#sweep(now)
    if (this.#byId.size >= this.#limits.maxSessions) return undefined
    const clock = nowMs === undefined ? from.world.clock : ({ mode: 'frozen', nowMs } as const)
    const origin: SessionSnapshot = { ...from, world: { ...from.world, clock, seed: seed ?? from.world.seed } }
    const session = new Session(id, new World(this.#layout, origin.world), origin, this.shelf)
    session.lastUsedMs = now
    this.#byId.set(id, session)
    return session
  }

  /** A world at some moment, to look at or to change apart from any session. */
  worldAt(snapshot: WorldSnapshot): World {
    return new World(this.#layout, snapshot)
  }

  /**
   * Goes over to other specs and fixtures: every session, every snapshot. What no longer fits is left out and returned; clocks,
   * ids, faults and journals stay.
   */
  migrate(apis: readonly Api[], { layout, seed, redact }: Specs): readonly DroppedRow[] {
    const before = { layout: this.#layout, seed: this.seed.world }
    const { world, dropped } = createMigration({ apis, before, after: { layout, seed: seed.world } })
    for (const session of this.#byId.values()) session.migrate(layout, world)
    for (const [name, snapshot] of this.snapshots)
      this.snapshots.set(name, { ...snapshot, world: world(snapshot.world) })
    this.#layout = layout
    this.seed = seed
    this.shelf.redact = redact
    return dropped
  }

  delete(id: string): boolean {
    this.#byId.get(id)?.journal.clear()
    return this.#byId.delete(id)
  }

  #freeId(): string {
    let id = `s${++this.#made}`
    while (this.#byId.has(id)) id = `s${++this.#made}`
    return id
  }

  #isIdle({ lastUsedMs }: Session, now: number): boolean {
    return now - lastUsedMs > this.#limits.idleMs
  }

  #sweep(now: number): void {
    this.#sweptMs = now
    for (const session of this.#byId.values()) {
      if (session !== this.default && this.#isIdle(session, now)) this.delete(session.id)
    }
  }
}

/** The snapshot of a world without faults and overrides. */
export function pristine(world: World): SessionSnapshot {
  return { world: world.snapshot(), faults: noFaults, overrides: noOverrides }
}

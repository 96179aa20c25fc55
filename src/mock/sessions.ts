import type { IncomingMessage } from 'node:http'
import { machineNow } from '../store/clock.ts'
import { type Layout, World, type WorldSnapshot } from '../store/world.ts'
import { noFaults } from './faults.ts'
import type { JournalLimits } from './journal.ts'
import { Session, type SessionSnapshot } from './session.ts'
import { sessionIdOf } from './session-prefix.ts'

export interface SessionLimits {
  readonly maxSessions: number
  /** A session that nobody has used for so long may go. */
  readonly idleMs: number
  readonly journal: JournalLimits
}

export interface NewSession {
  readonly id?: string
  readonly from: SessionSnapshot
  readonly seed?: number
  readonly now?: string
}

const SWEEP_MS = 60_000
export const MAX_SNAPSHOTS = 1000

/** All sessions and named snapshots of one mock; the default session serves every request that names none. */
export class Sessions {
  readonly default: Session
  /** The moment that every session starts from unless it says otherwise. */
  readonly seed: SessionSnapshot
  readonly snapshots = new Map<string, SessionSnapshot>()
  readonly #layout: Layout
  readonly #limits: SessionLimits
  readonly #byId = new Map<string, Session>()
  #made = 0
  #sweptMs = machineNow()

  constructor(layout: Layout, seed: SessionSnapshot, limits: SessionLimits) {
    this.#layout = layout
    this.#limits = limits
    this.seed = seed
    this.default = new Session('default', new World(layout, seed.world), seed, limits.journal)
    this.#byId.set(this.default.id, this.default)
  }

  get size(): number {
    return this.#byId.size
  }

  list(): IterableIterator<Session> {
    return this.#byId.values()
  }

  get(id: string): Session | undefined {
    return this.#byId.get(id)
  }

  /** The session of a request; `undefined` when it names one that does not exist. */
  of(raw: IncomingMessage): Session | undefined {
    const id = sessionIdOf(raw)
    if (id === undefined) return this.default
    const session = this.#byId.get(id)
    if (session) session.lastUsedMs = machineNow()
    return session
  }

  /** A session of its own, in time that does not depend on the rows; `undefined` when there are too many. */
  create({ id = this.#freeId(), from, seed, now }: NewSession): Session | undefined {
    this.#sweep()
    if (this.#byId.size >= this.#limits.maxSessions) return undefined
    const clock = now === undefined ? from.world.clock : ({ mode: 'frozen', nowMs: Date.parse(now) } as const)
    const origin: SessionSnapshot = { ...from, world: { ...from.world, clock, seed: seed ?? from.world.seed } }
    const session = new Session(id, new World(this.#layout, origin.world), origin, this.#limits.journal)
    session.lastUsedMs = machineNow()
    this.#byId.set(id, session)
    return session
  }

  /** A world at some moment, to look at or to change apart from any session. */
  worldAt(snapshot: WorldSnapshot): World {
    return new World(this.#layout, snapshot)
  }

  delete(id: string): boolean {
    return this.#byId.delete(id)
  }

  #freeId(): string {
    let id = `s${++this.#made}`
    while (this.#byId.has(id)) id = `s${++this.#made}`
    return id
  }

  #sweep(): void {
    const now = machineNow()
    if (now - this.#sweptMs < Math.min(SWEEP_MS, this.#limits.idleMs)) return
    this.#sweptMs = now
    for (const session of this.#byId.values()) {
      if (session !== this.default && now - session.lastUsedMs > this.#limits.idleMs) this.#byId.delete(session.id)
    }
  }
}

/** The snapshot of a world without faults. */
export function pristine(world: World): SessionSnapshot {
  return { world: world.snapshot(), faults: noFaults }
}

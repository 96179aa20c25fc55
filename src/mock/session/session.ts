import type { Layout, World, WorldSnapshot } from '../../store/world.ts'
import { type FaultSnapshot, Faults } from './faults.ts'
import { Journal, type JournalShelf } from './journal.ts'
import { Overrides, type OverrideSnapshot } from './overrides.ts'

/** One answer of the mock that its own spec does not allow. */
export interface Violation {
  readonly operationId: string
  readonly status: number
  /** Where the spec states what was broken. */
  readonly pointer: string
  readonly message: string
  /** RFC 3339, by the session's clock. */
  readonly at: string
  /** Which way it went; only a proxy says so, for the mock refuses requests that break the spec. */
  readonly direction?: 'request' | 'response'
  /** Why the rule that was broken is an assumption of ours, if it is one. */
  readonly inferred?: string
}

/** Everything that decides how a session will answer; what it has answered (journal, violations) is not part of it. */
export interface SessionSnapshot {
  readonly world: WorldSnapshot
  readonly faults: FaultSnapshot
  readonly overrides: OverrideSnapshot
}

const MAX_VIOLATIONS = 100

/** A world of its own for one user of the mock, with what happened in it. */
export class Session {
  readonly id: string
  readonly world: World
  readonly faults: Faults
  readonly overrides: Overrides
  readonly journal: Journal
  /** By the machine's clock, for the expiry of idle sessions. */
  lastUsedMs = 0
  #origin: SessionSnapshot
  #violations: readonly Violation[] = []
  #violationCount = 0

  constructor(id: string, world: World, origin: SessionSnapshot, shelf: JournalShelf) {
    this.id = id
    this.world = world
    this.#origin = origin
    this.faults = new Faults(world, origin.faults)
    this.overrides = new Overrides(origin.overrides)
    this.journal = new Journal(shelf)
  }

  /** The latest violations; `count` also counts those that are no longer kept. */
  get violations(): { readonly count: number; readonly violations: readonly Violation[] } {
    return { count: this.#violationCount, violations: this.#violations }
  }

  addViolation(violation: Violation): void {
    this.#violationCount++
    this.#violations = [...this.#violations, violation].slice(-MAX_VIOLATIONS)
  }

  snapshot(): SessionSnapshot {
    return { world: this.world.snapshot(), faults: this.faults.snapshot(), overrides: this.overrides.snapshot() }
  }

  restore(snapshot: SessionSnapshot): void {
    this.world.restore(snapshot.world)
    this.faults.restore(snapshot.faults)
    this.overrides.restore(snapshot.overrides)
  }

  /** Back to what the session began with, records, faults and overrides included. */
  reset(): void {
    this.restore(this.#origin)
    this.journal.restart()
    this.#violations = []
    this.#violationCount = 0
  }

  /** Goes over to other specs, with its rows as far as `world` lets them; all else stays. */
  migrate(layout: Layout, world: (snapshot: WorldSnapshot) => WorldSnapshot): void {
    this.#origin = { ...this.#origin, world: world(this.#origin.world) }
    this.world.adopt(layout, world(this.world.snapshot()))
  }

  /** Puts the rows of one API back to what the session began with. */
  restoreRows(api: string): void {
    this.world.restoreRows(api, this.#origin.world)
  }
}

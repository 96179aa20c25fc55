import type { IncomingMessage } from 'node:http'
import { type Layout, World, type WorldSnapshot } from '../store/world.ts'
import { Session } from './session.ts'
import { sessionIdOf } from './session-prefix.ts'

/** All sessions of one mock; the default one serves every request that names none. */
export class Sessions {
  readonly default: Session
  readonly #seed: WorldSnapshot
  readonly #byId = new Map<string, Session>()

  constructor(layout: Layout, seed: WorldSnapshot) {
    this.#seed = seed
    this.default = new Session('default', new World(layout, seed))
    this.#byId.set(this.default.id, this.default)
  }

  /** The moment that a reset goes back to. */
  get seed(): WorldSnapshot {
    return this.#seed
  }

  /** The session of a request; `undefined` when it names one that does not exist. */
  of(raw: IncomingMessage): Session | undefined {
    const id = sessionIdOf(raw)
    return id === undefined ? this.default : this.#byId.get(id)
  }

  reset(session: Session): void {
    session.world.restore(this.#seed)
    session.clearRecords()
  }
}

import type { World } from '../store/world.ts'

/** One answer of the mock that its own spec does not allow. */
export interface Violation {
  readonly operationId: string
  readonly status: number
  /** Where the spec states what was broken. */
  readonly pointer: string
  readonly message: string
  /** RFC 3339, by the session's clock. */
  readonly at: string
}

const MAX_VIOLATIONS = 100

/** A world of its own for one user of the mock, with what happened in it. */
export class Session {
  readonly id: string
  readonly world: World
  #violations: Violation[] = []
  #violationCount = 0

  constructor(id: string, world: World) {
    this.id = id
    this.world = world
  }

  /** The latest violations; `count` also counts those that are no longer kept. */
  get violations(): { readonly count: number; readonly violations: readonly Violation[] } {
    return { count: this.#violationCount, violations: this.#violations }
  }

  addViolation(violation: Violation): void {
    this.#violationCount++
    this.#violations = [...this.#violations, violation].slice(-MAX_VIOLATIONS)
  }

  clearRecords(): void {
    this.#violations = []
    this.#violationCount = 0
  }
}

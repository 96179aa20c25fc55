import type { CheckId, Tier } from '../../src/conform/check.ts'
import type { Behaviour } from './call.ts'
import type { Sample } from './samples.ts'

/** One mistake that a server could make, and what is to raise it. */
export interface SeededDefect {
  /** `<api>/<operation>/<operator> <target>`: stable, and what `--only` looks for. */
  readonly id: string
  readonly api: string
  /** `undefined` where it concerns the whole API. */
  readonly operation: string | undefined
  readonly operator: string
  /** Whether it breaks what the vendor's page states, or what only we ruled. */
  readonly tier: Tier
  /** Any of them counts as the expected finding. */
  readonly expected: readonly CheckId[]
  /** A body that the server would refuse wrongly: no defect, if it would be refused anyway. */
  readonly witness?: Witness
  /** A server with this mistake; a new one for each run. */
  create(): Behaviour
}

/** A successful scenario with another body. */
export interface Witness {
  readonly sample: Sample
  readonly body: unknown
}

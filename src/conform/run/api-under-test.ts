import type { Seed } from '../../fixtures/seed.ts'
import type { Api } from '../../openapi/api.ts'
import type { Case } from '../case.ts'
import type { Context } from '../context.ts'
import type { CheckId } from '../check.ts'
import type { Target } from '../target.ts'
import type { Exchanged } from '../transport/transport.ts'
import type { Baseline } from './baseline.ts'

/** An API, and the server that is validated against it. */
export interface ApiUnderTest {
  readonly api: Api
  readonly seed: Seed
  readonly target: Target
  /** Cases from elsewhere, such as the workflows beside the spec. */
  readonly more?: (context: Context) => readonly Case[]
}

/** What a run is to do. */
export interface RunOptions {
  readonly seed?: number
  /**
   * Stands in the values that are to be new on a server which cannot be set back, 0 to 999,999. Default: from the clock, so that a
   * second run is not refused what the first one has made; the same id and seed send the same requests again.
   */
  readonly runId?: number
  readonly strict?: boolean
  /** Only these checks. */
  readonly only?: readonly CheckId[]
  readonly maxCases?: number
  /** Only the case with this id. */
  readonly caseId?: string
  /** Random bodies for each operation and kind; default 25. */
  readonly randomCases?: number
  /** How long a read may lag behind a write before it is a failure, in milliseconds; default 1,000, 0 for not at all. */
  readonly lateMs?: number
  /** Requests a second. */
  readonly rate?: number
  readonly baseline?: Baseline
  /** Ends the run early: no further case, but the clean-up. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** Hears of every exchange; `startedMs` is since 1970. */
  readonly onExchange?: (exchanged: Exchanged, startedMs: number, durationMs: number) => void
}

/** How far a run is. */
export interface Progress {
  readonly api: string
  readonly done: number
  readonly total: number
  readonly failed: number
}

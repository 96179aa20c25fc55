import type { Progress } from '../conform/run/api-under-test.ts'
import type { ReportOptions } from '../conform/run/build-report.ts'

/** What a walk over both servers is to do. */
export interface DifferentialOptions extends ReportOptions {
  /** Base URL of a mock that nobody else uses. */
  readonly mockUrl: string
  /** Requests for each API; default 300. */
  readonly steps?: number
  /** Requests a second to the target. */
  readonly rate?: number
  /** Ends the walk early: no further step, but the clean-up. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

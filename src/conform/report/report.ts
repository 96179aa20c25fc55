import type { ApiName, OperationId, Pointer } from '../../openapi/api.ts'
import type { CheckId, Failure, Tier } from '../check.ts'

/** What a run found out. */
export interface Report {
  readonly target: string
  readonly apis: readonly ApiName[]
  readonly seed: number
  /** What `--run-id` repeats, where a server was tried that keeps what it is sent. */
  readonly runId?: number
  readonly strict: boolean
  readonly durationMs: number
  /** Somebody ended it early: the cases that were left are not reached. */
  readonly interrupted?: true
  /** The server went on to limit the rate of requests: the cases that were left are not reached. */
  readonly limited?: true
  readonly totals: Totals
  /** Documented promises that the server breaks. */
  readonly failures: readonly Finding[]
  /** Assumptions of ours that it does not share. */
  readonly assumptions: readonly Finding[]
  /** Failures that did not come back when the case was run once more. */
  readonly flaky: readonly Finding[]
  /** Findings that the baseline file knows. */
  readonly silenced: readonly Finding[]
  readonly notReached: readonly NotReached[]
  readonly operations: readonly OperationCount[]
  readonly checks: readonly CheckCount[]
  /** Every case in the order of the plan, for JUnit. */
  readonly cases: readonly CaseResult[]
}

export interface Totals {
  readonly cases: number
  readonly requests: number
  /** Of them, those that were sent again: a connection that had been used before was closed without a byte of an answer. */
  readonly repeated: number
  /** How often a 429 or 503 with `Retry-After` was waited for. */
  readonly waits: number
  readonly passed: number
  readonly failed: number
  readonly notReached: number
  /** Findings, not cases. */
  readonly failures: number
  readonly assumptions: number
  readonly flaky: number
  readonly silenced: number
}

/** Failures with one cause: one check, operation, pointer and message. */
export interface Finding {
  /** Stable over runs; what a baseline file names. */
  readonly key: string
  readonly check: CheckId
  readonly api: ApiName
  readonly operation: OperationId | undefined
  readonly pointer: Pointer
  readonly message: string
  /** The message so that it can be read alone: `accepts a body without userId (201)`. */
  readonly title: string
  readonly tier: Tier
  readonly why?: string
  /** How many cases raised it. */
  readonly count: number
  /** The first of them, which shows it. */
  readonly example: Failure
  readonly caseIds: readonly string[]
}

export interface NotReached {
  readonly caseId: string
  readonly api: ApiName
  readonly operation: OperationId | undefined
  readonly reason: string
}

export interface OperationCount {
  readonly api: ApiName
  /** `undefined`: requests that no operation stands for. */
  readonly operation: OperationId | undefined
  readonly cases: number
  readonly failures: number
  readonly assumptions: number
  readonly notReached: number
  /** The declared statuses, and whether the run has seen each of them. */
  readonly statuses: Readonly<Record<string, boolean>>
}

export interface CheckCount {
  readonly check: CheckId
  readonly cases: number
  readonly failures: number
  readonly assumptions: number
}

export interface CaseResult {
  readonly id: string
  readonly name: string
  readonly api: ApiName
  readonly operation: OperationId | undefined
  readonly verdict: 'passed' | 'failed' | 'assumption' | 'flaky' | 'silenced' | 'not-reached'
  readonly reason?: string
  readonly failures: readonly Failure[]
  readonly durationMs: number
}

/** Why cases are not reached on a server that limits the rate of requests for good. */
export const RATE_LIMITED =
  'the server limits the rate of requests; give a lower --rate, or lift the limit for the test'

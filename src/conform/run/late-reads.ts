import type { Verdict } from '../case.ts'
import { stateChecks } from '../checks/registry.ts'
import { isSafe } from '../cases/request-case.ts'
import type { OutgoingRequest } from '../transport/transport.ts'

/** How long a read may lag behind a write, as behind replicas and caches: no page promises that it does not. */
export const LATE_MS = 1000

/** Waits in one flow, at most. */
const MAX_WAITS = 4

/** What a run knows of a server that may show writes late. */
export interface Lateness {
  /** How long to wait for a write to be seen; 0 for not at all. */
  readonly ms: number
  /** Whether it was late once: then every flow that fails is tried with patience. */
  isKnown: boolean
  /** Whether it was tried. */
  isTried: boolean
}

/** Whether a flow has failed in a way that patience may explain. */
export function mayBeLate(lateness: Lateness, verdict: Verdict): boolean {
  if (lateness.ms === 0 || verdict.kind !== 'failed' || (lateness.isTried && !lateness.isKnown)) return false
  return verdict.failures.every(({ check }) => stateChecks.has(check))
}

/** Lets reads wait until the writes before them must have been seen. */
export function createPatience(lateMs: number): (request: OutgoingRequest) => Promise<void> {
  let writtenAt: number | undefined
  let waits = 0
  return async ({ method }) => {
    if (!isSafe(method)) {
      writtenAt = performance.now()
      return
    }
    const left = writtenAt === undefined ? 0 : writtenAt + lateMs - performance.now()
    if (left <= 0 || waits >= MAX_WAITS) return
    waits++
    await new Promise((resolve) => setTimeout(resolve, left))
  }
}

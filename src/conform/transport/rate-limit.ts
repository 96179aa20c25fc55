import { UnderstudyError } from '../../errors.ts'
import type { Answer, NoAnswer } from './exchange.ts'
import type { Pacer } from './pacer.ts'

/** Waits one after the other without an answer between them that is none of these, and the longest single one. */
const MAX_WAITS_IN_A_ROW = 5
const MAX_WAIT_MS = 60_000
const LEAST_WAIT_MS = 100

/** Requests a second after the first wait; one that follows soon after another halves it. */
const FIRST_RATE = 50
const LEAST_RATE = 1
/** So many answers between two waits say that the rate is borne. */
const SOON = 20
/** How long a run waits in all. */
const MAX_WAITED_MS = 120_000

/** Heeds 429 and 503 with `Retry-After` (RFC 9110, section 10.2.3): they say that the request was not looked at. */
export interface RateLimit {
  /** How often the run has waited. */
  readonly waits: number
  /** Throws TARGET_UNREACHABLE once the server has gone on limiting for too long. */
  assertOpen(): void
  /** Whether to send the request once more, which went out at `sentMs`. Throws TARGET_UNREACHABLE when that leads nowhere. */
  isToRepeat(outcome: Answer | NoAnswer, sentMs: number): boolean
}

/** A server that goes on to limit the rate of requests: the run has to end. */
export class RateLimited extends UnderstudyError {}

export function createRateLimit(pacer: Pacer, baseUrl: string): RateLimit {
  let waits = 0
  let waitedMs = 0
  let inARow = 0
  let answers = 0
  let heldSince = -Infinity
  let end: RateLimited | undefined
  return {
    get waits() {
      return waits
    },
    assertOpen: () => {
      if (end) throw end
    },
    isToRepeat: (outcome, sentMs) => {
      const waitMs = retryAfterMs(outcome)
      if (waitMs === undefined) {
        if (outcome.kind !== 'answer') return false
        inARow = 0
        answers++
        return false
      }
      // Those that were under way together are limited together.
      if (sentMs <= heldSince) return true
      waits++
      inARow++
      waitedMs += waitMs
      if (inARow > MAX_WAITS_IN_A_ROW || waitMs > MAX_WAIT_MS || waitedMs > MAX_WAITED_MS) {
        end ??= tooSlow(baseUrl, outcome)
        pacer.release()
        throw end
      }
      const slower = answers < SOON ? 2 : 1
      answers = 0
      const rate = pacer.rate === undefined ? FIRST_RATE : Math.max(LEAST_RATE, pacer.rate / slower)
      heldSince = performance.now()
      pacer.hold(Math.max(waitMs, LEAST_WAIT_MS), rate)
      return true
    },
  }
}

function retryAfterMs(outcome: Answer | NoAnswer): number | undefined {
  if (outcome.kind !== 'answer' || (outcome.status !== 429 && outcome.status !== 503)) return undefined
  const value = outcome.headers['retry-after']
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, at - performance.timeOrigin - performance.now())
}

function tooSlow(baseUrl: string, outcome: Answer | NoAnswer): RateLimited {
  const [status, wait] = outcome.kind === 'answer' ? [outcome.status, outcome.headers['retry-after']] : [0, undefined]
  return new RateLimited(
    'TARGET_UNREACHABLE',
    `limits the rate of requests: ${status} with Retry-After: ${wait ?? ''} again and again; give a lower --rate, or lift the limit for the test`,
    baseUrl,
  )
}

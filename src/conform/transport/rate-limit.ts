import { UnderstudyError } from '../../errors.ts'
import type { NoAnswer, Answer } from './exchange.ts'
import type { Pacer } from './pacer.ts'

/** How often one request, and for how long in all a run, waits for a server that asks for patience. */
const MAX_TRIES = 5
const MAX_WAIT_MS = 60_000
const MAX_WAITED_MS = 300_000

/** Requests a second after the first wait; every further one halves it. */
const FIRST_RATE = 50
const LEAST_RATE = 1

/** Heeds 429 and 503 with `Retry-After` (RFC 9110, section 10.2.3): they say that the request was not looked at. */
export interface RateLimit {
  /** How often the run has waited. */
  readonly waits: number
  /** Whether to send the request once more, after having waited. Throws TARGET_UNREACHABLE when that leads nowhere. */
  isToRepeat(outcome: Answer | NoAnswer, tries: number): Promise<boolean>
}

export function createRateLimit(pacer: Pacer, baseUrl: string): RateLimit {
  let waits = 0
  let waitedMs = 0
  let heldUntil = 0
  return {
    get waits() {
      return waits
    },
    isToRepeat: async (outcome, tries) => {
      const waitMs = retryAfterMs(outcome)
      if (waitMs === undefined) return false
      waits++
      waitedMs += Math.max(0, performance.now() + waitMs - Math.max(heldUntil, performance.now()))
      if (tries >= MAX_TRIES || waitMs > MAX_WAIT_MS || waitedMs > MAX_WAITED_MS) throw tooSlow(baseUrl, outcome, tries)
      if (performance.now() >= heldUntil) {
        const rate = pacer.rate === undefined ? FIRST_RATE : Math.max(LEAST_RATE, pacer.rate / 2)
        pacer.hold(waitMs, rate)
        heldUntil = performance.now() + waitMs
      }
      const restMs = heldUntil - performance.now()
      if (restMs > 0) await new Promise((resolve) => void setTimeout(resolve, restMs))
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

/** A server that goes on to limit the rate of requests: the run has to end. */
export class RateLimited extends UnderstudyError {}

function tooSlow(baseUrl: string, outcome: Answer | NoAnswer, tries: number): RateLimited {
  const status = outcome.kind === 'answer' ? outcome.status : 0
  const wait = outcome.kind === 'answer' ? (outcome.headers['retry-after'] ?? '') : ''
  return new RateLimited(
    'TARGET_UNREACHABLE',
    `limits the rate of requests: ${status} with Retry-After: ${wait} at try ${tries}; give a lower --rate, or lift the limit for the test`,
    baseUrl,
  )
}

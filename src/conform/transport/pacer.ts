/** Lets callers pass one after the other. */
export interface Pacer {
  /** `undefined` where nobody has to wait. */
  turn(): Promise<void> | undefined
  /** Nobody passes for so long, and from then on `rate` of them a second at most. */
  hold(forMs: number, rate: number): void
  readonly rate: number | undefined
}

/** `rate`: how many a second; `undefined`: all at once. */
export function createPacer(rate: number | undefined): Pacer {
  let gapMs = rate === undefined ? 0 : 1000 / rate
  let next = performance.now()
  return {
    turn: () => {
      const now = performance.now()
      if (gapMs === 0 && next <= now) return undefined
      const at = Math.max(now, next)
      next = at + gapMs
      return at <= now ? undefined : new Promise((resolve) => void setTimeout(resolve, at - now))
    },
    hold: (forMs, slower) => {
      gapMs = Math.max(gapMs, 1000 / slower)
      next = Math.max(next, performance.now() + forMs)
    },
    get rate() {
      return gapMs === 0 ? undefined : 1000 / gapMs
    },
  }
}

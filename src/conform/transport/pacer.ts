/** Lets callers pass one after the other. */
export interface Pacer {
  /** `undefined` where nobody has to wait. */
  turn(): Promise<void> | undefined
  /** Nobody passes for so long, and from then on `rate` of them a second at most. */
  hold(forMs: number, rate: number): void
  /** Nobody waits any more. */
  release(): void
  readonly rate: number | undefined
}

/** `rate`: how many a second; `undefined`: all at once. */
export function createPacer(rate: number | undefined): Pacer {
  let gapMs = rate === undefined ? 0 : 1000 / rate
  let next = performance.now()
  let isReleased = false
  const waiting = new Map<NodeJS.Timeout, () => void>()
  return {
    turn: () => {
      const now = performance.now()
      if (isReleased || (gapMs === 0 && next <= now)) return undefined
      const at = Math.max(now, next)
      next = at + gapMs
      if (at <= now) return undefined
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.delete(timer)
          resolve()
        }, at - now)
        waiting.set(timer, resolve)
      })
    },
    hold: (forMs, slower) => {
      gapMs = Math.max(gapMs, 1000 / slower)
      next = Math.max(next, performance.now() + forMs)
    },
    release: () => {
      isReleased = true
      for (const [timer, resolve] of waiting) {
        clearTimeout(timer)
        resolve()
      }
      waiting.clear()
    },
    get rate() {
      return gapMs === 0 ? undefined : 1000 / gapMs
    },
  }
}

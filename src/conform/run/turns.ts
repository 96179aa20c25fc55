/** Lets one after the other begin, in the order of asking. */
export interface Turns {
  /** Waits for one's turn; the next one's begins when the function that comes back is called. */
  take(): Promise<() => void>
}

export function createTurns(): Turns {
  let last: Promise<void> = Promise.resolve()
  return {
    take: async () => {
      const before = last
      let end: (() => void) | undefined
      last = new Promise((resolve) => (end = resolve))
      await before
      return () => end?.()
    },
  }
}

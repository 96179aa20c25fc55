/** Random choices that depend on the seed only (mulberry32). */
export interface Random {
  /** A whole number from 0 up to, but not including, `end`. */
  below(end: number): number
  /** True with the given probability. */
  chance(probability: number): boolean
  /** One of the items; `undefined` of none. */
  pick<Item>(items: readonly Item[]): Item | undefined
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    below: (end) => Math.floor(next() * end),
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)],
  }
}

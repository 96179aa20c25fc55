/** Numbers that follow from a text: the same text, the same numbers. */
export interface Random {
  /** From 0 (included) to 1 (excluded). */
  fraction(): number
  /** A whole number; both bounds included. */
  integer(least: number, most: number): number
  /** Throws for an empty list. */
  pick<Item>(list: readonly Item[]): Item
}

/** Leaves nothing to chance: always the least number, the first of a list. */
export const leastRandom: Random = {
  fraction: () => 0,
  integer: (least) => least,
  pick: ([first]) => {
    if (first === undefined) throw new RangeError('there is nothing to pick from')
    return first
  },
}

/** A generator of its own for each text (mulberry32, seeded by FNV-1a): what is added elsewhere changes none of its numbers. */
export function randomOf(text: string): Random {
  let state = seedOf(text)
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const integer = (least: number, most: number): number => least + Math.floor(fraction() * (most - least + 1))
  return {
    fraction,
    integer,
    pick: (list) => {
      const index = integer(0, list.length - 1)
      if (index >= list.length) throw new RangeError('there is nothing to pick from')
      return list[index] as (typeof list)[number]
    },
  }
}

/** FNV-1a, 32 bits: a number out of a text. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}

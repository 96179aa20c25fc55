import { hash } from 'node:crypto'
import type { SessionIds } from './state.ts'

/** What a snapshot keeps of the ids: how many each stream has given out. */
export type IdCounts = ReadonlyMap<string, number>

/** Ids that depend on the seed, the stream and the count only, so that two runs with one seed answer alike. */
export class Ids implements SessionIds {
  readonly #seed: number
  #counts: Map<string, number>

  constructor(seed: number, counts?: IdCounts) {
    this.#seed = seed
    this.#counts = new Map(counts)
  }

  uuid(stream: string): string {
    const digits = this.hex(stream, 32)
    const variant = '89ab'[Number.parseInt(digits.charAt(16), 16) % 4]
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`
  }

  hex(stream: string, digits: number): string {
    const text = `${this.#seed}/${stream}/${this.#count(stream)}`
    return hash('sha256', text).slice(0, digits)
  }

  next(stream: string, first: number): number {
    return first + this.#count(`#${stream}`)
  }

  /** From 0 (included) to 1 (excluded). */
  fraction(stream: string): number {
    return Number.parseInt(this.hex(stream, 8), 16) / 2 ** 32
  }

  counts(): IdCounts {
    return new Map(this.#counts)
  }

  #count(stream: string): number {
    const count = this.#counts.get(stream) ?? 0
    this.#counts.set(stream, count + 1)
    return count
  }
}

/**
 * Values by key: those of the load, and above them layers of what was changed since, the newest last. A clone shares every layer
 * but its own newest, so it takes no time, and a key is found in a few maps without a walk through a tree.
 */
export class KeyedEntries<Value extends object> {
  readonly #loaded: ReadonlyMap<string, Value>
  /** Shared with clones, so never written to. */
  readonly #layers: readonly Layer<Value>[]
  readonly #newest: Map<string, Value | typeof deleted>
  #size: number
  /** The key that was asked for last and has no value: who adds a row has looked before whether there is one. */
  #absent: string | undefined

  private constructor(loaded: ReadonlyMap<string, Value>, layers: readonly Layer<Value>[], size: number) {
    this.#loaded = loaded
    this.#layers = layers
    this.#newest = new Map()
    this.#size = size
  }

  /** Takes the map over: nobody may write to it afterwards. */
  static of<Value extends object>(loaded: ReadonlyMap<string, Value>): KeyedEntries<Value> {
    return new KeyedEntries(loaded, [], loaded.size)
  }

  get size(): number {
    return this.#size
  }

  /** Nobody may write to this one afterwards. */
  clone(): KeyedEntries<Value> {
    return new KeyedEntries(this.#loaded, stacked(this.#loaded, this.#layers, this.#newest), this.#size)
  }

  get(key: string): Value | undefined {
    const newest = this.#newest.get(key)
    const value = newest === undefined ? this.#older(key) : present(newest)
    if (value === undefined) this.#absent = key
    return value
  }

  /** False, and nothing is changed, where the key has a value already. */
  add(key: string, value: Value): boolean {
    if (key !== this.#absent && this.get(key) !== undefined) return false
    this.#absent = undefined
    this.#newest.set(key, value)
    this.#size++
    return true
  }

  /** Gives another value to a key that has one. */
  replace(key: string, value: Value): void {
    this.#newest.set(key, value)
  }

  /** Takes away a key that has a value. */
  delete(key: string): void {
    if (this.#older(key) === undefined) this.#newest.delete(key)
    else this.#newest.set(key, deleted)
    this.#size--
  }

  *values(): IterableIterator<Value> {
    const maps = [this.#loaded, ...this.#layers, this.#newest]
    for (const [index, map] of maps.entries()) {
      for (const [key, value] of map) {
        const isHidden = maps.slice(index + 1).some((newer) => newer.has(key))
        if (value !== deleted && !isHidden) yield value
      }
    }
  }

  /** What a key had before the newest changes. */
  #older(key: string): Value | undefined {
    for (let index = this.#layers.length - 1; index >= 0; index--) {
      const value = this.#layers[index]?.get(key)
      if (value !== undefined) return present(value)
    }
    return this.#loaded.get(key)
  }
}

/** Stands where a value of a layer below was taken away: a key is then looked up once in each map. */
const deleted = Symbol('deleted')

type Layer<Value> = ReadonlyMap<string, Value | typeof deleted>

function present<Value>(value: Value | typeof deleted): Value | undefined {
  return value === deleted ? undefined : value
}

/** Each layer is more than twice as large as the one above it: so there are few, and a value is copied a few times in its life. */
function stacked<Value>(
  loaded: ReadonlyMap<string, Value>,
  layers: readonly Layer<Value>[],
  newest: Layer<Value>,
): readonly Layer<Value>[] {
  if (newest.size === 0) return layers
  const below = layers.at(-1)
  if (below === undefined || below.size > 2 * newest.size) return [...layers, newest]
  const merged = new Map(below)
  for (const [key, value] of newest) {
    // With nothing below, a deleted key needs no mark any more.
    if (value === deleted && layers.length === 1 && !loaded.has(key)) merged.delete(key)
    else merged.set(key, value)
  }
  return stacked(loaded, layers.slice(0, -1), merged)
}

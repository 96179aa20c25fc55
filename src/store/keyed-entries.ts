import sortedBTree from 'sorted-btree'

// The package is CommonJS, so its default export is a member of what Node imports.
const BTree = sortedBTree.default
type BTree<Key, Value> = sortedBTree.default<Key, Value>

/**
 * Values by key: those of the load in a map that all clones share, what was changed since in a tree of each clone's own. A clone
 * takes constant time, and most keys are found without walking through a tree.
 */
export class KeyedEntries<Value extends object> {
  readonly #loaded: ReadonlyMap<string, Value>
  /** `undefined` for a value of the load that is deleted. */
  readonly #changed: BTree<string, Value | undefined>
  #size: number

  private constructor(loaded: ReadonlyMap<string, Value>, changed: BTree<string, Value | undefined>, size: number) {
    this.#loaded = loaded
    this.#changed = changed
    this.#size = size
  }

  /** Takes the map over: nobody may write to it afterwards. */
  static of<Value extends object>(loaded: ReadonlyMap<string, Value>): KeyedEntries<Value> {
    return new KeyedEntries(loaded, new BTree<string, Value | undefined>(undefined, compareKeys), loaded.size)
  }

  get size(): number {
    return this.#size
  }

  clone(): KeyedEntries<Value> {
    return new KeyedEntries(this.#loaded, this.#changed.clone(), this.#size)
  }

  get(key: string): Value | undefined {
    const loaded = this.#loaded.get(key)
    return this.#changed.size === 0 ? loaded : this.#changed.get(key, loaded)
  }

  /** False, and nothing is changed, where the key has a value already. */
  add(key: string, value: Value): boolean {
    const isAdded = this.#loaded.has(key)
      ? this.get(key) === undefined && this.#changed.set(key, value) !== undefined
      : this.#changed.setIfNotPresent(key, value)
    if (isAdded) this.#size++
    return isAdded
  }

  /** Gives another value to a key that has one. */
  replace(key: string, value: Value): void {
    this.#changed.set(key, value)
  }

  /** Takes away a key that has a value. */
  delete(key: string): void {
    if (this.#loaded.has(key)) this.#changed.set(key, undefined)
    else this.#changed.delete(key)
    this.#size--
  }

  *values(): IterableIterator<Value> {
    for (const key of this.#loaded.keys()) {
      const value = this.get(key)
      if (value) yield value
    }
    for (const [key, value] of this.#changed.entries()) if (value && !this.#loaded.has(key)) yield value
  }
}

function compareKeys(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

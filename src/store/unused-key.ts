import type { Collection } from './collection.ts'

/** Takes ids until one is free: rows that were put back by hand may hold ids that the stream has yet to give. */
export function unusedKey<Key extends string | number>(rows: Collection, next: () => Key): Key {
  let key = next()
  while (rows.get(String(key))) key = next()
  return key
}

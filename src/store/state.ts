import type { Collection } from './collection.ts'

/** What a handler sees of a session: the collections of its own API, the clock, the ids. */
export interface State {
  /** Throws for a name that the spec does not declare: a mistake of ours, found by the first test that runs the handler. */
  collection(name: string): Collection
  readonly clock: SessionClock
  readonly ids: SessionIds
}

export interface SessionClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** RFC 3339 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
  iso(): string
}

/** Deterministic: the n-th id of a stream depends on the seed, the stream's name and n only. */
export interface SessionIds {
  /** A version 4 shaped UUID in lower case. */
  uuid(stream: string): string
  /** Lower-case hexadecimal digits. */
  hex(stream: string, digits: number): string
  /** `first`, `first + 1`, … */
  next(stream: string, first: number): number
}

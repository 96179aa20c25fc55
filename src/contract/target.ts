import type { ApiName } from '../spec/api.ts'

/** A server under test and what has to be known of it, for one API. */
export interface Target {
  readonly api: ApiName
  /** Without a slash at the end; may have a path. */
  readonly baseUrl: string
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>
  /** Request headers by the id of the seed's credential; the first is the default. */
  readonly credentials: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Values on this server for the spec's `x-variables`, by name; what is not here keeps the spec's value. */
  readonly variables: Readonly<Record<string, unknown>>
  readonly states: StateSetting
  /** operationIds that must not be called. */
  readonly forbidden: readonly string[]
  /** Only operations that change nothing may be called. */
  readonly safe: boolean
  readonly timeoutMs: number
  /** Whether a person described this server in a file, so that it is not taken for our mock. */
  readonly described: boolean
  /** Values out of the environment that must not be shown, by the name of their variable. */
  readonly secrets: Readonly<Record<string, string>>
}

export type StateSetting =
  /** The control plane of the mock, where it answers. */
  | { readonly kind: 'mock' }
  /** POST { state, params, action } to a URL; states in the list can't be set. */
  | { readonly kind: 'hook'; readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly unavailable: readonly string[] }
  | { readonly kind: 'none' }

import type { ApiName, JsonObject } from '../spec/api.ts'

/** An API's world before the first request: every row, every credential, every state that a test can ask for. */
export interface Seed {
  readonly api: ApiName
  /** Rows by collection, in order; a collection without a fixture file has none. */
  readonly rows: Readonly<Record<string, readonly JsonObject[]>>
  /** Rows of `credentials.json`; the first is the default. */
  readonly credentials: readonly Credential[]
  readonly states: readonly ProviderState[]
}

/** A row of `fixtures/<api>/credentials.json`: what to send, and whom it stands for. */
export interface Credential {
  readonly id: string
  readonly description: string
  /** Request headers that carry the credential, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** Whatever else the API's rules need: an account id, a user type, a tenant. */
  readonly [attribute: string]: unknown
}

/** A named state of `fixtures/<api>/states.yaml`: a small change of the base rows. */
export interface ProviderState {
  readonly name: string
  readonly description: string
  readonly params: Readonly<Record<string, { readonly default: unknown; readonly description?: string }>>
  readonly changes: readonly StateChange[]
  /** Values handed back to whoever set the state; `${param}` as in the changes. */
  readonly provides: Readonly<Record<string, unknown>>
}

export type StateChange =
  | { readonly kind: 'put'; readonly collection: string; readonly row: JsonObject }
  | { readonly kind: 'merge'; readonly collection: string; readonly row: JsonObject }
  | { readonly kind: 'delete'; readonly collection: string; readonly key: string }

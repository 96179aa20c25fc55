import type { Pair, RequestParts } from './request.ts'

/** What the server tells the script about one API, as JSON. */
export interface TryData {
  /** The spec's file, for messages. */
  readonly file: string
  readonly bases: readonly string[]
  readonly credentials: readonly TryCredential[]
  /** The mock has no list of credentials: whatever is sent in the right place is accepted. */
  readonly acceptsAny: boolean
  readonly operations: Readonly<Record<string, TryOperation>>
}

export interface TryCredential {
  readonly id: string
  readonly description: string
  readonly headers: readonly Pair[]
  readonly query: readonly Pair[]
  readonly works: boolean
  /** What its requests are signed with. */
  readonly app?: { readonly key: string; readonly secret: string }
}

export interface TryOperation {
  readonly mediaTypes: readonly string[]
  readonly statuses: Readonly<Record<string, { readonly phrase: string; readonly assumed: boolean }>>
  readonly scenarios: readonly TryScenario[]
  /** The name of the scenario to begin with. */
  readonly first: string
}

export interface TryScenario {
  readonly name: string
  readonly description: string
  readonly status: number
  readonly given: readonly { readonly state: string; readonly params: Readonly<Record<string, unknown>> }[]
  /** The id of a credential, or `null` for none. */
  readonly credential: string | null
  readonly request: RequestParts
}

import type { Api } from '../openapi/api.ts'
import type { Credential, ProviderState } from '../fixtures/seed.ts'
import type { Row } from '../store/collection.ts'

/** One API with what a reader needs to try it on this mock. */
export interface DocumentedApi {
  readonly api: Api
  readonly credentials: readonly SeededCredential[]
  readonly states: readonly ProviderState[]
  /** The seed's rows by collection: what is there to be found. */
  readonly rowsOf: (collection: string) => readonly Row[]
}

export interface SeededCredential extends Credential {
  /** Some credentials are seeded to be refused. */
  readonly works: boolean
}

import type { Seed } from '../fixtures/seed.ts'
import type { Api } from '../openapi/api.ts'
import { openSchemas, type Schemas } from '../openapi/walk.ts'
import { newRunId } from './run/run-id.ts'
import type { Target } from './target.ts'

/** What every maker of cases works with: one API, its seed, and what is known of the server. */
export interface Context {
  readonly api: Api
  readonly seed: Seed
  readonly target: Target
  readonly schemas: Schemas
  /** Seeds the random cases; the deterministic ones do not depend on it. */
  readonly runSeed: number
  /** Tells the run from others in values that a server keeps which cannot be set back: 0 to 999,999. */
  readonly runId: number
}

export function createContext(api: Api, seed: Seed, target: Target, runSeed = 1, runId = newRunId()): Context {
  return { api, seed, target, schemas: openSchemas(api), runSeed, runId }
}

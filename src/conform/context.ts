import type { Seed } from '../fixtures/seed.ts'
import type { Api } from '../openapi/api.ts'
import { openSchemas, type Schemas } from '../openapi/walk.ts'
import type { Target } from './target.ts'

/** What every maker of cases works with: one API, its seed, and what is known of the server. */
export interface Context {
  readonly api: Api
  readonly seed: Seed
  readonly target: Target
  readonly schemas: Schemas
  /** Seeds the random cases; the deterministic ones do not depend on it. */
  readonly runSeed: number
}

export function createContext(api: Api, seed: Seed, target: Target, runSeed = 1): Context {
  return { api, seed, target, schemas: openSchemas(api), runSeed }
}

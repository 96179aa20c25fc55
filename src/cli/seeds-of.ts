import { loadSeed } from '../fixtures/load.ts'
import type { Seed } from '../fixtures/seed.ts'
import type { Api } from '../openapi/api.ts'
import { fixturesOf } from '../paths.ts'

/** Somebody else's specs have no fixtures of ours. */
export function seedsOf(apis: readonly Api[], { fixtures }: { readonly fixtures?: string }): Seed[] {
  return apis.map((api) => {
    const folder = fixturesOf(api, fixtures)
    return folder === undefined ? { api: api.name, rows: {}, credentials: [], states: [] } : loadSeed(api, folder)
  })
}

import type { Seed } from '../../seed/seed.ts'
import type { Target } from '../target.ts'

/** A server of which only the base URL is known: its credentials and rows are taken to be those of the seed. */
export function seedTarget(seed: Seed, baseUrl: string): Target {
  return {
    api: seed.api,
    baseUrl: baseUrl.replace(/\/+$/, ''),
    headers: {},
    credentials: Object.fromEntries(seed.credentials.map(({ id, headers }) => [id, headers])),
    variables: {},
    states: { kind: 'mock' },
    forbidden: [],
    safe: false,
    timeoutMs: 10_000,
    described: false,
    secrets: {},
  }
}

import type { MutationReport } from '../../src/prove/prove-api.ts'

/** One defect that was found, and one that nobody provoked. */
export const mutationReport: MutationReport = {
  api: 'pets',
  server: undefined,
  cases: 7,
  known: ['a known finding'],
  durationMs: 1200,
  trials: (['found', 'survived'] as const).map((outcome) => ({
    id: `pets/createPet/null-accepted body.${outcome}`,
    api: 'pets',
    operation: 'createPet',
    operator: 'null-accepted',
    tier: 'documented',
    outcome,
    raised: [],
    wrongs: outcome === 'found' ? 3 : 0,
    cases: 7,
    durationMs: 10,
  })),
}

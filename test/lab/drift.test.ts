import { describe, expect, test } from 'vitest'
import { driftsOf, type Interval } from '../../lab/soak/drift.ts'

const steady: Interval = {
  minute: 1,
  requests: 1000,
  cpuUs: 300,
  medianMs: 5,
  slowestMs: 90,
  liveMb: 100,
  rssMb: 200,
  violations: 0,
}

/** Twelve intervals, each changed by its number. */
function soakOf(change: (n: number) => Partial<Interval>): Interval[] {
  return Array.from({ length: 12 }, (_, n) => ({ ...steady, minute: n, ...change(n) }))
}

describe('a soak', () => {
  test.each([
    ['stays as it is', () => ({})],
    ['waits on a busy machine', (n: number) => ({ medianMs: 5 * (n + 1), slowestMs: 500 * n })],
    ['has one dear and one large interval', (n: number) => (n === 11 ? { cpuUs: 900, liveMb: 180, rssMb: 600 } : {})],
    ['gets cheaper and smaller', (n: number) => ({ cpuUs: 300 - 10 * n, liveMb: 100 - n })],
  ])('that %s has no drift', (_, change) => {
    expect(driftsOf(soakOf(change))).toEqual([])
  })

  test.each<[string, (n: number) => Partial<Interval>, RegExp]>([
    ['whose memory grows', (n) => ({ liveMb: 100 + 2 * n }), /^liveMb grew from 104\.0 to 120\.0/],
    ['whose requests cost more and more', (n) => ({ cpuUs: 300 + 30 * n }), /^cpuUs grew from 360\.0 to 600\.0/],
    ['that breaks the specs', () => ({ violations: 3 }), /^3 violations of the specs$/],
  ])('%s is reported', (_, change, message) => {
    expect(driftsOf(soakOf(change))).toEqual([expect.stringMatching(message)])
  })
})

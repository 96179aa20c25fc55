import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { checks, type CheckId } from '../../src/conform/check.ts'
import type { Report } from '../../src/conform/report/report.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import type { RunOptions } from '../../src/conform/run/api-under-test.ts'
import { targetAt } from '../../src/conform/target.ts'
import type { Seed } from '../../src/fixtures/seed.ts'
import { loadApis } from '../../src/openapi/load.ts'
import { openShop, type Fault, type Shop } from '../../lab/faulty/shop.ts'

const [api] = loadApis(fileURLToPath(new URL('../../lab/faulty', import.meta.url)), ['shop'])
if (!api) throw new Error('shop.yaml is missing')

export const seed: Seed = {
  api: 'shop',
  rows: {
    items: [{ id: '11111111-1111-4111-8111-111111111111', name: 'Chair', colour: 'green', size: 2, version: 1 }],
  },
  credentials: [{ id: 'user', description: 'a customer', headers: { authorization: 'Bearer shop-user' } }],
  states: [],
}

let shop: Shop | undefined
afterEach(() => shop?.close())

async function conform(fault?: Fault, options: RunOptions & { readonly reset?: boolean } = {}): Promise<Report> {
  shop = await openShop(fault, options)
  return runConformance(
    [
      {
        api: api as NonNullable<typeof api>,
        seed,
        target: targetAt(api as NonNullable<typeof api>, seed, shop.url, {
          timeoutMs: fault === 'dies' ? 200 : 10_000,
        }),
      },
    ],
    { randomCases: 5, lateMs: 0, ...options },
  )
}

function raised(report: Report): CheckId[] {
  return [...new Set([...report.failures, ...report.assumptions].map(({ check }) => check))]
}

describe('a server that keeps its spec', () => {
  test('raises nothing', async () => {
    const report = await conform()
    expect([...report.failures, ...report.assumptions, ...report.flaky].map(({ key }) => key)).toEqual([])
    expect(report.notReached).toEqual([])
    expect(report.totals.cases).toBeGreaterThan(250)
  })

  test('raises nothing and is left as it was when it cannot be reset', async () => {
    const report = await conform(undefined, { reset: false })
    expect([...report.failures, ...report.assumptions, ...report.flaky].map(({ key }) => key)).toEqual([])
    const left = await fetch(`${shop?.url}/items?limit=500`, { headers: { authorization: 'Bearer shop-user' } })
    expect(await left.json()).toEqual({ items: seed.rows['items'] })
  })

  test('gets the same requests from two runs with one seed', async () => {
    await conform()
    const sent = (shop as Shop).requests.toSorted()
    await shop?.close()
    await conform()
    expect((shop as Shop).requests.toSorted()).toEqual(sent)
  })
})

describe('a server whose list shows writes late', () => {
  test('is told so in notes, and blamed for nothing', async () => {
    const only: CheckId[] = ['created-unlisted', 'deleted-listed', 'filter-wrong', 'page-wrong', 'sort-wrong']
    const report = await conform('late list', { only, lateMs: 200 })
    expect(report.failures.map(({ key }) => key)).toEqual([])
    expect(report.assumptions.map(({ message }) => message)).toContain('what was written is seen late, within 200 ms')
  })

  test('is blamed where the delay is longer than it may be', async () => {
    const report = await conform('late list', { only: ['created-unlisted'], lateMs: 20 })
    expect(report.failures.map(({ message }) => message)).toContain('what was created is not in the list once')
  })
})

/** Every check, and the faults that it has to find. */
const faults: Readonly<Record<Exclude<CheckId, 'flow' | 'differs-from-mock'>, readonly Fault[]>> = {
  'no-answer': ['drops'],
  'server-died': ['dies'],
  'server-error': ['crashes', 'crashes on syntax'],
  'status-undeclared': ['undeclared refusal', 'status 200'],
  'content-type': ['html'],
  'body-unparseable': ['not JSON'],
  'body-schema': ['own shape'],
  'undeclared-property': ['extra member'],
  'header-missing': ['no location'],
  'header-invalid': ['wrong location', 'wrong header'],
  'body-forbidden': ['body on 204'],
  'error-shape': ['own error'],
  'internal-leak': ['leaks'],
  'valid-refused': ['no green'],
  'success-status': ['reads with 203'],
  'invalid-accepted': ['no validation', 'no maximum'],
  'refusal-status': ['wrong is 404', 'other words'],
  echo: ['shouts'],
  'method-accepted': ['any method'],
  'allow-header': ['false allow'],
  'unknown-path': ['unknown path'],
  'head-like-get': ['no head'],
  options: ['no options'],
  'media-type-accepted': ['any type'],
  'size-accepted': ['any size'],
  'credentials-ignored': ['no security', 'any scheme', 'any case'],
  'created-unreadable': ['forgets', 'location elsewhere'],
  'created-differs': ['stores nothing else'],
  'created-unlisted': ['forgets', 'forgets the eighth'],
  'update-lost': ['update lost'],
  'update-spills': ['spills'],
  'refused-write-changed': ['writes before checks', 'changes before checks'],
  'deleted-readable': ['deletes nothing'],
  'deleted-listed': ['deletes nothing'],
  'id-repeated': ['one id'],
  'tag-unchanged': ['one tag'],
  'stale-tag-accepted': ['stale tags', 'stale is 400'],
  'lost-update': ['stale tags'],
  'filter-wrong': ['no filter'],
  'page-wrong': ['no limit', 'no skip'],
  'sort-wrong': ['one way'],
}

describe('a server with one fault', () => {
  test.each(Object.entries(faults).flatMap(([check, names]) => names.map((fault) => [fault, check] as const)))(
    '%s raises %s',
    async (fault, check) => {
      const report = await conform(fault, { only: [check as CheckId] })
      expect(raised(report)).toEqual([check])
    },
  )

  test('is listed here for every check but those of the workflows and the differential mode', () => {
    expect(Object.keys(faults).toSorted()).toEqual(
      Object.keys(checks)
        .filter((check) => check !== 'flow' && check !== 'differs-from-mock')
        .toSorted(),
    )
  })
})

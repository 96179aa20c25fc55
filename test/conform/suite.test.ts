import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { openSuite } from '../../src/conform/run/suite.ts'
import { targetAt } from '../../src/conform/target.ts'
import type { Seed } from '../../src/fixtures/seed.ts'
import type { Api } from '../../src/openapi/api.ts'
import { loadApis } from '../../src/openapi/load.ts'
import { openShop } from '../../lab/faulty/shop.ts'

const api = loadApis(fileURLToPath(new URL('../../lab/faulty', import.meta.url)), ['shop'])[0] as Api
const seed: Seed = {
  api: 'shop',
  rows: { items: [] },
  credentials: [{ id: 'user', description: 'a customer', headers: { authorization: 'Bearer shop-user' } }],
  states: [],
}
const shop = await openShop()
const suite = await openSuite(
  { api, seed, target: targetAt(api, seed, shop.url) },
  { randomCases: 0, only: ['credentials-ignored', 'filter-wrong', 'echo'] },
)

afterAll(async () => {
  await suite.close()
  await shop.close()
})

test.each(suite.cases.map((each) => [each.id, each] as const))('%s', async (_, each) => {
  expect(await suite.run(each)).toEqual({ kind: 'passed' })
})

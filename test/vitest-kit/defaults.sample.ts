import { expect } from 'vitest'
import { mockTest, test } from 'understudy/vitest'

test('passes with all APIs', async ({ mock }) => {
  const health = (await (await fetch(`${mock.url}/__mock/health`)).json()) as { apis: string[] }
  expect(health.apis).toEqual(['cloud-payments', 'dialogportal', 'digitalchalk', 'polis', 'regit'])
})

const lenient = mockTest({ apis: ['digitalchalk'], refusals: 'allow', seed: 7, now: '2030-01-01T00:00:00Z' })

lenient('passes whatever it sends when all refusals are allowed', async ({ mock }) => {
  expect((await fetch(`${mock.url}/nowhere`)).status).toBe(404)
  expect(mock.clock.now()).toBe('2030-01-01T00:00:00.000Z')
})

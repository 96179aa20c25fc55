import { afterAll, beforeAll, expect, test } from 'vitest'
import { urlOf } from '../../src/docs/client/request.ts'
import type { TryData, TryScenario } from '../../src/docs/client/try-data.ts'
import { createUnderstudy, type Understudy } from '../../src/index.ts'

const apis = ['cloud-payments', 'dialogportal', 'digitalchalk', 'polis', 'regit'] as const

let mock: Understudy

beforeAll(async () => void (mock = await createUnderstudy({ listen: false })))
afterAll(() => mock.close())

/** What the docs page does when somebody presses Send. */
async function send({ given, request }: TryScenario): Promise<number> {
  for (const { state, params } of given) {
    const { statusCode } = await mock.inject({ method: 'POST', url: '/__mock/states', payload: { state, params } })
    expect(statusCode).toBe(200)
  }
  const { statusCode } = await mock.inject({
    method: request.method as 'GET',
    url: urlOf('', request),
    headers: Object.fromEntries(request.headers),
    ...(request.body !== undefined && { payload: request.body }),
  })
  return statusCode
}

test.each(apis)('a scenario of %s that makes its state true first has its outcome every time', async (api) => {
  const { operations } = (await mock.inject(`/docs/${api}/try.json`)).json<TryData>()
  const scenarios = Object.values(operations).flatMap((operation) => operation.scenarios)
  const outcomes = []
  for (const scenario of scenarios.filter(({ given }) => given.length > 0)) {
    mock.reset()
    outcomes.push([scenario.name, await send(scenario), await send(scenario), await send(scenario)])
  }
  expect(outcomes.length).toBeGreaterThan(0)
  expect(outcomes).toEqual(outcomes.map(([name, first]) => [name, first, first, first]))
  const promised = new Map(scenarios.map(({ name, status }) => [name, status]))
  expect(outcomes.filter(([name, first]) => promised.get(String(name)) !== first)).toEqual([])
})

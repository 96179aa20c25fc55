import { expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'

const headers = { authorization: 'Bearer polis-user-a' }

interface Interaction {
  readonly id: string
}

async function create(mock: Understudy): Promise<string> {
  const all = '/v2/interactions?limit=9&skip=0&sort=id&sort=ASC'
  const { data } = (await mock.inject({ url: all, headers })).json<{ data: { data: object }[] }>()
  const created = await mock.inject({ method: 'POST', url: '/v2/interactions', headers, payload: data[0]?.data ?? {} })
  expect(created.statusCode).toBe(201)
  return created.json<Interaction>().id
}

test('a new interaction never takes the id of one that was put back into a fresh world', async () => {
  const mock = await createUnderstudy({ apis: ['polis'], listen: false })
  const first = await create(mock)
  const state = (await mock.inject({ url: '/__mock/state' })).json<object>()
  mock.reset()
  await mock.inject({ method: 'PUT', url: '/__mock/state', payload: state })
  expect(await create(mock)).not.toBe(first)
  expect((await mock.inject({ url: `/v2/interactions/${first}`, headers })).statusCode).toBe(200)
  await mock.close()
})

import { expect, test } from 'vitest'
import { fileURLToPath } from 'node:url'
import { createUnderstudy, type Understudy } from '../../../src/index.ts'

const file = fileURLToPath(new URL('../../conform/documents/other-answers.yaml', import.meta.url))

async function withMock(act: (mock: Understudy) => Promise<void>): Promise<void> {
  const mock = await createUnderstudy({ apis: [file], listen: false })
  try {
    await act(mock)
    expect(mock.violations()).toEqual([])
  } finally {
    await mock.close()
  }
}

const read = async (mock: Understudy, url: string): Promise<unknown> =>
  (await mock.inject({ method: 'GET', url })).json()

test('what only the answer to a creation knows is in that answer, and in no row', () =>
  withMock(async (mock) => {
    const made = await mock.inject({ method: 'POST', url: '/keys', payload: { label: 'mine', purpose: 'tests' } })
    const { id } = made.json<{ id: string }>()
    expect(made.json()).toMatchObject({ label: 'mine', purpose: 'tests' })
    expect(await read(mock, `/keys/${id}`)).toEqual({ id, label: 'mine' })
    expect(JSON.stringify(await read(mock, '/keys'))).not.toMatch(/purpose|secret/)
  }))

test('totals are true whichever word of their name comes first', () =>
  withMock(async (mock) => {
    expect(await read(mock, '/keys?pageSize=1')).toMatchObject({ itemsTotal: 2, pagesTotal: 2 })
  }))

test('a request that shares no property with the row creates one all the same, if the row is what it is answered with', () =>
  withMock(async (mock) => {
    const make = async (): Promise<string> =>
      (await mock.inject({ method: 'POST', url: '/orders', payload: { target: { id: '7', type: 'box' } } })).json<{
        id: string
      }>().id
    const [one, other] = [await make(), await make()]
    expect(one).not.toBe(other)
    expect(one).toMatch(/^\d+$/)
    expect(await read(mock, `/orders/${one}`)).toMatchObject({ id: one })
  }))

test('a list of strings is no JSON Patch', () =>
  withMock(async (mock) => {
    const made = await mock.inject({ method: 'POST', url: '/labels', payload: { name: 'bug', color: 'red' } })
    const { name } = made.json<{ name: string }>()
    const patched = await mock.inject({ method: 'PATCH', url: `/labels/${name}`, payload: ['a', 'b'] })
    expect(patched.statusCode).toBe(200)
    expect(patched.json()).toEqual(made.json())
  }))

test('a property that an answer means otherwise is made by the schema of that answer', () =>
  withMock(async (mock) => {
    const { id } = (
      await mock.inject({
        method: 'POST',
        url: '/orders',
        payload: { target: {}, link: { url: 'https://example.com' } },
      })
    ).json<{ id: string }>()
    const again = await mock.inject({ method: 'POST', url: `/orders/${id}`, payload: { note: 'again' } })
    expect(again.statusCode).toBe(201)
    expect(again.json()).toEqual({ id, link: expect.any(String) })
  }))

test('an answer whose schema allows no row at all is noted, and is no violation', () =>
  withMock(async (mock) => {
    const [{ name } = { name: '' }] = (await read(mock, '/tags')) as { name: string }[]
    const answer = await mock.inject({ method: 'POST', url: `/tags/${encodeURIComponent(name)}` })
    expect(answer.statusCode).toBe(200)
    expect((await mock.inject('/__mock/notes')).body).toContain('no value was found that the schema allows')
  }))

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { keeper, pets, petsFolders } from '../support/pets.ts'

let mock: Understudy

beforeAll(async () => {
  mock = await createUnderstudy({ ...petsFolders(), listen: false })
})
beforeEach(() => mock.reset())
afterAll(async () => {
  expect(mock.violations()).toEqual([])
  await mock.close()
})

const send = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object, headers = keeper) => {
  const { statusCode, body, headers: sent } = await mock.inject({ method, url, headers, ...(payload && { payload }) })
  return { status: statusCode, body: body === '' ? undefined : (JSON.parse(body) as unknown), headers: sent }
}

describe('a spec and fixtures without any code', () => {
  test('list the fixtures in their order', async () => {
    expect(await send('GET', '/pets')).toMatchObject({ status: 200, body: { items: pets, total: 3 } })
  })

  test.each([
    ['?limit=1&offset=1', [pets[1]], 3],
    ['?kind=cat', [pets[0], pets[2]], 2],
    ['?sort=name', [pets[2], pets[0], pets[1]], 3],
    ['?sort=-name', [pets[1], pets[0], pets[2]], 3],
    ['?kind=parrot', [], 0],
  ])('list with %s', async (query, items, total) => {
    expect((await send('GET', `/pets${query}`)).body).toEqual({ items, total })
  })

  test('create a row with an id and a time of its own, which is there on the next read', async () => {
    const created = await send('POST', '/pets', { name: 'Zoe', kind: 'parrot' })
    expect(created).toMatchObject({
      status: 201,
      body: { name: 'Zoe', kind: 'parrot', createdAt: '2026-01-01T00:00:00.000Z' },
    })
    const read = await send('GET', String(created.headers['location']))
    expect(read.body).toEqual(created.body)
    expect((await send('GET', '/pets')).body).toMatchObject({ total: 4 })
  })

  test('patch what is sent and nothing else', async () => {
    const { id } = pets[0] as { id: string }
    expect((await send('PATCH', `/pets/${id}`, { name: 'Mimi' })).body).toEqual({ ...pets[0], name: 'Mimi' })
    expect((await send('GET', `/pets/${id}`)).body).toEqual({ ...pets[0], name: 'Mimi' })
    expect((await send('GET', '/pets')).body).toMatchObject({ items: [{ name: 'Mimi' }, pets[1], pets[2]] })
  })

  test('delete for good', async () => {
    const { id } = pets[0] as { id: string }
    expect(await send('DELETE', `/pets/${id}`)).toMatchObject({ status: 204, body: undefined })
    expect((await send('GET', `/pets/${id}`)).status).toBe(404)
    expect((await send('GET', '/pets')).body).toEqual({ items: [pets[1], pets[2]], total: 2 })
  })

  test.each([
    ['a value outside of an enum', { name: 'Zoe', kind: 'horse' }, '/components/schemas/Kind/enum'],
    ['a missing member', { name: 'Zoe' }, '/components/schemas/NewPet/required'],
    [
      'a text that is too long',
      { name: 'Z'.repeat(41), kind: 'cat' },
      '/components/schemas/NewPet/properties/name/maxLength',
    ],
    ['a surplus member', { name: 'Zoe', kind: 'cat', age: 3 }, '/components/schemas/NewPet/additionalProperties'],
  ])(
    'refuse %s in the error format of the spec, and say where the spec forbids it',
    async (_case, payload, pointer) => {
      const { status, body, headers } = await send('POST', '/pets', payload)
      expect({ status, headers }).toMatchObject({
        status: 400,
        headers: {
          'x-mock-refused-by': 'validation',
          'x-mock-pointer': pointer,
          'content-type': expect.stringMatching(/^application\/problem\+json/),
        },
      })
      expect(body).toMatchObject({ title: 'Bad Request', status: 400 })
      expect((await send('GET', '/pets')).body).toMatchObject({ total: 3 })
    },
  )

  test.each([{ authorization: 'Bearer nobody' }, { authorization: 'Basic keeper' }])('refuse %o', async (headers) => {
    expect((await send('GET', '/pets', undefined, headers)).status).toBe(401)
  })

  test('answer an unknown row, an unknown path and an undeclared method in its own format', async () => {
    expect(await send('GET', '/pets/nobody')).toMatchObject({ status: 404, body: { title: 'Not Found', status: 404 } })
    expect((await send('GET', '/pets/a/b')).status).toBe(404)
    expect(await send('PATCH', '/pets', {})).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD, POST, OPTIONS' },
    })
  })

  test('get generated rows, valid and the same for the same seed', async () => {
    const options = { ...petsFolders(), listen: false, records: 50, seed: 7 } as const
    const [one, two] = [await createUnderstudy(options), await createUnderstudy(options)]
    const list = async (from: Understudy) => (await from.inject({ url: '/pets?limit=100', headers: keeper })).body
    expect(JSON.parse(await list(one))).toMatchObject({ total: 53 })
    expect(await list(one)).toBe(await list(two))
    expect(one.violations()).toEqual([])
    await Promise.all([one.close(), two.close()])
  })
})

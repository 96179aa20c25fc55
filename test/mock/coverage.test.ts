import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CoverageReport, createUnderstudy, type Understudy } from '../../src/index.ts'
import { petsFolders } from '../support/pets.ts'

const keeper = { authorization: 'Bearer keeper' }
const json = { 'content-type': 'application/json' }
const csv = { ...keeper, 'content-type': 'text/csv' }
const nobody = {}

type Sent = readonly [
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  payload?: object | string | undefined,
  headers?: Record<string, string>,
]

let mock: Understudy

beforeAll(async () => {
  mock = await createUnderstudy({ ...petsFolders(), listen: false })
})

beforeEach(async () => {
  mock.reset()
  await mock.inject({ method: 'DELETE', url: '/__mock/coverage' })
})

afterAll(() => mock.close())

const operation = (id: string): CoverageReport['operations'][number] | undefined =>
  mock.coverage().operations.find(({ operationId }) => operationId === id)

describe('coverage', () => {
  test('begins with nothing', () => {
    expect(mock.coverage().percent).toBe(0)
    expect(operation('listPets')).toEqual({
      api: 'pets',
      operationId: 'listPets',
      requests: 0,
      statuses: { '200': 0, '400': 0, '401': 0 },
      undeclared: {},
      parameters: { 'query limit': false, 'query offset': false, 'query sort': false, 'query kind': false },
      values: { 'query kind': { cat: false, dog: false, parrot: false } },
    })
  })

  test('counts statuses, parameters and enum values of query and body', async () => {
    await mock.inject({ url: '/pets?kind=cat&limit=5', headers: keeper })
    await mock.inject({ url: '/pets?limit=0', headers: keeper })
    await mock.inject({ url: '/pets' })
    await mock.inject({
      method: 'POST',
      url: '/pets',
      headers: { ...keeper, ...json },
      payload: { name: 'Bo', kind: 'dog' },
    })
    expect(operation('listPets')).toMatchObject({
      requests: 3,
      statuses: { '200': 1, '400': 1, '401': 1 },
      parameters: { 'query limit': true, 'query offset': false, 'query kind': true },
      values: { 'query kind': { cat: true, dog: false, parrot: false } },
    })
    expect(operation('createPet')?.values).toEqual({ 'body /kind': { cat: false, dog: true, parrot: false } })
  })

  test('counts what faults leave apart from what is declared', async () => {
    mock.fault({ kind: 'status', status: 503, count: 1 })
    await mock.inject({ url: '/pets', headers: keeper })
    expect(operation('listPets')).toMatchObject({ requests: 1, statuses: { '200': 0 }, undeclared: { '503': 1 } })
  })

  test('is that of all sessions, and outlives their reset and their end', async () => {
    const session = mock.createSession()
    await session.inject({ url: '/pets', headers: keeper })
    session.reset()
    session.close()
    mock.reset()
    expect(operation('listPets')?.statuses).toMatchObject({ '200': 1 })
    await mock.inject({ method: 'DELETE', url: '/__mock/coverage' })
    expect(mock.coverage().percent).toBe(0)
  })

  test('reaches 100 % when everything was used, and not before', async () => {
    const requests: readonly Sent[] = [
      ['GET', '/pets?limit=1&offset=0&sort=name&kind=cat'],
      ['GET', '/pets?kind=dog'],
      ['GET', '/pets?kind=parrot'],
      ['GET', '/pets?limit=0'],
      ['GET', '/pets', undefined, nobody],
      ...['cat', 'dog', 'parrot'].map((kind): Sent => ['POST', '/pets', { name: 'Bo', kind }]),
      ['POST', '/pets', {}],
      ['POST', '/pets', {}, nobody],
      ['POST', '/pets', 'a,b', csv],
      ['GET', '/pets/a3f1c2d4-0000-4000-8000-000000000001'],
      ['GET', '/pets/1'],
      ['GET', '/pets/1', undefined, nobody],
      ...['cat', 'dog', 'parrot'].map((kind): Sent => [
        'PATCH',
        '/pets/a3f1c2d4-0000-4000-8000-000000000001',
        { kind },
      ]),
      ['PATCH', '/pets/a3f1c2d4-0000-4000-8000-000000000001', { kind: 'cow' }],
      ['PATCH', '/pets/1', {}],
      ['PATCH', '/pets/1', {}, nobody],
      ['PATCH', '/pets/1', 'a,b', csv],
      ['DELETE', '/pets/1'],
      ['DELETE', '/pets/1', undefined, nobody],
    ]
    for (const [method, url, payload, headers = keeper] of requests) {
      await mock.inject({
        method,
        url,
        headers: payload === undefined ? headers : { ...json, ...headers },
        ...(payload !== undefined && { payload }),
      })
    }
    expect(mock.coverage().percent).toBeLessThan(100)
    await mock.inject({ method: 'DELETE', url: '/pets/a3f1c2d4-0000-4000-8000-000000000001', headers: keeper })
    expect(
      mock
        .coverage()
        .operations.map(({ operationId, statuses }) => [
          operationId,
          Object.entries(statuses).filter(([, count]) => count === 0),
        ]),
    ).toEqual([
      ['listPets', []],
      ['createPet', []],
      ['getPet', []],
      ['deletePet', []],
      ['patchPet', []],
    ])
    expect(mock.coverage().percent).toBe(100)
  })

  test('is JSON, or a table for who asks for text', async () => {
    await mock.inject({ url: '/pets?limit=1', headers: keeper })
    const answer = await mock.inject('/__mock/coverage')
    expect(answer.json()).toEqual(mock.coverage())
    const table = await mock.inject({ url: '/__mock/coverage', headers: { accept: 'text/plain' } })
    expect(table.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(table.body.split('\n').slice(0, 2)).toEqual([
      'API   Operation  Requests  Covered  Not used yet',
      'pets  listPets   1         3/11     400, 401, query offset, query sort, query kind, query kind = cat|dog|parrot',
    ])
    expect(table.body).toContain('% of all operations, statuses, parameters and enum values were used.')
  })

  test('is asked for one API, and refused for none', async () => {
    expect((await mock.inject('/__mock/coverage?api=pets')).json<CoverageReport>().operations).toHaveLength(5)
    const refused = await mock.inject('/__mock/coverage?api=plants')
    expect([refused.statusCode, refused.json<{ detail: string }>().detail]).toEqual([400, 'There is no API "plants".'])
  })
})

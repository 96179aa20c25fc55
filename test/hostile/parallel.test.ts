import { afterEach, expect, test } from 'vitest'
import { corpusOf } from '../../lab/fuzz/corpus.ts'
import type { RawRequest } from '../../lab/fuzz/raw-request.ts'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { keeper, petsFolders } from '../support/pets.ts'

const mocks: Understudy[] = []
afterEach(async () => {
  for (const mock of mocks.splice(0)) await mock.close()
})

async function started(options: Parameters<typeof createUnderstudy>[0]): Promise<Understudy> {
  const mock = await createUnderstudy(options)
  mocks.push(mock)
  return mock
}

async function send(mock: Understudy, session: string, request: RawRequest): Promise<string> {
  const { method, target, headers, body } = request
  const own = Object.fromEntries(headers.filter(([name]) => !/^(?:host|connection)$/i.test(name)))
  const answer = await fetch(mock.url + target, {
    method,
    headers: { ...own, 'x-mock-session': session },
    redirect: 'manual',
    ...(body.length > 0 && { body: new Uint8Array(body) }),
  })
  const kept = [...answer.headers].filter(([name]) => !['connection', 'keep-alive', 'transfer-encoding'].includes(name))
  return JSON.stringify([method, target, answer.status, kept, await answer.text()]).replaceAll(mock.url, '')
}

const isDocumented = ({ target }: RawRequest): boolean => !target.startsWith('/__mock') && !/^\/(?:docs|$)/.test(target)

test('parallel sessions answer as one that is alone, and two runs byte for byte', async () => {
  const transcript = async (sessions: number): Promise<string[][]> => {
    const mock = await started({})
    const corpus = (await corpusOf(mock)).filter(isDocumented)
    const ids = Array.from({ length: sessions }, () => mock.createSession().id)
    return Promise.all(
      ids.map(async (id) => {
        const answers: string[] = []
        for (const request of corpus) answers.push(await send(mock, id, request))
        return answers
      }),
    )
  }
  const [alone] = await transcript(1)
  const crowd = await transcript(6)
  expect(alone?.length).toBeGreaterThan(100)
  for (const answers of crowd) expect(answers).toEqual(alone)
})

test('what parallel clients of one session do is some order of it: each write is seen whole, and none is lost', async () => {
  const { openapi, fixtures } = petsFolders()
  const mock = await started({ openapi, fixtures })
  const json = { ...keeper, 'content-type': 'application/json' }
  const make = async (name: string): Promise<{ id: string }> => {
    const body = JSON.stringify({ name, kind: 'dog' })
    return (await fetch(`${mock.url}/pets`, { method: 'POST', headers: json, body })).json() as Promise<{ id: string }>
  }
  const totals: number[] = []
  const look = async (): Promise<void> => {
    const { items, total } = (await (await fetch(`${mock.url}/pets?limit=100`, { headers: keeper })).json()) as {
      items: { name: string }[]
      total: number
    }
    totals.push(total)
    expect(items).toHaveLength(total)
  }
  const made = await Promise.all(
    Array.from({ length: 20 }, async (_, client) => {
      const mine = [await make(`a${client}`)]
      await look()
      mine.push(await make(`b${client}`))
      await look()
      return mine
    }),
  )
  const ids = made.flat().map(({ id }) => id)
  expect(new Set(ids).size).toBe(40)
  // Everybody sees the own writes, and a list never shrinks.
  expect(Math.max(...totals)).toBeLessThanOrEqual(43)
  const { total } = (await (await fetch(`${mock.url}/pets?limit=100`, { headers: keeper })).json()) as { total: number }
  expect(total).toBe(43)
  for (const id of ids) expect((await fetch(`${mock.url}/pets/${id}`, { headers: keeper })).status).toBe(200)
})

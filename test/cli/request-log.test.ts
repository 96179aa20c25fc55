import { afterEach, describe, expect, test } from 'vitest'
import { requestLine } from '../../src/cli/request-lines.ts'
import { createUnderstudy, type RequestEvent, type Understudy } from '../../src/index.ts'
import { killAll, started } from '../support/cli.ts'
import { keeper, petsFolders } from '../support/pets.ts'

const folders = petsFolders()
let mock: Understudy | undefined
afterEach(async () => {
  await mock?.close()
  mock = undefined
  killAll()
})

/** A mock and what it tells of the requests that `send` sends. */
async function eventsOf(send: (mock: Understudy) => Promise<unknown>): Promise<RequestEvent[]> {
  const events: RequestEvent[] = []
  mock = await createUnderstudy({ ...folders, onRequest: (event) => void events.push(event) })
  await send(mock)
  await mock.close()
  return events
}

describe('a mock tells of each request', () => {
  test('what it was and what became of it', async () => {
    const [read, refused, unknown, session] = await eventsOf(async ({ url, createSession }) => {
      await fetch(`${url}/pets`, { headers: keeper })
      const headers = { ...keeper, 'content-type': 'application/json' }
      await fetch(`${url}/pets?x=1`, { method: 'POST', headers, body: '{"name":"","kind":"dog"}' })
      await fetch(`${url}/birds`)
      createSession({ id: 't1' })
      await fetch(`${url}/~t1/__mock/clock`)
    })
    expect(read).toEqual({
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      method: 'GET',
      path: '/pets',
      status: 200,
      api: 'pets',
      operationId: 'listPets',
      session: 'default',
      durationMs: expect.any(Number),
    })
    expect(refused).toMatchObject({
      path: '/pets',
      status: 400,
      operationId: 'createPet',
      refusedBy: 'validation',
      reason: 'The request breaks the specification: body /name must NOT have fewer than 1 characters.',
      pointer: '/components/schemas/NewPet/properties/name/minLength',
    })
    expect(unknown).toMatchObject({ status: 404, refusedBy: 'routing', reason: expect.stringContaining('/birds') })
    expect(session).toMatchObject({ path: '/__mock/clock', status: 200, session: 't1' })
  })

  test('also where a fault or a broken request got no answer of an API', async () => {
    const [dropped, broken] = await eventsOf(async ({ url, fault }) => {
      fault({ kind: 'drop', count: 1 })
      await fetch(`${url}/pets`, { headers: keeper }).catch(() => undefined)
      await fetch(`${url}/pets`, { headers: { 'x-long': 'x'.repeat(20_000) } }).catch(() => undefined)
    })
    expect(dropped).toMatchObject({ status: 0, operationId: 'listPets', refusedBy: 'fault' })
    expect(broken).toMatchObject({ status: 431, refusedBy: 'size' })
  })
})

describe('a line of the log', () => {
  const event: RequestEvent = {
    at: '2030-01-01T12:00:01.000Z',
    method: 'GET',
    path: '/pets',
    status: 400,
    operationId: 'listPets',
    session: 'default',
    durationMs: 1.25,
    refusedBy: 'validation',
    reason: 'query limit: must be >= 1',
    pointer: '/paths/~1pets/get/parameters/0/schema/minimum',
  }

  test('says who refused a request and why', () => {
    expect(requestLine(event, false)).toBe(
      '12:00:01 GET    /pets 400 listPets 1.3 ms default, refused by validation: query limit: must be >= 1 [/paths/~1pets/get/parameters/0/schema/minimum]\n',
    )
  })

  test('has colours on a terminal only', () => {
    expect(requestLine(event, true)).toContain('\u001b[33m400\u001b[39m')
    expect(requestLine(event, false)).not.toContain('\u001b')
  })

  test('shows control characters instead of sending them', () => {
    const hostile = { ...event, path: '/\u001b[2J\n\u009b1m', session: 'a\u202eb', reason: 'x\r\ny' }
    const line = requestLine(hostile, false)
    expect(line).toContain(String.raw`/\u001b[2J\u000a\u009b1m`)
    expect(line).toContain(String.raw`a\u202eb`)
    expect(line.slice(0, -1)).not.toMatch(/\p{Cc}/u)
  })
})

describe('serve --log', () => {
  const read = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${url}/v2/interactions/7da76f74-7951-423a-be41-85a2551d16e7`, { headers })

  test.each([
    ['all', [/ 200 getInteraction .* default$/, / 401 getInteraction .* refused by security: /]],
    ['refused', [/ 401 getInteraction .* refused by security: /]],
    ['none', []],
  ] as const)('%s prints its lines', async (mode, expected) => {
    const serve = await started('serve', 'polis', '--port', '0', '--log', mode)
    await read(serve.url, { authorization: 'Bearer polis-user-a' })
    await read(serve.url)
    const { stdout } = await serve.end()
    const lines = stdout.split('\n').filter((line) => line.includes('/v2/'))
    expect(lines).toHaveLength(expected.length)
    expected.forEach((pattern, index) => expect(lines[index]).toMatch(pattern))
  })

  test('json prints an object a line, and nothing is logged where no terminal is', async () => {
    const json = await started('serve', 'polis', '--port', '0', '--log', 'json')
    await read(json.url)
    const { stdout } = await json.end()
    const line = stdout.split('\n').find((each) => each.startsWith('{')) ?? ''
    expect(JSON.parse(line)).toMatchObject({ method: 'GET', status: 401, refusedBy: 'security', api: 'polis' })
    const silent = await started('serve', 'polis', '--port', '0')
    await read(silent.url)
    expect((await silent.end()).stdout).not.toContain('/v2/')
  })
})

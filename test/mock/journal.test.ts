import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Assertion, createUnderstudy, type Understudy, type Verdict, VerificationError } from '../../src/index.ts'
import { Journal, JournalShelf } from '../../src/mock/session/journal.ts'
import type { Noted } from '../../src/mock/session/recorded-exchange.ts'
import { createRedactor } from '../../src/mock/session/redact.ts'
import { documentedPost, ids } from '../apis/polis-client.ts'

const user = { authorization: 'Bearer polis-user-a' }
const json = { 'content-type': 'application/json' }
const documented = `/v2/interactions/${ids.first}`

let mock: Understudy

beforeAll(async () => {
  mock = await createUnderstudy({ listen: false })
})

beforeEach(() => mock.reset())

afterAll(() => mock.close())

const get = (url: string, headers: Record<string, string> = user) => mock.inject({ url, headers })
const post = (url: string, payload: object | string, headers: Record<string, string> = user) =>
  mock.inject({ method: 'POST', url, headers: { ...headers, ...json }, payload })

interface Page {
  readonly requests: readonly {
    readonly id: number
    readonly path: string
    readonly status: number
    readonly operationId: string | null
  }[]
  readonly total: number
  readonly evicted: number
}

const journal = async (query = ''): Promise<Page> => (await mock.inject(`/__mock/requests${query}`)).json<Page>()

describe('the journal', () => {
  test('shows a request and its answer, oldest first', async () => {
    await get(`${documented}?a=b`)
    await post('/v2/interactions', { broken: true })
    const { requests, total, evicted } = await journal()
    expect([total, evicted]).toEqual([2, 0])
    expect(requests[0]).toEqual({
      id: 1,
      at: '2026-01-01T00:00:00.000Z',
      api: 'polis',
      operationId: 'getInteraction',
      method: 'GET',
      path: documented,
      query: 'a=b',
      headers: expect.objectContaining({ authorization: 'Bearer ***' }) as object,
      body: null,
      status: 200,
      response: {
        headers: expect.objectContaining({ etag: expect.any(String) as string }) as object,
        body: expect.objectContaining({ id: ids.first }) as object,
      },
    })
    expect(requests[1]).toMatchObject({
      id: 2,
      operationId: 'createInteraction',
      status: 400,
      refusedBy: 'validation',
      body: { broken: true },
    })
  })

  test('shows what led nowhere, and never the control plane', async () => {
    await get('/nowhere')
    await get('/v2/nowhere')
    await mock.inject({ method: 'PUT', url: '/v2/interactions' })
    await get('/__mock/state')
    await get('/__mock/nothing')
    const { requests } = await journal()
    expect(requests.map(({ path, status, operationId }) => [path, status, operationId])).toEqual([
      ['/nowhere', 404, null],
      ['/v2/nowhere', 404, null],
      ['/v2/interactions', 405, null],
    ])
  })

  test.each([
    ['?operationId=getInteraction', [1, 4]],
    ['?status=404', [3, 4]],
    ['?method=post', [2]],
    ['?refusedBy=routing', [3]],
    ['?api=polis&status=200', [1]],
    ['?skip=1&limit=2', [2, 3]],
    ['?skip=9', []],
  ])('filters and pages: %s', async (query, wanted) => {
    await get(documented)
    await post('/v2/interactions', {})
    await get('/nowhere')
    await get(`/v2/interactions/${ids.unknown}`)
    expect((await journal(query)).requests.map(({ id }) => id)).toEqual(wanted)
  })

  test.each(['?limit=0', '?limit=1001', '?skip=-1', '?status=ok'])('refuses %s', async (query) => {
    expect((await mock.inject(`/__mock/requests${query}`)).statusCode).toBe(400)
  })

  test('is emptied, and counts on', async () => {
    await get(documented)
    expect((await mock.inject({ method: 'DELETE', url: '/__mock/requests' })).statusCode).toBe(204)
    await get(documented)
    expect((await journal()).requests.map(({ id }) => id)).toEqual([2])
    mock.reset()
    await get(documented)
    expect((await journal()).requests.map(({ id }) => id)).toEqual([1])
  })

  test('holds the fields of a form and what its files are called', async () => {
    const boundary = 'limit'
    const payload = [
      `--${boundary}\r\ncontent-disposition: form-data; name="documentIds"\r\n\r\n7\r\n`,
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\ncontent-type: application/pdf\r\n\r\nPDF\r\n--${boundary}--\r\n`,
    ].join('')
    const headers = {
      authorization: 'Bearer regit-user-a',
      'content-type': `multipart/form-data; boundary=${boundary}`,
    }
    await mock.inject({ method: 'POST', url: '/Interaction/Upload', headers, payload })
    expect(mock.requests()[0]?.body).toEqual({
      fields: { documentIds: '7' },
      files: [{ field: 'file', name: 'a.pdf', mediaType: 'application/pdf', sizeBytes: 3 }],
    })
  })
})

describe('credentials', () => {
  const shown = async (): Promise<string> => (await mock.inject('/__mock/requests')).body

  test.each([
    ['a bearer token', { authorization: 'Bearer s3cret' }],
    ['basic credentials', { authorization: 'Basic s3cret' }],
    ['an API key', { 'api-key': 's3cret' }],
    ['a signature', { signature: '{"Token":"s3cret"}' }],
    ['a cookie', { cookie: 'session=s3cret' }],
    ['a token of another name', { 'x-auth-token': 's3cret' }],
  ])('never show: %s', async (_, headers) => {
    await get(documented, { ...headers })
    expect(await shown()).not.toContain('s3cret')
  })

  test.each([
    ['a member', JSON.stringify({ password: 's3cret' })],
    ['a member deep below', JSON.stringify({ list: [{ credentials: { Password: 's3cret', apiKey: 's3cret' } }] })],
    ['a number', JSON.stringify({ token: 53 }).replace('53', '530000053')],
    ['a body that is cut off', '{"userName": "a", "password": "s3cret'],
    ['a form', 'user=a&password=s3cret&x=1'],
  ])('never show in a body: %s', async (_, payload) => {
    await post('/user/selfregister', payload, { 'api-key': 'k', tenantname: 'CBD' })
    await post('/nowhere', payload)
    expect(await shown()).not.toMatch(/s3cret|530000053/)
  })

  test('never show in a query', async () => {
    await get(`${documented}?access_token=s3cret&api%2Dkey=s3cret&limit=1`)
    expect(await shown()).not.toContain('s3cret')
    expect(mock.requests()[0]?.query).toBe('access_token=***&api%2Dkey=***&limit=1')
  })

  test('leave everything else readable', async () => {
    await post('/v2/interactions', documentedPost)
    expect(mock.requests()[0]?.body).toEqual(JSON.parse(documentedPost))
  })
})

/** An answer of some two kilobytes. */
const noted: Noted = {
  atMs: 0,
  api: undefined,
  operationId: undefined,
  request: { method: 'GET', url: '/', path: '/', rawHeaders: [] },
  requestBody: undefined,
  status: 200,
  responseHeaders: {},
  responseBody: undefined,
  responseBytes: 1500,
  refusedBy: undefined,
}

describe('bounds', () => {
  test('keep so many entries, and show how many had to go', async () => {
    const small = await createUnderstudy({ apis: ['polis'], listen: false, journalEntries: 3 })
    for (let n = 0; n < 10; n++) await small.inject({ url: documented, headers: user })
    expect((await small.inject('/__mock/requests')).json<Page>()).toMatchObject({
      total: 3,
      evicted: 7,
      requests: [{ id: 8 }, { id: 9 }, { id: 10 }],
    })
    await small.close()
  })

  test('keep so many bytes, but always the latest', async () => {
    const small = await createUnderstudy({ apis: ['polis'], listen: false, journalBytes: 9_000 })
    for (let n = 0; n < 10; n++) await small.inject({ url: documented, headers: user })
    const { total, evicted } = (await small.inject('/__mock/requests')).json<Page>()
    expect([total > 0, total < 6, total + evicted]).toEqual([true, true, 10])
    const tiny = await createUnderstudy({ apis: ['polis'], listen: false, journalBytes: 0 })
    for (let n = 0; n < 3; n++) await tiny.inject({ url: documented, headers: user })
    expect((await tiny.inject('/__mock/requests')).json<Page>()).toMatchObject({ total: 1, evicted: 2 })
    await Promise.all([small.close(), tiny.close()])
  })

  test('hold for all sessions together: the quietest gives way first', () => {
    const shelf = new JournalShelf({ maxEntries: 100, maxBytes: 1_000_000, maxTotalBytes: 30_000 }, createRedactor([]))
    const journals = [new Journal(shelf), new Journal(shelf), new Journal(shelf)] as const
    for (const journal of journals) for (let n = 0; n < 4; n++) journal.note(noted)
    expect(journals.map(({ size }) => size)).toEqual([4, 4, 4])
    for (let n = 0; n < 6; n++) journals[1].note(noted)
    expect(journals.map(({ size, evicted }) => [size, evicted])).toEqual([
      [0, 4],
      [10, 0],
      [4, 0],
    ])
    journals[1].clear()
    for (let n = 0; n < 10; n++) journals[0].note(noted)
    expect(journals.map(({ size }) => size)).toEqual([10, 0, 4])
  })

  test('let go of what they evict', async () => {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const limits = { maxEntries: 1000, maxBytes: 1_000_000, maxTotalBytes: 10_000 }
    const shelf = new JournalShelf(limits, createRedactor([]))
    const journals = Array.from({ length: 20 }, () => new Journal(shelf))
    const bodies = journals.map((journal) => {
      const body = { what: 'an answer said' }
      journal.note({ ...noted, responseBody: body })
      return new WeakRef(body)
    })
    await new Promise(setImmediate)
    collectGarbage()
    expect(bodies.filter((each) => each.deref() !== undefined)).toHaveLength(4)
  })

  test('of 0 entries switch it off, and then nothing can be proven', async () => {
    const off = await createUnderstudy({ apis: ['polis'], listen: false, journalEntries: 0 })
    await off.inject({ url: documented, headers: user })
    expect(off.requests()).toEqual([])
    expect(off.verify({ operationId: 'getInteraction', count: 0 }, { throws: false })).toMatchObject({
      verified: false,
      reason: expect.stringContaining('no longer in the journal') as string,
    })
    await off.close()
  })
})

describe('a body that is nested deeply', () => {
  test.each([3_000, 100_000])(
    '%d levels are kept as cut text, and take neither the page nor a verdict with them',
    async (levels) => {
      await post('/v2/interactions', '['.repeat(levels) + ']'.repeat(levels))
      await get(documented)
      const page = await mock.inject('/__mock/requests')
      expect(page.statusCode).toBe(200)
      const [deep, other] = page.json<{ requests: { body: unknown; path: string }[] }>().requests
      expect(deep?.body).toMatch(/^\[{1000}… \(\d+ characters, nested deeper than 200 levels\)$/)
      expect(other?.path).toBe(documented)
      const verdict = await post('/__mock/requests/verify', { operationId: 'createInteraction', body: { a: 1 } })
      expect([verdict.statusCode, verdict.json<Verdict>().count]).toEqual([200, 0])
      expect(mock.requests()).toHaveLength(2)
    },
  )
})

describe('the stream of the journal', () => {
  const eventsOf = (body: string): { id: number; path: string }[] =>
    [...body.matchAll(/^id: (\d+)\nevent: request\ndata: (.*)$/gm)].map(([, id, data = '']) => ({
      id: Number(id),
      path: (JSON.parse(data) as { path: string }).path,
    }))

  test('sends one event for each request of its session, as the journal shows it', async () => {
    const session = mock.createSession()
    const stream = session.inject('/__mock/requests/stream?limit=2')
    await vi.waitUntil(async () => {
      await get('/elsewhere')
      await session.inject({ url: documented, headers: user })
      return session.requests().length >= 3
    })
    const { statusCode, headers, body } = await stream
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/event-stream'])
    expect(eventsOf(body).map(({ path }) => path)).toEqual([documented, documented])
    expect(body).toContain('"authorization":"Bearer ***"')
    session.close()
  })

  test.each([
    ['since', '?since=1&limit=2', {}],
    ['Last-Event-ID', '?limit=2', { 'last-event-id': '1' }],
  ])('begins after an id: %s', async (_, query, headers) => {
    for (const path of ['/a', '/b', '/c']) await get(path)
    const { body } = await mock.inject({ url: `/__mock/requests/stream${query}`, headers })
    expect(eventsOf(body)).toEqual([
      { id: 2, path: '/b' },
      { id: 3, path: '/c' },
    ])
  })

  test('ends when the mock does, and for a client that goes away', async () => {
    const own = await createUnderstudy({ apis: ['polis'] })
    const goesAway = new AbortController()
    const gone = await fetch(`${own.url}/__mock/requests/stream`, { signal: goesAway.signal })
    const stays = await fetch(`${own.url}/__mock/requests/stream`)
    expect([gone.status, stays.status]).toEqual([200, 200])
    goesAway.abort()
    await own.inject('/nowhere')
    const rest = stays.text()
    await own.close()
    expect(eventsOf(await rest)).toEqual([{ id: 1, path: '/nowhere' }])
  })
})

describe('verify', () => {
  const verify = async (assertion: Assertion): Promise<Verdict> =>
    (await post('/__mock/requests/verify', assertion)).json<Verdict>()

  test.each<[Assertion['count'], boolean]>([
    [undefined, true],
    [2, true],
    [1, false],
    [{ atLeast: 2 }, true],
    [{ atLeast: 3 }, false],
    [{ atMost: 2 }, true],
    [{ atMost: 1 }, false],
    [{ atLeast: 1, atMost: 5 }, true],
    [0, false],
  ])('counts: %j', async (count, verified) => {
    await get(documented)
    await get(documented)
    expect(await verify({ operationId: 'getInteraction', ...(count !== undefined && { count }) })).toMatchObject({
      verified,
      count: 2,
      nearMisses: [],
    })
  })

  test('matches status and parts of the body, and explains what nearly matched', async () => {
    await post('/v2/interactions', documentedPost)
    await post('/v2/interactions', { ...(JSON.parse(documentedPost) as object), unavailable: false })
    const assertion = {
      operationId: 'createInteraction',
      status: 201,
      body: { unavailable: false, survey: { surveyId: ids.survey } },
    }
    expect(await verify(assertion)).toEqual({
      verified: true,
      count: 1,
      nearMisses: [{ id: 1, differences: ['body/unavailable: expected false, got true'] }],
    })
    expect(await verify({ ...assertion, status: 400 })).toMatchObject({
      verified: false,
      count: 0,
      reason: '0 requests match, expected at least 1',
      nearMisses: [
        { id: 2, differences: ['status: expected 400, got 201'] },
        { id: 1, differences: ['status: expected 400, got 201', 'body/unavailable: expected false, got true'] },
      ],
    })
  })

  test('does not mind the order of members inside a list', async () => {
    await post('/v2/interactions', '{"list":[{"a":1,"b":2}]}')
    expect(await verify({ operationId: 'createInteraction', body: { list: [{ b: 2, a: 1 }] } })).toMatchObject({
      verified: true,
    })
    expect(await verify({ operationId: 'createInteraction', body: { list: [{ b: 2 }] } })).toMatchObject({
      verified: false,
    })
  })

  test('matches secrets that the journal does not show, and shows none in a near miss', async () => {
    await post('/user/selfregister', { password: 's3cret' }, { 'api-key': 'k', tenantname: 'CBD' })
    const api = 'selfRegister'
    expect((await journal()).requests[0]).toMatchObject({ operationId: api })
    const verdict = await verify({ operationId: api, body: { password: 'other' } })
    expect(JSON.stringify(verdict)).not.toContain('s3cret')
    expect(verdict.nearMisses).toEqual([{ id: 1, differences: [expect.stringContaining('body')] }])
  })

  test('shows no secret that stands inside an array or in text', async () => {
    await post('/v2/interactions', { list: [{ password: 's3cret' }] })
    const inList = await verify({ operationId: 'createInteraction', body: { list: [{ password: 'wr0ng' }] } })
    expect(inList.nearMisses[0]?.differences).toEqual([
      'body/list: expected [{"password":"***"}], got [{"password":"***"}]',
    ])
    await post('/v2/interactions', 'no JSON, password=s3cret')
    expect(JSON.stringify(await verify({ operationId: 'createInteraction', body: 'x' }))).not.toContain('s3cret')
  })

  test('throws in the library what did not happen, with what nearly did', async () => {
    await get(`/v2/interactions/${ids.unknown}`)
    expect(mock.verify({ operationId: 'getInteraction' })).toMatchObject({ verified: true, count: 1 })
    expect(() => mock.verify({ operationId: 'getInteraction', status: 200 })).toThrow(
      [
        'getInteraction with status 200: 0 requests match, expected at least 1',
        'What nearly matched, the latest first:',
        '  request 1: status: expected 200, got 404',
      ].join('\n'),
    )
    expect(() => mock.verify({ operationId: 'createInteraction' })).toThrow(VerificationError)
    expect(mock.verify({ operationId: 'createInteraction' }, { throws: false })).toMatchObject({ verified: false })
  })

  test('takes a path that leads nowhere for a near miss of an operation that was never called', async () => {
    await post('/v2/interaction', documentedPost)
    expect(await verify({ operationId: 'createInteraction' })).toMatchObject({
      verified: false,
      nearMisses: [{ id: 1, differences: ['operation: expected createInteraction, but POST /v2/interaction is none'] }],
    })
  })

  test('fails when evidence was evicted that could have mattered', async () => {
    const small = await createUnderstudy({ apis: ['polis'], listen: false, journalEntries: 2 })
    for (let n = 0; n < 3; n++) await small.inject({ url: documented, headers: user })
    expect(small.verify({ operationId: 'getInteraction' })).toMatchObject({ verified: true, count: 2 })
    expect(small.verify({ operationId: 'getInteraction', count: 2 }, { throws: false })).toMatchObject({
      verified: false,
      reason: "1 older requests are no longer in the journal, so this can't be proven",
    })
    expect(small.verify({ operationId: 'listInteractions', count: 0 }, { throws: false }).verified).toBe(false)
    expect(small.verify({ operationId: 'getInteraction', count: { atLeast: 3 } }, { throws: false }).verified).toBe(
      false,
    )
    await small.close()
  })

  test.each([
    [{}, 'must have required property'],
    [{ operationId: 'nothing' }, 'There is no operation "nothing".'],
    [{ operationId: 'getInteraction', count: -1 }, 'must be >= 0'],
    [{ operationId: 'getInteraction', count: {} }, 'must NOT have fewer'],
    [{ operationId: 'getInteraction', times: 1 }, 'additional properties'],
  ])('refuses %j', async (assertion, message) => {
    const answer = await post('/__mock/requests/verify', assertion)
    expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
      400,
      expect.stringContaining(message),
    ])
  })
})

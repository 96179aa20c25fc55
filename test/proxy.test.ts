import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { createUnderstudy, type JournalEntry } from '../src/index.ts'
import { createProxy, type Proxy, type ProxyOptions } from '../src/proxy/proxy.ts'
import type { Api } from '../src/openapi/api.ts'
import { loadApis } from '../src/openapi/load.ts'
import type { Violation } from '../src/mock/session/session.ts'
import { keeper, pets, petsFolders, petsSpec } from './support/pets.ts'

const [api] = loadApis(petsFolders().openapi) as [Api]
const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function upstream(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise((resolve) => void server.close(resolve).closeAllConnections()))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A server that gives one answer to everything. */
const answering = (
  status: number,
  body: unknown,
  headers: Record<string, string | string[]> = { 'content-type': 'application/json' },
): Promise<string> =>
  upstream(
    (_, response) =>
      void response
        .writeHead(status, headers)
        .end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)),
  )

async function proxyTo(url: string, options: Partial<ProxyOptions> = {}): Promise<Proxy> {
  const proxy = await createProxy({ api, upstream: url, ...options })
  closing.push(() => proxy.close())
  return proxy
}

const violationsOf = async (proxy: Proxy): Promise<readonly Violation[]> =>
  ((await (await fetch(`${proxy.url}/__mock/violations`)).json()) as { violations: Violation[] }).violations

async function text(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

describe('a proxy', () => {
  test('passes a request on unchanged, but for the session and the connection', async () => {
    const seen: { method?: string | undefined; url?: string | undefined; rawHeaders?: string[]; body?: string } = {}
    const url = await upstream((request, response) => {
      void text(request).then((body) => {
        Object.assign(seen, { method: request.method, url: request.url, rawHeaders: request.rawHeaders, body })
        response
          .writeHead(201, { 'content-type': 'application/json', location: '/pets/1' })
          .end(JSON.stringify(pets[0]))
      })
    })
    const proxy = await proxyTo(`${url}/base/`)
    await fetch(`${proxy.url}/pets?a=%20b&a=c`, {
      method: 'POST',
      headers: { ...keeper, 'Content-Type': 'application/json', 'X-Odd': 'ü', 'x-mock-session': 'one' },
      body: '{"name": "Bo",  "kind":"dog"}',
    })
    expect(seen).toMatchObject({ method: 'POST', url: '/base/pets?a=%20b&a=c', body: '{"name": "Bo",  "kind":"dog"}' })
    const headers = (seen.rawHeaders ?? []).map((each) => each.toLowerCase())
    expect(headers).toContain('x-odd')
    expect(headers[headers.indexOf('host') + 1]).toBe(new URL(url).host)
    expect(headers).not.toContain('x-mock-session')
    expect(await violationsOf(proxy)).toEqual([])
  })

  test('passes an answer back unchanged: status, repeated headers, bytes', async () => {
    const body = gzipSync(JSON.stringify(pets[0]))
    const url = await answering(200, body, {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'set-cookie': ['a=1', 'b=2'],
      'x-raw': 'Kept',
    })
    const proxy = await proxyTo(url)
    const answer = await fetch(`${proxy.url}/pets/${pets[0]?.id}`, { headers: keeper })
    expect([answer.status, answer.headers.getSetCookie(), answer.headers.get('x-raw'), await answer.json()]).toEqual([
      200,
      ['a=1', 'b=2'],
      'Kept',
      pets[0],
    ])
    expect(await violationsOf(proxy)).toEqual([])
  })

  test('passes on an answer that breaks the spec, and reports it', async () => {
    const reported: Violation[] = []
    const broken = { ...pets[0], kind: 'cow' }
    const proxy = await proxyTo(await answering(200, broken), { onViolation: (violation) => reported.push(violation) })
    const answer = await fetch(`${proxy.url}/pets/1`, { headers: keeper })
    expect(await answer.json()).toEqual(broken)
    expect(await violationsOf(proxy)).toEqual([
      {
        operationId: 'getPet',
        status: 200,
        direction: 'response',
        pointer: '/components/schemas/Kind/enum',
        message: 'body /kind must be equal to one of the allowed values',
        at: expect.any(String) as string,
      },
    ])
    expect(reported).toHaveLength(1)
    expect(proxy.summary().brokenAnswers).toEqual({ documented: 1, inferred: 0 })
  })

  test.each<[string, number, unknown, Record<string, string>, string | undefined]>([
    ['an undeclared status', 418, {}, { 'content-type': 'application/json' }, 'the status 418 is not declared'],
    [
      'another content type',
      200,
      'Mia',
      { 'content-type': 'text/plain' },
      'the content type text/plain is not declared',
    ],
    [
      'an empty body',
      200,
      '',
      { 'content-type': 'application/json' },
      'the body is empty, but application/json is declared',
    ],
    ['a body that is no JSON', 200, '{', { 'content-type': 'application/json' }, 'the body is not valid JSON'],
    [
      'a body that cannot be decoded',
      200,
      'x',
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      'the content encoding gzip cannot be read',
    ],
    ['a body as declared', 200, pets[1], { 'content-type': 'application/json; charset=utf-8' }, undefined],
    [
      'an error as declared',
      404,
      { title: 'a', status: 404, detail: 'b' },
      { 'content-type': 'application/problem+json' },
      undefined,
    ],
  ])('judges %s', async (_, status, body, headers, message) => {
    const proxy = await proxyTo(await answering(status, body, headers))
    await (await fetch(`${proxy.url}/pets/1`, { headers: keeper })).text()
    expect((await violationsOf(proxy)).map((each) => each.message)).toEqual(message === undefined ? [] : [message])
  })

  test('does not expect a body of HEAD, 204 or a missing required header to be well', async () => {
    const proxy = await proxyTo(await answering(201, pets[0]))
    await fetch(`${proxy.url}/pets/1`, { method: 'HEAD', headers: keeper })
    await fetch(`${proxy.url}/pets`, {
      method: 'POST',
      headers: { ...keeper, 'content-type': 'application/json' },
      body: '{"name":"Bo","kind":"dog"}',
    })
    expect((await violationsOf(proxy)).map(({ operationId, message }) => [operationId, message])).toEqual([
      ['getPet', 'the status 201 is not declared'],
      ['createPet', 'the required header location is missing'],
    ])
  })

  test.each<[string, string, RequestInit, string, string]>([
    [
      'a body',
      '/pets',
      { method: 'POST', body: '{"name":"Bo"}', headers: { 'content-type': 'application/json' } },
      'createPet',
      "body /kind must have required property 'kind'",
    ],
    [
      'a media type',
      '/pets',
      { method: 'POST', body: 'Bo', headers: { 'content-type': 'text/plain' } },
      'createPet',
      'The body must be application/json, not text/plain.',
    ],
    ['a query', '/pets?limit=0', {}, 'listPets', 'query limit must be >= 1'],
    ['a path', '/plants', {}, '', 'there is no GET /plants in the spec'],
    ['a method', '/pets', { method: 'PUT' }, '', 'there is no PUT /pets in the spec'],
  ])(
    'passes on a request with %s that the spec forbids, and reports it',
    async (_, path, init, operationId, message) => {
      const proxy = await proxyTo(
        await answering(400, { title: 'a', status: 400, detail: 'b' }, { 'content-type': 'application/problem+json' }),
      )
      const answer = await fetch(proxy.url + path, {
        ...init,
        headers: { ...keeper, ...init.headers } as Record<string, string>,
      })
      expect(answer.status).toBe(400)
      expect(await violationsOf(proxy)).toEqual([
        expect.objectContaining({
          operationId,
          status: 400,
          direction: 'request',
          message: expect.stringContaining(message) as string,
        }),
      ])
      expect(proxy.summary()).toMatchObject({
        requests: 1,
        brokenRequests: 1,
        brokenAnswers: { documented: 0, inferred: 0 },
      })
    },
  )

  test('tells an assumption from a promise', async () => {
    const assumed = petsSpec.replace(
      '    Kind: { type: string,',
      '    Kind: { x-inferred: the page names no kinds, type: string,',
    )
    const [inferred] = loadApis(petsFolders(assumed).openapi) as [Api]
    const proxy = await proxyTo(await answering(200, { ...pets[0], kind: 'cow' }), { api: inferred })
    await fetch(`${proxy.url}/pets/1`, { headers: keeper })
    expect(await violationsOf(proxy)).toMatchObject([{ inferred: 'the page names no kinds' }])
    expect(proxy.summary().brokenAnswers).toEqual({ documented: 0, inferred: 1 })
  })

  test('lets a stream flow while it lasts', async () => {
    const url = await upstream((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
      setTimeout(() => response.end('data: 2\n\n'), 1000)
    })
    const proxy = await proxyTo(url)
    const begun = performance.now()
    const answer = await fetch(`${proxy.url}/stream`)
    const reader = answer.body?.getReader()
    const first = await reader?.read()
    expect(Buffer.from((first?.value ?? []) as Uint8Array).toString()).toBe('data: 1\n\n')
    expect(performance.now() - begun).toBeLessThan(950)
    const second = await reader?.read()
    expect(Buffer.from((second?.value ?? []) as Uint8Array).toString()).toBe('data: 2\n\n')
  })

  test('answers 502 when the server is down, as application/problem+json', async () => {
    const proxy = await proxyTo('http://127.0.0.1:1')
    const answer = await fetch(`${proxy.url}/pets`, { headers: keeper })
    expect([answer.status, answer.headers.get('content-type'), await answer.json()]).toEqual([
      502,
      'application/problem+json',
      {
        type: 'about:blank',
        title: 'Bad Gateway',
        status: 502,
        detail: 'http://127.0.0.1:1 could not be reached (ECONNREFUSED).',
      },
    ])
    expect(await violationsOf(proxy)).toEqual([])
    expect(proxy.summary()).toMatchObject({ requests: 1, unanswered: 1 })
  })

  test('answers 504 when the server says nothing for too long', async () => {
    const proxy = await proxyTo(await upstream(() => undefined), { timeoutMs: 50 })
    const answer = await fetch(`${proxy.url}/pets`, { headers: keeper })
    expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
      504,
      expect.stringContaining('said nothing for 50 ms'),
    ])
  })

  test('breaks off where the server breaks off', async () => {
    const url = await upstream((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{')
      setTimeout(() => response.destroy(), 20)
    })
    const proxy = await proxyTo(url)
    const answer = await fetch(`${proxy.url}/pets/1`, { headers: keeper })
    await expect(answer.text()).rejects.toThrow()
  })

  test('journals with credentials masked, verifies and counts coverage', async () => {
    const proxy = await proxyTo(await answering(200, pets[0]))
    await fetch(`${proxy.url}/pets/1?token=s3cret`, { headers: { authorization: 'Bearer s3cret' } })
    const journal = await (await fetch(`${proxy.url}/__mock/requests`)).text()
    expect(journal).not.toContain('s3cret')
    expect((JSON.parse(journal) as { requests: JournalEntry[] }).requests).toMatchObject([
      { operationId: 'getPet', status: 200, response: { body: pets[0] } },
    ])
    const verdict = await fetch(`${proxy.url}/__mock/requests/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"operationId":"getPet"}',
    })
    expect(await verdict.json()).toMatchObject({ verified: true, count: 1 })
    const coverage = proxy.summary().coverage.operations.find(({ operationId }) => operationId === 'getPet')
    expect(coverage).toMatchObject({ requests: 1, statuses: { '200': 1 } })
    expect((await fetch(`${proxy.url}/__mock/health`)).status).toBe(200)
    expect((await fetch(`${proxy.url}/__mock/state`)).status).toBe(404)
  })

  test('finds nothing wrong with the mock, whatever is asked of it', async () => {
    const mock = await createUnderstudy({ ...petsFolders() })
    closing.push(() => mock.close())
    const proxy = await proxyTo(mock.url)
    const headers = { ...keeper, 'content-type': 'application/json' }
    await fetch(`${proxy.url}/pets?kind=cat&sort=-name&limit=2`, { headers })
    const made = (await (
      await fetch(`${proxy.url}/pets`, { method: 'POST', headers, body: '{"name":"Bo","kind":"dog"}' })
    ).json()) as { id: string }
    await fetch(`${proxy.url}/pets/${made.id}`, { method: 'PATCH', headers, body: '{"name":"Bob"}' })
    await fetch(`${proxy.url}/pets/${made.id}`, { method: 'DELETE', headers: keeper })
    await fetch(`${proxy.url}/pets/${made.id}`, { headers })
    await fetch(`${proxy.url}/pets/${made.id}`)
    expect(await violationsOf(proxy)).toEqual([])
  })
})

describe('recording', () => {
  const recorded = (folder: string): unknown => JSON.parse(readFileSync(join(folder, 'pets', 'pets.json'), 'utf8'))
  const folder = (): string => mkdtempSync(join(tmpdir(), 'understudy-record-'))

  test('makes fixtures that a mock can serve: rows of lists, of single answers, the latest version of each', async () => {
    const mock = await createUnderstudy({ ...petsFolders() })
    closing.push(() => mock.close())
    const record = folder()
    const proxy = await createProxy({ api, upstream: mock.url, record })
    const headers = { ...keeper, 'content-type': 'application/json' }
    await (await fetch(`${proxy.url}/pets`, { headers })).text()
    await (
      await fetch(`${proxy.url}/pets/${pets[1]?.id}`, { method: 'PATCH', headers, body: '{"name":"Rex II"}' })
    ).text()
    await fetch(`${proxy.url}/__mock/violations`)
    await proxy.close()
    expect(recorded(record)).toEqual([pets[0], { ...pets[1], name: 'Rex II' }, pets[2]])
    const again = await createUnderstudy({ openapi: petsFolders().openapi, fixtures: record })
    closing.push(() => again.close())
    expect(await (await fetch(`${again.url}/pets/${pets[1]?.id}`, { headers })).json()).toMatchObject({
      name: 'Rex II',
    })
  })

  test('goes on from what was recorded before, and leaves out answers that break the spec', async () => {
    const record = folder()
    const bodies = [pets[0], pets[1], { ...pets[2], kind: 'cow' }]
    const url = await upstream(
      (request, response) =>
        void response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify(bodies[Number(request.url?.slice('/pets/'.length))])),
    )
    for (const each of [0, 1, 2]) {
      const proxy = await createProxy({ api, upstream: url, record })
      await (await fetch(`${proxy.url}/pets/${each}`, { headers: keeper })).text()
      await fetch(`${proxy.url}/__mock/violations`)
      await proxy.close()
    }
    expect(recorded(record)).toEqual([pets[0], pets[1]])
  })

  test('masks secrets, and leaves out rows that do not fit without them', async () => {
    const spec = petsSpec.replace(
      '        createdAt: { type: string, format: date-time, readOnly: true }',
      '        createdAt: { type: string, format: date-time, readOnly: true }\n        chipToken: { type: string }\n        password: { type: string, pattern: "^[a-z]+$" }',
    )
    const [secretive] = loadApis(petsFolders(spec).openapi) as [Api]
    const record = folder()
    const items = [
      { ...pets[0], chipToken: 's3cret' },
      { ...pets[1], password: 'secret' },
    ]
    const proxy = await createProxy({ api: secretive, upstream: await answering(200, { items, total: 2 }), record })
    await (await fetch(`${proxy.url}/pets`, { headers: keeper })).text()
    await fetch(`${proxy.url}/__mock/violations`)
    await proxy.close()
    expect(recorded(record)).toEqual([{ ...pets[0], chipToken: '***' }])
    expect(proxy.summary().recorded).toEqual({ rows: { pets: 1 }, unfit: 1 })
  })
})

test('refuses an upstream that is not a URL, and a port in use', async () => {
  await expect(createProxy({ api, upstream: 'staging' })).rejects.toMatchObject({ code: 'USAGE', exitCode: 2 })
  const url = await answering(200, {})
  await expect(createProxy({ api, upstream: url, port: Number(new URL(url).port) })).rejects.toMatchObject({
    code: 'PORT_UNAVAILABLE',
    exitCode: 2,
  })
})

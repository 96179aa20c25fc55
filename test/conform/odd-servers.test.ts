import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApisUnderTest, type ApiUnderTestOptions } from '../../src/conform/conformance-suite.ts'
import { exitCodeOf } from '../../src/conform/report/exit-code.ts'
import type { Report } from '../../src/conform/report/report.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { folderWith, petsFolders, petsSpec } from '../support/pets.ts'
import { petstoreSpec } from '../support/petstore.ts'

/** The spec of the sixth API, whose PATCH says as well how long a name may be. */
const folders = petsFolders(
  petsSpec.replace(
    '{ name: { type: string, minLength: 1 }, kind',
    '{ name: { type: string, minLength: 1, maxLength: 40 }, kind',
  ),
)
let mock: Understudy

beforeAll(async () => {
  mock = await createUnderstudy(folders)
})

afterAll(() => mock.close())

async function conform(baseUrl: string, options: ApiUnderTestOptions = {}, maxCases?: number): Promise<Report> {
  const apisUnderTest = openApisUnderTest(['pets'], { baseUrl, ...folders, ...options })
  return runConformance(apisUnderTest, { randomCases: 0, ...(maxCases !== undefined && { maxCases }) })
}

function messages(report: Report): string[] {
  return [...report.failures, ...report.assumptions, ...report.flaky].map(
    ({ check, operation, message }) => `${check} ${operation}: ${message}`,
  )
}

interface Odd {
  readonly url: string
  close(): Promise<void>
}

async function listening(server: Server): Promise<Odd> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Relayed {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Buffer
}

/** What the mock says to a request that came to the odd server. */
async function relayed(request: IncomingMessage, path = request.url ?? '/'): Promise<Relayed> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const answer = await mock.inject({
    method: request.method as 'GET',
    url: path,
    headers: request.headers,
    ...(chunks.length > 0 && { payload: Buffer.concat(chunks) }),
  })
  const headers = Object.entries(answer.headers).filter(
    ([name, value]) =>
      value !== undefined && !/^(?:connection|transfer-encoding|keep-alive|content-length)$/.test(name),
  )
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
    body: answer.rawPayload,
  }
}

function http(listener: (...args: Parameters<RequestListener>) => Promise<unknown> | void): Promise<Odd> {
  return listening(createHttpServer((request, response) => void listener(request, response)))
}

describe('a server that cannot be tested', () => {
  test.each<[string, (socket: Socket) => void, RegExp]>([
    ['says nothing', () => undefined, /no complete answer within 300 ms/],
    ['hangs up', (socket) => void socket.destroy(), /does not answer/],
    [
      'talks garbage',
      (socket) => void socket.end('\u0000\u0001 220 smtp ready\r\n'),
      /cannot be understood: the answer is not HTTP: it does not start with a status line/,
    ],
    [
      'sends half an answer',
      (socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf'),
      /cannot be understood: the answer broke off after 4 of 99 bytes of its body; is its Content-Length right/,
    ],
    [
      'never ends its answer',
      (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\nmore and'),
      /no complete answer within 300 ms/,
    ],
  ])('because it %s ends the run at once', async (_, behave, message) => {
    const server = await listening(createServer((socket) => void socket.once('data', () => behave(socket))))
    const run = conform(server.url, { timeoutMs: 300 })
    await expect(run).rejects.toMatchObject({
      code: 'TARGET_UNREACHABLE',
      exitCode: 3,
      message: expect.stringMatching(message),
    })
    await server.close()
  })

  test('because it redirects everything is told where the server is', async () => {
    const server = await http(
      (request, response) => void response.writeHead(301, { location: `https://pets.example.com${request.url}` }).end(),
    )
    await expect(conform(server.url)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('redirects every request (https://pets.example.com/pets'),
    })
    await server.close()
  })

  test('because it takes no credentials is one message, not a hundred failures', async () => {
    const server = await http(
      (_, response) =>
        void response
          .writeHead(401, { 'content-type': 'application/problem+json' })
          .end('{"title":"No","status":401,"detail":"No."}'),
    )
    await expect(conform(server.url)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('refuses the credentials of pets with 401'),
    })
    await server.close()
  })
})

describe('a server that dies of a request', () => {
  /** Dies when it is sent `null`, and listens again after a while, if it does. */
  async function mortal(revivesAfterMs?: number): Promise<Odd & { readonly deaths: () => number }> {
    let deaths = 0
    let url = ''
    let before: Promise<unknown> = Promise.resolve()
    const server = createHttpServer((request, response) => {
      const path = request.url
      // One after the other, as a server of one thread does it: what came before the deadly request has its answer.
      before = before.then(async () => {
        // Its connection may have been closed meanwhile.
        const relay = await relayed(request).catch(() => undefined)
        if (relay === undefined) return undefined
        const { status, headers, body } = relay
        if (request.method !== 'POST' || path !== '/pets' || !isNull(request))
          return answered(response, status, headers, body)
        deaths++
        server.close()
        server.closeAllConnections()
        if (revivesAfterMs !== undefined)
          setTimeout(() => server.listen(Number(new URL(url).port), '127.0.0.1'), revivesAfterMs)
        return undefined
      })
    })
    const odd = await listening(server)
    url = odd.url
    return { ...odd, deaths: () => deaths }
  }
  /** Resolves when the client, which lives in this process, has had a turn to read the response. */
  const answered = async (
    response: ServerResponse,
    ...[status, headers, body]: [number, Relayed['headers'], Buffer]
  ) => {
    if (response.closed) return
    await new Promise<void>((resolve) => void response.writeHead(status, headers).once('close', resolve).end(body))
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  /** `null` or `true`. */
  const isNull = (request: IncomingMessage): boolean => request.headers['content-length'] === '4'

  test('and stays dead is told of it, with what was found before; the rest is not reached', async () => {
    const server = await mortal()
    const report = await conform(server.url, { timeoutMs: 300 })
    await server.close()
    expect(report.failures.map(({ check, message }) => `${check}: ${message}`)).toEqual([
      'server-died: the server crashed at this request',
    ])
    expect(report.failures[0]?.example.curl).toContain('POST')
    expect(report.totals.passed).toBeGreaterThan(0)
    expect(report.notReached.map(({ reason }) => reason)).toContain('the server crashed at an earlier request')
  })

  test('and is started again is tested to the end, and the request that it died of is found among those under way', async () => {
    const server = await mortal(150)
    const report = await conform(server.url, { timeoutMs: 3000 })
    await server.close()
    const died = report.failures.filter(({ check }) => check === 'server-died')
    expect(died.flatMap(({ caseIds }) => caseIds)).toEqual([
      'pets/createPet: body is null',
      'pets/createPet: body is a boolean',
      'pets/createPet: refused requests leave no trace',
    ])
    expect(died[0]?.example.curl).toContain("--data-binary 'null'")
    expect(report.notReached).toEqual([])
  })
})

describe('one cause is one finding', () => {
  const answering = (change: (relay: Relayed, request: IncomingMessage) => Relayed): Promise<Odd> =>
    http(async (request, response) => {
      const { status, headers, body } = change(await relayed(request), request)
      response.writeHead(status, headers).end(body)
    })

  test('for a byte order mark before every body, which is named', async () => {
    const mark = Buffer.from([0xef, 0xbb, 0xbf])
    const server = await answering((relay) => ({
      ...relay,
      body: relay.body.byteLength > 0 ? Buffer.concat([mark, relay.body]) : relay.body,
    }))
    const report = await conform(server.url)
    await server.close()
    expect(new Set([...report.failures, ...report.assumptions].map(({ check }) => check))).toEqual(
      new Set(['body-unparseable']),
    )
    expect(report.failures.every(({ message }) => message.includes('byte order mark'))).toBe(true)
  })

  test('for a redirect of every POST', async () => {
    const server = await answering((relay, { method, url }) =>
      method === 'POST' && url === '/pets'
        ? { status: 308, headers: { location: '/animals' }, body: Buffer.alloc(0) }
        : relay,
    )
    const report = await conform(server.url)
    await server.close()
    const ofPost = [...report.failures, ...report.assumptions].filter(({ operation }) => operation === 'createPet')
    expect(ofPost.map(({ message }) => message)).toEqual([
      'every request is redirected with 308: give the address that it leads to as the base URL',
    ])
  })

  test.each<[number, string, string, RegExp]>([
    [404, 'application/json', '{"error":"no such page"}', /answered with 404: is the path of the base URL right/],
    [500, 'application/json', '{"error":"down"}', /answered with 500: the log of the server says why/],
    [502, 'text/html', '<h1>Bad Gateway</h1>', /answered with 502: the gateway in front does not reach the server/],
    [200, 'text/html', '<div id="root"></div>', /gets the same answer \(200 text\/html\): is this server the API/],
    [200, 'application/json', '{"ok":true}', /gets the same answer \(200 application\/json\)/],
  ])('for %i %s as the answer to everything', async (status, type, body, message) => {
    const server = await http((_, response) => void response.writeHead(status, { 'content-type': type }).end(body))
    const { failures } = await conform(server.url)
    await server.close()
    expect(failures).toHaveLength(1)
    expect(failures[0]?.title).toMatch(message)
  })

  test('and a server that takes everything in the right form is told what it takes', async () => {
    let first: Relayed | undefined
    const server = await answering((relay, { method, url }) => {
      if (method !== 'POST' || url !== '/pets') return relay
      if (relay.status === 201) first ??= relay
      return first ?? relay
    })
    const { failures } = await conform(server.url)
    await server.close()
    expect(failures.filter(({ title }) => title.startsWith('every request'))).toEqual([])
    expect(failures.length).toBeGreaterThan(1)
  })
})

describe('a right server', () => {
  test.each<[string, (relay: Relayed) => { headers: Record<string, string>; body: Buffer }]>([
    ['gzip', ({ headers, body }) => ({ headers: { ...headers, 'content-encoding': 'gzip' }, body: gzipSync(body) })],
    [
      'deflate',
      ({ headers, body }) => ({ headers: { ...headers, 'content-encoding': 'deflate' }, body: deflateSync(body) }),
    ],
    [
      'br',
      ({ headers, body }) => ({ headers: { ...headers, 'content-encoding': 'br' }, body: brotliCompressSync(body) }),
    ],
    ['chunks', ({ headers, body }) => ({ headers: { ...headers, 'transfer-encoding': 'chunked' }, body })],
    [
      'other header names',
      ({ headers, body }) => ({
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value])),
        body,
      }),
    ],
  ])('may answer in %s', async (_, encode) => {
    const server = await http(async (request, response) => {
      const relay = await relayed(request)
      const { headers, body } = relay.body.length === 0 ? relay : encode(relay)
      response.writeHead(relay.status, headers).end(body)
    })
    // Lists, creations and refusals of both: what is read is what counts here.
    expect(messages(await conform(server.url, {}, 100))).toEqual([])
    await server.close()
  })

  test('may speak HTTP/1.0 and close after each answer', async () => {
    // Node's server speaks HTTP/1.1 only, so the answer is written by hand, without a length.
    const server = await http(async (request, response) => {
      const { status, headers, body } = await relayed(request)
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
      response.socket?.end(
        Buffer.concat([
          Buffer.from(`HTTP/1.0 ${status} Whatever\r\n${lines.join('\r\n')}\r\n\r\n`),
          request.method === 'HEAD' ? Buffer.alloc(0) : body,
        ]),
      )
    })
    expect(messages(await conform(server.url))).toEqual([])
    await server.close()
  })

  test('may stand below a path', async () => {
    const server = await http(async (request, response) => {
      const below = request.url?.startsWith('/gateway/v7/') ? request.url.slice('/gateway/v7'.length) : undefined
      if (below === undefined) return void response.writeHead(404).end()
      const { status, headers, body } = await relayed(request, below)
      response.writeHead(status, headers).end(body)
    })
    const report = await conform(`${server.url}/gateway/v7/`)
    expect(messages(report)).toEqual([])
    expect(report.totals.passed).toBeGreaterThan(100)
    await server.close()
  })

  test('may be slow', async () => {
    const server = await http(async (request, response) => {
      const { status, headers, body } = await relayed(request)
      setTimeout(() => response.writeHead(status, headers).end(body), 5)
    })
    expect(messages(await conform(server.url, { timeoutMs: 5000 }))).toEqual([])
    await server.close()
  })
})

describe('a server that is wrong on the wire', () => {
  test('by leaving one kind of request without an answer has just that finding there', async () => {
    const server = await http(async (request, response) => {
      if (request.method === 'DELETE') return void request.socket.destroy()
      const { status, headers, body } = await relayed(request)
      response.writeHead(status, headers).end(body)
    })
    const report = await conform(server.url)
    expect(messages(report)).toContain('no-answer deletePet: the request is not answered (ECONNRESET)')
    expect(
      new Set(
        [...report.failures, ...report.assumptions]
          .filter(({ check }) => check === 'no-answer')
          .map(({ operation }) => operation ?? 'routing'),
      ),
    ).toEqual(new Set(['deletePet', 'routing']))
    await server.close()
  })

  test('by dropping every third connection is told, and no request is sent twice for it', async () => {
    const server = await http(async (request, response) => {
      const { status, headers, body } = await relayed(request)
      response.writeHead(status, { ...headers, connection: 'close' }).end(body)
    })
    let count = 0
    const dropping = await listening(
      createServer((socket) => {
        if (++count % 3 === 0) return void socket.destroy()
        const { port } = new URL(server.url)
        socket.pipe(connect(Number(port), '127.0.0.1').on('error', () => socket.destroy())).pipe(socket)
      }),
    )
    const report = await conform(dropping.url, {}, 40)
    expect(messages(report)).toContainEqual(expect.stringMatching(/^no-answer .*\(ECONNRESET\)$/))
    expect(report.totals.repeated).toBe(0)
    await dropping.close()
    await server.close()
  })

  test('by a limit of the rate that does not end is reported with what was found before it, exit code 3', async () => {
    let left = 60
    const server = await http(async (request, response) => {
      if (left-- <= 0) return void response.writeHead(429, { 'retry-after': '0' }).end()
      const { status, headers, body } = await relayed(request)
      response.writeHead(status, headers).end(body)
    })
    const report = await conform(server.url, {}, 100)
    expect([exitCodeOf(report), report.limited]).toEqual([3, true])
    expect(report.totals.passed).toBeGreaterThan(10)
    expect(report.notReached.at(-1)?.reason).toContain('limits the rate of requests')
    await server.close()
  })

  test('by a content encoding that is none', async () => {
    const server = await http(async (request, response) => {
      const { status, headers, body } = await relayed(request)
      const isList = request.method === 'GET' && request.url === '/pets'
      response.writeHead(status, { ...headers, ...(isList && { 'content-encoding': 'gzip' }) }).end(body)
    })
    expect(messages(await conform(server.url))).toContain('no-answer listPets: the request is not answered (EENCODING)')
    await server.close()
  })

  test('by an error page in HTML', async () => {
    const server = await http(async (request, response) => {
      const { status, headers, body } = await relayed(request)
      if (status !== 404) return void response.writeHead(status, headers).end(body)
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not found</h1>')
    })
    expect(messages(await conform(server.url))).toContain('content-type getPet: 404 has the content type text/html')
    await server.close()
  })
})

describe('a spec that is not ours', () => {
  const openapi = join(folderWith({ 'openapi/petstore.yaml': petstoreSpec }), 'openapi')
  const petstore = (baseUrl: string): Promise<Report> =>
    runConformance(openApisUnderTest(['petstore'], { baseUrl, openapi }), { randomCases: 2 })

  test.each(['', '/v1'])('such as the Petstore is kept by its mock at %j', async (path) => {
    const store = await createUnderstudy({ openapi })
    const report = await petstore(store.url + path)
    expect(messages(report)).toEqual([])
    expect(report.totals.passed).toBeGreaterThan(70)
    await store.close()
  })

  test('is not kept by a server that takes a pet without a name', async () => {
    const server = await http(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const fail = (status: number): unknown =>
        response
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify({ code: status, message: 'No.' }))
      if (request.url === '/v1/pets' && request.method === 'POST') {
        const body = parsed(Buffer.concat(chunks).toString())
        const isPet =
          typeof body?.['id'] === 'number' && (body['name'] === undefined || typeof body['name'] === 'string')
        return isPet && request.headers['content-type']?.startsWith('application/json')
          ? response.writeHead(201).end()
          : fail(400)
      }
      if (request.url?.startsWith('/v1/pets') && request.method === 'GET' && !/limit=(?!\d+$)/.test(request.url)) {
        return request.url.startsWith('/v1/pets/')
          ? fail(404)
          : response.writeHead(200, { 'content-type': 'application/json' }).end('[]')
      }
      return fail(404)
    })
    expect(messages(await petstore(server.url))).toContain(
      'invalid-accepted createPets: a request that breaks this is answered with 201',
    )
    await server.close()
  })
})

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

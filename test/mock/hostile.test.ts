import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'

/** Every operation with a JSON body, and what its requests need to be let in. */
const doors = [
  ['registerInteraction', 'POST', '/Interaction/Register', { authorization: 'Bearer regit-user-a' }],
  ['unregisterInteraction', 'POST', '/Interaction/Unregister', { authorization: 'Bearer regit-user-c' }],
  ['createInteraction', 'POST', '/v2/interactions', { authorization: 'Bearer polis-user-a' }],
  [
    'patchInteraction',
    'PATCH',
    '/v2/interactions/7da76f74-7951-423a-be41-85a2551d16e7',
    { authorization: 'Bearer polis-user-a', etag: '*' },
  ],
  ['selfRegister', 'POST', '/user/selfregister', { 'api-key': 'cloud-payments-key', tenantname: 'CBD' }],
  [
    'registerPrivilegeUsers',
    'POST',
    '/user/registerPrivilegeUsers',
    { 'api-key': 'cloud-payments-key', tenantname: 'CBD', authorization: 'Bearer cp-service-owner' },
  ],
  [
    'updatePersonStatus',
    'POST',
    '/user/updatePersonStatus',
    { 'api-key': 'cloud-payments-key', tenantname: 'CBD', authorization: 'Bearer cp-service-owner' },
  ],
  ['createRegistration', 'POST', '/dc/api/v5/registrations', {}],
  ['registerTransactionByEntityId', 'POST', '/entity/id/1001/transactions/12478636', {}],
  ['registerTransactionByExternalKey', 'POST', '/v1/entity/ext-key/member-1001/1/transactions/12478636', {}],
] as const

const json = { 'content-type': 'application/json' }
const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)

const attacks = [
  ['malformed JSON', '{"a":', json, 400, 'syntax'],
  ['no body', '', json, 400, 'syntax'],
  ['10,000 levels', deep(10_000), json, 400, 'syntax'],
  ['a number beyond a double', '{"text":1e400}', json, 400, 'syntax'],
  ['__proto__', '{"__proto__":{"isAdmin":true}}', json, 400, 'syntax'],
  ['constructor.prototype', '{"constructor":{"prototype":{"isAdmin":true}}}', json, 400, 'syntax'],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), json, 400, 'syntax'],
  ['another content type', '<a/>', { 'content-type': 'application/xml' }, 415, 'media-type'],
  ['a content type that every object has', '{}', { 'content-type': 'constructor' }, 415, 'media-type'],
  ['no content type', Buffer.from('{}'), { 'content-type': '' }, 415, 'media-type'],
  ['two megabytes', JSON.stringify({ text: 'x'.repeat(2 * 1024 * 1024) }), json, 413, 'size'],
  ['a list where an object belongs', '[]', json, 400, 'validation'],
  ['a bare null', 'null', json, 400, 'validation'],
  ['a bare text', '"text"', json, 400, 'validation'],
] as const

let mock: Understudy

beforeAll(async () => {
  mock = await createUnderstudy()
})
afterAll(async () => {
  expect(mock.violations()).toEqual([])
  await mock.close()
})

const state = async () => (await mock.inject('/__mock/state')).body

describe.each(doors)('%s', (operation, method, url, credentials) => {
  test.each(attacks)(
    'refuses %s in its own format and leaves the state alone',
    async (_name, payload, headers, status, refusedBy) => {
      // A bare list is one of the forms that a Polis patch may have.
      if (operation === 'patchInteraction' && payload === '[]') return
      const before = await state()
      const answer = await mock.inject({ method, url, payload, headers: { ...credentials, ...headers } })
      expect({ status: answer.statusCode, by: answer.headers['x-mock-refused-by'] }).toEqual({ status, by: refusedBy })
      expect(answer.headers['content-type']).toMatch(/^application\/json/)
      expect(JSON.parse(answer.body)).toBeTypeOf('object')
      expect(await state()).toBe(before)
      expect(Object.prototype).not.toHaveProperty('isAdmin')
    },
  )
})

describe('on the wire', () => {
  test.each([
    ['an unknown method on a known path', 'FOO /v2/interactions HTTP/1.1\r\nHost: localhost\r\n\r\n', 405],
    ['an unknown method on an unknown path of a family', 'FOO /v2/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n', 404],
    [
      'a method that no specification here knows',
      'PROPFIND /dc/api/v5/registrations HTTP/1.1\r\nHost: localhost\r\n\r\n',
      405,
    ],
    ['something that is not HTTP', 'hello\r\n\r\n', 400],
    [
      'a broken percent-encoding',
      'GET /v2/interactions/%zz HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer polis-user-a\r\n\r\n',
      404,
    ],
    ['headers without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('answers %s and lives on', async (_name, request, status) => {
    const answer = await exchange(request)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect((await mock.inject('/__mock/health')).statusCode).toBe(200)
  })

  test('says that it is the size of the headers which it refuses', async () => {
    const answer = await exchange(`GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)
    expect(answer).toContain('x-mock-refused-by: size')
    expect(answer).toContain('"detail":"The request line and the headers take more than 16384 bytes."')
  })

  test('twenty parallel patches with one entity tag: exactly one wins', async () => {
    mock.reset()
    const url = `${mock.url}/v2/interactions/7da76f74-7951-423a-be41-85a2551d16e7`
    const headers = {
      authorization: 'Bearer polis-user-a',
      'content-type': 'application/json',
      etag: '47a-h6vIm4ttg8qp/cFMmsY+JtWtBsc',
    }
    const patch = (n: number) =>
      JSON.stringify({ data: [{ op: 'replace', path: '/unavailableReason', value: `reason ${n}` }] })
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => fetch(url, { method: 'PATCH', headers, body: patch(n) })),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 19 }, () => 412),
    ])
  })

  test('twenty equal registrations at once: exactly one 201', async () => {
    mock.reset()
    const body = JSON.stringify({
      userId: '6629aeada89133acedfad6d7d110123d',
      offeringId: '89cd2eada89133acedfad6d766a2d931',
    })
    const post = () => fetch(`${mock.url}/dc/api/v5/registrations`, { method: 'POST', headers: json, body })
    const answers = await Promise.all(Array.from({ length: 20 }, post))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(19)
  })
})

/** Sends raw bytes and returns what comes back until the server closes or says enough. */
function exchange(request: string): Promise<string> {
  const { hostname, port } = new URL(mock.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(request))
    let received = ''
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString()
      if (received.includes('\r\n\r\n')) socket.destroy()
    })
    socket.on('close', () => resolve(received))
    socket.on('error', reject)
  })
}

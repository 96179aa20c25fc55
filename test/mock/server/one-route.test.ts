import { expect, test } from 'vitest'
import { served } from '../../openapi/small-inputs/serve-text.ts'

const says = (text: string): string =>
  `{ responses: { '200': { description: ok, content: { text/plain: { example: ${text} } } } } }`

const document = `
openapi: 3.0.3
info: { title: t, version: '1' }
servers: [{ url: /v1 }, { url: /v2 }]
paths:
  /: { get: ${says('root')} }
  /a/b: { get: ${says('fixed')} }
  /a/{x}: { get: ${says('parameter')}, post: ${says('posted')} }
  /a/{x}/c: { get: ${says('deep')} }
  /files/{name}.{ending}: { get: ${says('file')} }
  /own/{__proto__}/{constructor}: { get: ${says('own names')} }
  /with:colon: { get: ${says('colon')} }
`

test.each([
  ['GET', '/v1/', 'root'],
  ['GET', '/v2/a/b', 'fixed'],
  ['GET', '/v1/a/b?x=/a/b/c', 'fixed'],
  ['GET', '/v1/a/%62', 'fixed'],
  ['POST', '/v1/a/b', 'posted'],
  ['GET', '/v1/a/b%2Fc', 'parameter'],
  ['GET', '/v1/a/b/c', 'deep'],
  ['GET', '/v1/files/one.two.txt', 'file'],
  ['GET', '/v1/own/one/two', 'own names'],
  ['GET', '/v1/with:colon', 'colon'],
])('%s %s is answered by the path that it means', async (method, url, text) => {
  await served(document, async (mock) => {
    const { statusCode, body } = await mock.inject({ method: method as 'GET', url })
    expect([statusCode, body]).toEqual([200, text])
  })
})

test.each([
  ['GET', '/v1/a/', 404],
  ['GET', '/v1/a/x/c/', 404],
  ['GET', '/v1/files/one', 404],
  ['GET', '/a/b', 404],
  ['DELETE', '/v1/a/b', 405],
])('%s %s is none of the document', async (method, url, status) => {
  await served(document, async (mock) => {
    const { statusCode, headers } = await mock.inject({ method: method as 'GET', url })
    expect([statusCode, headers['x-mock-refused-by']]).toEqual([status, 'routing'])
  })
})

test('HEAD is answered where GET is, and OPTIONS says what a path has', async () => {
  await served(document, async (mock) => {
    expect((await mock.inject({ method: 'HEAD', url: '/v1/a/b' })).statusCode).toBe(200)
    const { statusCode, headers } = await mock.inject({ method: 'OPTIONS', url: '/v1/a/x' })
    expect([statusCode, headers['allow']]).toEqual([204, 'GET, HEAD, POST, OPTIONS'])
  })
})

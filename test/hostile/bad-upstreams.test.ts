import { afterAll, afterEach, expect, test } from 'vitest'
import { createProxy, type Proxy } from '../../src/proxy/proxy.ts'
import type { Api } from '../../src/openapi/api.ts'
import { loadApis } from '../../src/openapi/load.ts'
import { folderWith } from '../support/pets.ts'
import { rawExchange, statusesIn } from '../support/raw-http.ts'
import { badBehaviours, MAX_UNPACKED_BYTES } from './bad-behaviours.ts'
import { type BytesServer, bytesServer, json, says } from './bytes-server.ts'
import { thingDocument } from './thing-document.ts'

const [api] = loadApis(folderWith({ 'thing.yaml': thingDocument })) as [Api]
const open: (Proxy | BytesServer)[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})
const faults: unknown[] = []
const note = (error: unknown): void => void faults.push(error)
process.on('uncaughtException', note).on('unhandledRejection', note)
afterAll(() => {
  process.off('uncaughtException', note).off('unhandledRejection', note)
  expect(faults).toEqual([])
})

async function proxyBefore(behave: Parameters<typeof bytesServer>[0]): Promise<Proxy> {
  const upstream = await bytesServer(behave)
  const proxy = await createProxy({ api, upstream: upstream.url, timeoutMs: 60, maxUnpackedBytes: MAX_UNPACKED_BYTES })
  open.push(proxy, upstream)
  return proxy
}

const get = 'GET /thing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
const ask = (proxy: Proxy): Promise<string> => rawExchange(proxy.url, get, () => false)
const violations = async (proxy: Proxy): Promise<number> =>
  ((await (await fetch(`${proxy.url}/__mock/violations`)).json()) as { count: number }).count

test.each(Object.entries(badBehaviours))(
  'a proxy before a server that %s lives on, and tells of it',
  async (_, behave) => {
    const proxy = await proxyBefore(behave)
    const answer = await ask(proxy)
    await violations(proxy)
    const { requests, unanswered, cut, brokenAnswers } = proxy.summary()
    expect(requests).toBe(1)
    // What is no answer is a 502 or 504 of ours; what breaks off is cut, and all else is a finding.
    expect(unanswered + cut + brokenAnswers.documented).toBeGreaterThan(0)
    expect(statusesIn(answer).length).toBeLessThanOrEqual(1)
    expect((await fetch(`${proxy.url}/__mock/health`)).status).toBe(200)
  },
)

test('a proxy before a server that answers well finds nothing, also after a preliminary answer', async () => {
  const proxy = await proxyBefore(says('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n', json(200, '{"id":1}')))
  expect(statusesIn(await ask(proxy))).toEqual([200])
  expect(await violations(proxy)).toBe(0)
  expect(proxy.summary()).toMatchObject({ requests: 1, unanswered: 0, cut: 0, unjudged: 0, repeats: 0 })
})

test.each([
  ['GET', true],
  ['POST', false],
])('a %s on a connection that was idle and is gone is sent once more: %s', async (method, isRepeated) => {
  let count = 0
  const proxy = await proxyBefore((socket) => {
    count++
    // The second request of a connection meets the end of it.
    if (count === 2) socket.resetAndDestroy()
    else socket.write(json(200, '{"id":1}'))
  })
  const request = `${method} /thing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`
  await ask(proxy)
  const answer = await rawExchange(proxy.url, request.replace('\r\n\r\n', '\r\nContent-Length: 0\r\n\r\n'), () => false)
  expect(statusesIn(answer)).toEqual([isRepeated ? 200 : 502])
  expect(proxy.summary().repeats).toBe(isRepeated ? 1 : 0)
})

test('a stream and a client that leaves are counted as unread', async () => {
  const proxy = await proxyBefore(says('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n'))
  await rawExchange(proxy.url, get, (received) => received.includes('data: 1'))
  while (proxy.summary().requests === 0) await violations(proxy)
  expect(proxy.summary()).toMatchObject({ unjudged: 1, cut: 0, unanswered: 0 })
})

import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'

let mock: Understudy

beforeAll(async () => {
  mock = await createUnderstudy()
})

afterAll(() => mock.close())

const json = 'Content-Type: application/json\r\n'
const form = 'Content-Type: multipart/form-data; boundary=x\r\n'
const polis = `POST /v2/interactions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer polis-user-a\r\n${json}`
const upload = `POST /Interaction/Upload?interactionId=5a1b913005100b5104fd7dbf HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer regit-user-a\r\n${form}`
const part = '--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\nabc'

test.each([
  ['leaves in the middle of a body', `${polis}Content-Length: 500\r\n\r\n{"a"`],
  ['leaves in the middle of a chunk', `${polis}Transfer-Encoding: chunked\r\n\r\n5\r\n{"a"`],
  ['sends a chunk without a size', `${polis}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
  ['leaves in the middle of an upload', `${upload}Content-Length: 500\r\n\r\n${part}`],
  ['sends an upload whose chunk has no size', `${upload}Transfer-Encoding: chunked\r\n\r\n3\r\n--x\r\nzz\r\n`],
  ['breaks off a state', `PUT /__mock/state HTTP/1.1\r\nHost: localhost\r\n${json}Content-Length: 500\r\n\r\n{"polis`],
])('a client that %s leaves neither a violation nor a changed row', async (_what, request) => {
  mock.reset()
  const before = await state()
  const answer = await sendAndLeave(new URL(mock.url).port, request)
  expect(answer).not.toMatch(/HTTP\/1.1 5/)
  // The mock has seen the end of that connection once it answers on another.
  expect(await state()).toBe(before)
  expect(mock.violations()).toEqual([])
  expect(mock.requests()).toEqual([])
})

async function state(): Promise<string> {
  return (await fetch(`${mock.url}/__mock/state`)).text()
}

/** Everything but the end of a request, then the end of the connection; what was answered until then. */
function sendAndLeave(port: string, request: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(port), '127.0.0.1', () => socket.end(request))
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => (answer += text))
    socket.on('close', () => resolve(answer))
  })
}

import { afterAll, beforeAll, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../../src/index.ts'

let mock: Understudy
beforeAll(async () => {
  mock = await createUnderstudy({ apis: ['regit'], listen: false })
})
afterAll(async () => {
  expect(mock.violations()).toEqual([])
  await mock.close()
})

const part = (boundary: string, head: string, body = 'x'): string =>
  `--${boundary}\r\n${head}\r\n\r\n${body}\r\n--${boundary}--\r\n`
const file = 'Content-Disposition: form-data; name="f"; filename="a.txt"'

test.each([
  ['a boundary of 253 characters', 'b'.repeat(253), part('b'.repeat(253), file)],
  ['a boundary of 1,000 characters', 'b'.repeat(1000), part('b'.repeat(1000), file)],
  ['another boundary', 'one', part('two', file)],
  ['no last boundary', 'b', part('b', file).replace('--b--', '')],
  ['a head of a part without end', 'b', `--b\r\n${file}; ${'x'.repeat(100_000)}`],
])('a form with %s is refused for its syntax', async (_, boundary, payload) => {
  const answer = await mock.inject({
    method: 'POST',
    url: '/Interaction/Upload?interactionId=5a1b913005100b5104fd7dbf',
    headers: { authorization: 'Bearer regit-user-b', 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload,
  })
  expect([answer.statusCode, answer.headers['x-mock-refused-by']]).toEqual([400, 'syntax'])
})

test('the Date of an answer is that of the session, also where its clock runs', async () => {
  mock.clock.set('2031-05-06T07:08:09Z')
  const date = async (): Promise<unknown> => (await mock.inject('/Interaction/Nothing')).headers['date']
  expect(await date()).toBe('Tue, 06 May 2031 07:08:09 GMT')
  await mock.inject({ method: 'PUT', url: '/__mock/clock', payload: { mode: 'real' } })
  mock.clock.advance(365 * 24 * 3_600_000)
  expect(Math.abs(Date.parse(String(await date())) - Date.parse(mock.clock.now()))).toBeLessThan(60_000)
})

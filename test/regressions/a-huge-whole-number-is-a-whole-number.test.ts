import { afterAll, beforeAll, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'

let mock: Understudy

beforeAll(async () => {
  mock = await createUnderstudy({ apis: ['dialogportal'], listen: false })
})

afterAll(() => mock.close())

async function outcomeOf(literal: string): Promise<unknown> {
  const payload = `{"transactionTypeID": ${literal}, "transactionDate": "2013-03-25T09:40:22.418Z"}`
  const url = '/entity/id/1001/transactions/12478636'
  const answer = await mock.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } })
  return answer.headers['apistatussubcode'] ?? answer.statusCode
}

test.each(['1e300', '-1e300', '1e21', '123456789012345678901234'])(
  '%s is a type that is not found, and no broken schema (dialogportal e, 1b)',
  async (literal) => expect(await outcomeOf(literal)).toBe('404.5'),
)

test.each(['22.5', '1e-7', '-0.5'])('%s is no whole number (dialogportal 1b)', async (literal) =>
  expect(await outcomeOf(literal)).toBe(400),
)

test.each(['22', '22.0', '2.2e1'])('%s is 22 (dialogportal 9)', async (literal) =>
  expect(await outcomeOf(literal)).toBe(200),
)

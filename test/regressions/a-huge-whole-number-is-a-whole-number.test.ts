import { expect, test } from 'vitest'
import { createUnderstudy } from '../../src/index.ts'

test('a huge whole number is a type that is not found, and no broken schema (dialogportal e, 1b)', async () => {
  const mock = await createUnderstudy({ apis: ['dialogportal'], listen: false })
  const statusFor = async (literal: string): Promise<unknown> => {
    const payload = `{"transactionTypeID": ${literal}, "transactionDate": "2013-03-25T09:40:22.418Z"}`
    const url = '/entity/id/1001/transactions/12478636'
    const answer = await mock.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } })
    return answer.headers['apistatussubcode'] ?? answer.statusCode
  }
  for (const literal of ['1e300', '-1e300', '1e21', '123456789012345678901234']) {
    expect(await statusFor(literal), literal).toBe('404.5')
  }
  for (const literal of ['22.5', '1e-7', '-0.5']) expect(await statusFor(literal), literal).toBe(400)
  for (const literal of ['22', '22.0', '2.2e1']) expect(await statusFor(literal), literal).toBe(200)
  await mock.close()
})

import { expect, test } from 'vitest'
import { createUnderstudy } from '../../src/index.ts'

const payload = { transactionTypeID: 22, transactionDate: '2013-03-25T09:40:22.418Z' }

test('a badly encoded key is an unknown key, and an encoded digit is the digit (dialogportal b, s)', async () => {
  const mock = await createUnderstudy({ apis: ['dialogportal'], listen: false })
  const answerTo = async (url: string): Promise<unknown> => (await mock.inject({ method: 'POST', url, payload })).json()
  const unknownKey = { statusCode: 404, subCode: '404.2', statusText: 'External user could not be found' }
  for (const key of ['%zz', '%', '%ff', '%E0%A4%A']) {
    expect(await answerTo(`/entity/ext-key/${key}/1/transactions/12478636`)).toEqual(unknownKey)
    expect(await answerTo(`/v1/entity/ext-key/${key}/1/transactions/12478636?x=%zz`)).toEqual(unknownKey)
  }
  const unknownUser = { statusCode: 404, subCode: '404.1', statusText: 'User not found' }
  expect(await answerTo('/entity/id/%zz/transactions/12478636')).toEqual(unknownUser)
  const unknownGroup = { statusCode: 404, subCode: '404.4', statusText: 'Transaction group not found' }
  expect(await answerTo('/entity/id/1001/transactions/%zz')).toEqual(unknownGroup)
  expect(await answerTo('/entity/id/1001/transactions/%31%32478636')).toMatchObject({ transactionGroupID: 12478636 })
  expect(mock.violations()).toEqual([])
  await mock.close()
})

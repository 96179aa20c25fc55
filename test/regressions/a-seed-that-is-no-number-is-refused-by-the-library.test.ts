import { expect, test } from 'vitest'
import { createUnderstudy } from '../../src/index.ts'

test.each([
  ['seed', { seed: -1 }],
  ['seed', { seed: 1.5 }],
  ['seed', { seed: Number.NaN }],
  ['records', { records: -1 }],
  ['records', { records: 0.5 }],
])('a %s such as in %j is a mistake of the user', async (option, options) => {
  await expect(createUnderstudy({ apis: ['digitalchalk'], listen: false, ...options })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining(`${option}: must be a whole number from 0 on`),
  })
})

test('the seed of a session is held to the same', async () => {
  const mock = await createUnderstudy({ apis: ['digitalchalk'], listen: false })
  expect(() => mock.createSession({ seed: -1 })).toThrow('seed: must be a whole number from 0 on, not -1')
  await mock.close()
})

import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { proveApi } from '../../src/prove/prove-api.ts'

const petstore = fileURLToPath(new URL('../../lab/foreign/petstore.yaml', import.meta.url))

test('a document that shows no refused request still tells how its server refuses', async () => {
  const { trials } = await proveApi(petstore, { only: 'imum-refused' })
  expect(trials.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    expect.stringMatching(/minimum-refused query\.limit found$/),
    expect.stringMatching(/maximum-refused query\.limit found$/),
    expect.stringMatching(/minimum-refused query\.offset found$/),
  ])
})

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../src/index.ts'

let mock: Understudy
beforeAll(async () => {
  mock = await createUnderstudy({ listen: false })
})
afterAll(() => mock.close())

test('the library has the credentials of each API by their ids', () => {
  const { credentials } = mock
  // What the types promise: each of these is known by its name.
  const known = [
    credentials['cloud-payments']['service-owner'],
    credentials['cloud-payments']['company-user'],
    credentials['cloud-payments'].consumer,
    credentials['cloud-payments']['cbd-app'],
    credentials['cloud-payments']['acme-service-owner'],
    credentials['cloud-payments']['acme-app'],
    credentials.dialogportal.anonymous,
    credentials.dialogportal.app,
    credentials.digitalchalk.admin,
    credentials.polis['user-a'],
    credentials.polis['user-b'],
    credentials.polis['user-c'],
    credentials.regit['user-a'],
    credentials.regit['user-b'],
    credentials.regit['user-c'],
  ]
  expect(known.filter((credential) => typeof credential?.description !== 'string')).toEqual([])
  expect(credentials['polis']?.['user-a']?.headers).toEqual({ authorization: 'Bearer polis-user-a' })
})

test.each(['cloud-payments', 'dialogportal', 'digitalchalk', 'polis', 'regit'])('%s has no others', (api) => {
  const rows = JSON.parse(readFileSync(new URL(`../fixtures/${api}/credentials.json`, import.meta.url), 'utf8')) as {
    id: string
  }[]
  const ids = rows.map(({ id }) => id)
  expect(ids).toEqual(expect.arrayContaining(Object.keys(mock.credentials[api] ?? {})))
})

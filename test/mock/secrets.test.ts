import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { keeper, petsFolders } from '../support/pets.ts'

const { openapi, fixtures } = petsFolders()
let mock: Understudy
beforeAll(async () => {
  mock = await createUnderstudy({ openapi, fixtures, listen: false })
})
afterAll(() => mock.close())
beforeEach(() => mock.reset())

const SECRET = 's3cr3t-value'
const names = [
  'credential',
  'clientCredentials',
  'privateKey',
  'private_key',
  'jwt',
  'sessionId',
  'session_id',
  'X-Auth',
  'x-auth-key',
  'sig',
  'Set-Cookie',
  'passphrase',
  'password',
  'accessToken',
  'apiKey',
]

test.each(names)('the journal shows no value of a property, a header or a query parameter %s', async (name) => {
  await mock.inject({
    method: 'POST',
    url: `/pets?${name}=${SECRET}`,
    headers: { ...keeper, 'content-type': 'application/json', [name]: SECRET },
    payload: { name: 'Bo', kind: 'dog', [name]: SECRET, deep: [{ [name]: { value: SECRET, list: [SECRET] } }] },
  })
  const journal = (await mock.inject('/__mock/requests')).body
  expect(journal).toContain('"operationId":"createPet"')
  expect(journal).not.toContain(SECRET)
})

test.each(names)('neither does it in a body that is cut off, nor in a form: %s', async (name) => {
  for (const payload of [`{"${name}": "${SECRET}", "name`, `a=1&${name}=${SECRET}&b=2`])
    await mock.inject({
      method: 'POST',
      url: '/pets',
      headers: { ...keeper, 'content-type': 'application/json' },
      payload,
    })
  expect((await mock.inject('/__mock/requests')).body).not.toContain(SECRET)
})

test('near misses of an assertion show what the journal shows', async () => {
  const headers = { ...keeper, 'content-type': 'application/json' }
  const payload = { name: 'Bo', kind: 'dog', login: { password: { value: SECRET } }, list: [{ jwt: SECRET }] }
  await mock.inject({ method: 'POST', url: '/pets', headers, payload })
  const verify = async (body: unknown): Promise<string> =>
    (await mock.inject({ method: 'POST', url: '/__mock/requests/verify', payload: { operationId: 'createPet', body } }))
      .body
  for (const body of [
    { login: { password: { value: 'another' } } },
    { login: { password: 'another' } },
    { login: 'another' },
    { list: [] },
    { list: [{ jwt: 'another' }] },
    'another',
  ]) {
    const verdict = await verify(body)
    expect(verdict).toContain('"verified":false')
    expect(verdict).not.toContain(SECRET)
  }
})

test('names that only sound like one stay readable', async () => {
  const payload = { name: 'Bo', kind: 'dog', signal: 'green', design: 'new', author: 'Ann' }
  await mock.inject({
    method: 'POST',
    url: '/pets?signal=green',
    headers: { ...keeper, 'content-type': 'application/json' },
    payload,
  })
  const journal = (await mock.inject('/__mock/requests')).body
  for (const shown of ['green', 'new', 'Ann']) expect(journal).toContain(shown)
})

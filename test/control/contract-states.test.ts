import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { ownContracts } from '../../src/paths.ts'

interface Contract {
  readonly interactions: readonly {
    readonly description: string
    readonly providerStates?: readonly { readonly name: string; readonly params?: object }[]
    readonly request: object
  }[]
}

let mock: Understudy
beforeEach(async () => {
  mock = await createUnderstudy()
})
afterEach(() => mock.close())

/** What the official verifier sends before and after an interaction. */
async function change(state: string, params: object = {}, action = 'setup') {
  const response = await fetch(`${mock.url}/__mock/states`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ state, params, action }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

function contractOf(api: string): Contract {
  return JSON.parse(readFileSync(join(ownContracts, `${api}.pact.json`), 'utf8')) as Contract
}

describe.each(['regit', 'polis', 'cloud-payments', 'digitalchalk', 'dialogportal'])('the contract of %s', (api) => {
  test('has states only that the mock sets and tears down, with the values of the credentials it asks for', async () => {
    for (const { description, providerStates = [], request } of contractOf(api).interactions) {
      const provided: Record<string, unknown> = {}
      for (const { name, params } of providerStates) {
        const { status, body } = await change(name, params)
        expect({ description, name, status }).toEqual({ description, name, status: 200 })
        Object.assign(provided, body)
      }
      for (const [, name = ''] of JSON.stringify(request).matchAll(
        /"expression":"[^"]*\$\{(authorization|apiKey|signature)\}/g,
      ))
        expect(provided[name]).toEqual(expect.any(String))
      for (const { name, params } of providerStates) expect((await change(name, params, 'teardown')).status).toBe(200)
    }
  })
})

test('the empty state that the official verifier sends changes nothing', async () => {
  expect(await change('')).toEqual({ status: 200, body: {} })
  expect(await change('', {}, 'teardown')).toEqual({ status: 200, body: {} })
})

test('the state of the credentials answers the headers of the one that is named, and the variables of its API', async () => {
  const { body } = await change('the request carries credentials', {
    api: 'cloud-payments',
    credential: 'company-user',
  })
  expect(body).toMatchObject({ authorization: 'Bearer cp-company-user', apiKey: 'cloud-payments-key', role: 'ADMIN' })
  expect((await change('the request carries credentials', { credential: 'consumer' })).body).toMatchObject({
    authorization: 'Bearer cp-consumer',
  })
})

test.each([
  [{ credential: 'user-a' }, 'needs the parameter api: polis, regit have'],
  [{ api: 'polis', credential: 'user-z' }, 'knows no credential "user-z"'],
  [{ user: 'user-a' }, 'has no parameter user'],
])('the state of the credentials is refused with %o', async (params, message) => {
  const { status, body } = await change('the request carries credentials', params)
  expect(status).toBe(400)
  expect(JSON.stringify(body)).toContain(message.replaceAll('"', String.raw`\"`))
})

test('a state can be made true again after the request that needed it', async () => {
  const register = () =>
    fetch(`${mock.url}/dc/api/v5/registrations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        userId: '6629aeada89133acedfad6d7d110123d',
        offeringId: '89cd2eada89133acedfad6d766a2d931',
      }),
    })
  expect((await register()).status).toBe(201)
  expect((await register()).status).toBe(400)
  expect((await change('the offering is open to the user')).status).toBe(200)
  expect((await register()).status).toBe(201)
})

test('a row is as seeded again, whatever became of it', async () => {
  const path = '/v2/interactions/7da76f74-7951-423a-be41-85a2551d16e7'
  const headers = { authorization: 'Bearer polis-user-a', etag: '*' }
  const seeded = await (await fetch(mock.url + path, { headers })).text()
  await fetch(mock.url + path, { method: 'DELETE', headers })
  expect((await fetch(mock.url + path, { headers })).status).toBe(404)
  expect(await change('the interaction is as seeded')).toEqual({
    status: 200,
    body: { interactionId: '7da76f74-7951-423a-be41-85a2551d16e7' },
  })
  expect(await (await fetch(mock.url + path, { headers })).text()).toBe(seeded)
})

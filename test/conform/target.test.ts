import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { curlOf, masked } from '../../src/conform/report/curl.ts'
import { readTarget, targetAt } from '../../src/conform/target.ts'
import type { Exchanged } from '../../src/conform/transport/transport.ts'
import type { Seed } from '../../src/fixtures/seed.ts'
import type { Api } from '../../src/openapi/api.ts'
import { loadApis } from '../../src/openapi/load.ts'

const api = loadApis(fileURLToPath(new URL('../../lab/faulty', import.meta.url)), ['shop'])[0] as Api
const seed: Seed = {
  api: 'shop',
  rows: {},
  credentials: [
    { id: 'user', description: 'a customer', headers: { authorization: 'Bearer shop-user' } },
    { id: 'other', description: 'another', headers: { authorization: 'Bearer shop-other' } },
  ],
  states: [],
}

function file(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'understudy-')), 'target.yaml')
  writeFileSync(path, content)
  return path
}

describe('a target', () => {
  test('is known by its address, with the ids and credentials of the seed', () => {
    expect(targetAt(api, seed, 'http://127.0.0.1:4010/base/')).toMatchObject({
      baseUrl: 'http://127.0.0.1:4010/base',
      credentials: { user: { authorization: 'Bearer shop-user' } },
      states: { kind: 'mock' },
      described: false,
    })
  })

  test('is described by a file, with secrets out of the environment', () => {
    const path = file(`
baseUrl: https://\${SHOP_HOST}/v1
headers: { X-Env: staging }
credentials:
  other: { Authorization: 'Bearer \${OTHER_TOKEN}' }
  user: { Authorization: 'Bearer \${SHOP_TOKEN}' }
variables: { itemId: 33333333-3333-4333-8333-333333333333 }
states: { hook: 'https://hook.example/states', unavailable: [the shop is closed] }
forbidden: [deleteItem]
apis:
  shop: { timeoutMs: 500 }
  other: { timeoutMs: 900 }
`)
    const target = readTarget(path, api, seed, {
      SHOP_HOST: 'shop.example',
      SHOP_TOKEN: 's3cret',
      OTHER_TOKEN: 'h1dden',
    })
    expect(target).toEqual({
      api: 'shop',
      baseUrl: 'https://shop.example/v1',
      headers: { 'x-env': 'staging' },
      credentials: { user: { authorization: 'Bearer s3cret' }, other: { authorization: 'Bearer h1dden' } },
      variables: { itemId: '33333333-3333-4333-8333-333333333333' },
      states: { kind: 'hook', url: 'https://hook.example/states', headers: {}, unavailable: ['the shop is closed'] },
      forbidden: ['deleteItem'],
      safe: false,
      timeoutMs: 500,
      described: true,
      secrets: { SHOP_HOST: 'shop.example', SHOP_TOKEN: 's3cret', OTHER_TOKEN: 'h1dden' },
    })
    expect(Object.keys(target.credentials)).toEqual(['user', 'other'])
  })

  test.each([
    ['{}', '#: must have required property'],
    ['baseUrl: shop.example', '#/baseUrl: must match pattern'],
    ['{ baseUrl: "https://shop.example", tokens: {} }', '#/tokens: must NOT have additional properties'],
    [
      '{ baseUrl: "https://shop.example", apis: { shop: { timeoutMs: soon } } }',
      '#/apis/shop/timeoutMs: must be integer',
    ],
    [
      '{ baseUrl: "https://shop.example", headers: { authorization: "${NOT_SET}" } }',
      '#/headers/authorization: needs the environment variable NOT_SET',
    ],
    [
      '{ baseUrl: "https://shop.example", variables: { shoeSize: 42 } }',
      '#/variables/shoeSize: shop knows no such variables; known: itemId',
    ],
    [
      '{ baseUrl: "https://shop.example", credentials: { nobody: {} } }',
      '#/credentials/nobody: shop knows no such credentials; known: user, other',
    ],
    [
      '{ baseUrl: "https://shop.example", forbidden: [eraseAll] }',
      '#/forbidden/eraseAll: shop knows no such forbidden',
    ],
    ['{ baseUrl: "https://shop.example?x=1" }', '#/baseUrl: must not have a query'],
    ['baseUrl: [', ': is not valid YAML'],
  ])('is refused with a place: %s', (content, message) => {
    expect(() => readTarget(file(content), api, seed, {})).toThrow(message)
  })
})

describe('a request on paper', () => {
  const exchanged = (path: string, status: number): Exchanged => ({
    sent: {
      method: 'POST',
      path,
      url: `http://shop.example${path}`,
      body: `{"name":"Lamp's"}`,
      headers: [
        ['authorization', 'Bearer s3cret'],
        ['content-type', 'application/json'],
      ],
    },
    outcome: { kind: 'answer', status, headers: {}, body: new Uint8Array(), text: '' },
  })

  test('shows secrets as the environment variables that hold them', () => {
    expect(curlOf(exchanged('/items', 201).sent, { SHOP_TOKEN: 's3cret' })).toBe(
      String.raw`curl -sS -i --path-as-is -X POST 'http://shop.example/items' -H 'authorization: Bearer '"$SHOP_TOKEN"'' -H 'content-type: application/json' --data-binary '{"name":"Lamp'\''s"}'`,
    )
    expect(masked('the token s3cret', { SHOP_TOKEN: 's3cret' })).toBe('the token ${SHOP_TOKEN}')
  })
})

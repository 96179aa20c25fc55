import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { createUnderstudy } from '../../src/index.ts'
import { compileApi } from '../../src/openapi/compile.ts'
import { readSpec } from '../../src/openapi/document.ts'
import { setBackAfterEachTest } from './set-back.ts'

const GROUP = 12478636
const BY_ENTITY = `/entity/id/1001/transactions/${GROUP}`
const BY_KEY = `/entity/ext-key/member-1001/1/transactions/${GROUP}`
const paths = [BY_ENTITY, BY_KEY]
const DATE = '2013-03-25T09:40:22.418Z'

/** The page's example 1. */
const coupon = {
  transactionTypeID: 9,
  transactionDate: DATE,
  value: -5,
  reference: 'SomeCouponID',
  text: 'Redeemed coupon with a value of 5',
  extra: { latitude: 55.692814, longitude: 12.599205 },
}

/** The page's example 2. */
const voucher = { transactionTypeID: 22, transactionDate: DATE, value: 1, reference: 'RegisterSomeVoucherID' }

const plain = { transactionTypeID: 22, transactionDate: DATE }

const mock = await createUnderstudy({ apis: ['dialogportal'], listen: false })

setBackAfterEachTest(mock)

function post(url: string, payload: unknown, headers: Record<string, string> = {}) {
  const sent = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return mock.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: sent,
  })
}

async function storedTransactions(): Promise<Record<string, unknown>[]> {
  const response = await mock.inject({ method: 'GET', url: '/__mock/state' })
  return response.json<{ dialogportal: { transactions?: Record<string, unknown>[] } }>().dialogportal.transactions ?? []
}

async function expectInvalid(
  response: Awaited<ReturnType<typeof post>>,
  refusedBy: string,
  statusText: unknown,
): Promise<void> {
  expect(response.statusCode).toBe(400)
  expect(response.json()).toEqual({ statusCode: 400, statusText })
  expect(response.headers).not.toHaveProperty('apistatussubcode')
  expect(response.headers['x-mock-refused-by']).toBe(refusedBy)
}

async function expectNotFound(
  response: Awaited<ReturnType<typeof post>>,
  subCode: string,
  statusText: string,
): Promise<void> {
  expect(response.statusCode).toBe(404)
  expect(response.json()).toEqual({ statusCode: 404, subCode, statusText })
  expect(response.headers['apistatussubcode']).toBe(subCode)
  expect(response.headers['x-mock-refused-by']).toBe('rule')
}

describe('registering a transaction', () => {
  test.each(paths.flatMap((path) => [path, `/v1${path}`]))(
    'example 2 gets the documented answer to the letter at %s (dialogportal 1, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 26, m, n, q, r)',
    async (path) => {
      const response = await post(path, voucher)
      expect(response.statusCode).toBe(200)
      expect(response.headers['content-type']).toMatch(/^application\/json/)
      expect(response.json()).toEqual({
        transactionID: 12478636,
        transactionGroupID: 12478636,
        transactionGroupName: 'SomeGroupName',
        transactionTypeID: 22,
        transactionTypeName: 'SomeTypeName',
        transactionDate: DATE,
        value: 1,
        reference: 'RegisterSomeVoucherID',
      })
    },
  )

  test.each(paths)(
    'example 1 comes back with its text and extra data at %s (dialogportal 8, 11, 12, 13, 14, 15, 18, 28, k, l, r)',
    async (path) => {
      const response = await post(path, coupon)
      expect(response.statusCode).toBe(200)
      expect(response.json()).toEqual({
        transactionID: 12478636,
        transactionGroupID: GROUP,
        transactionGroupName: 'SomeGroupName',
        transactionTypeID: 9,
        transactionTypeName: expect.any(String),
        transactionDate: DATE,
        value: -5,
        reference: 'SomeCouponID',
        text: 'Redeemed coupon with a value of 5',
        extra: { latitude: 55.692814, longitude: 12.599205 },
      })
    },
  )

  test('the page calls endpoint 5001 what the spec calls it (dialogportal 1, 2, 27)', () => {
    const file = fileURLToPath(new URL('../../openapi/dialogportal.yaml', import.meta.url))
    const api = compileApi(readSpec(file, 'dialogportal.yaml'))
    expect(api.title).toBe('dialogportal endpoint 5001, register a transaction')
    expect(api.operations.map(({ id, method, path }) => [id, method, path])).toEqual([
      ['registerTransactionByEntityId', 'POST', '/entity/id/{entityId}/transactions/{transactionGroupId}'],
      [
        'registerTransactionByExternalKey',
        'POST',
        '/entity/ext-key/{extKey}/{extType}/transactions/{transactionGroupId}',
      ],
    ])
    expect(api.bases).toEqual(['', '/v1'])
  })

  test('the transaction is stored with the account it belongs to (dialogportal 2)', async () => {
    await post(BY_KEY, voucher)
    expect(await storedTransactions()).toEqual([
      {
        transactionID: 12478636,
        entityId: '1001',
        transactionGroupID: GROUP,
        transactionGroupName: 'SomeGroupName',
        transactionTypeName: 'SomeTypeName',
        ...voucher,
      },
    ])
  })

  test('a missing value is 0, and what was not posted is absent (dialogportal 11, 21, f)', async () => {
    const response = await post(BY_ENTITY, plain)
    expect(response.json()).toEqual({
      transactionID: 12478636,
      transactionGroupID: GROUP,
      transactionGroupName: 'SomeGroupName',
      ...plain,
      transactionTypeName: 'SomeTypeName',
      value: 0,
    })
    expect(await storedTransactions()).toMatchObject([{ value: 0 }])
  })

  test.each([0, -5, 1, 2.75, -0.001, 1e21])('the value %d is taken as it is (dialogportal 11, f)', async (value) => {
    expect((await post(BY_ENTITY, { ...plain, value })).json()).toMatchObject({ value })
  })

  test.each([
    ['an empty reference', { reference: '' }],
    ['an empty text', { text: '' }],
    ['letters beyond ASCII', { reference: 'dialogportal™', text: 'Grüße, 你好 🎉' }],
    ['empty extra data', { extra: {} }],
  ])('%s comes back (dialogportal 12, 13, 28, i, k, l)', async (_what, members) => {
    const response = await post(BY_ENTITY, { ...plain, ...members })
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject(members)
  })

  test.each([
    DATE,
    '2013-03-25T09:40:22Z',
    '2013-03-25T09:40:22.4Z',
    '2016-02-29T00:00:00.000Z',
    '2013-03-25T09:40:22.418123Z',
  ])('the date %s comes back unchanged (dialogportal 10, 22, g)', async (transactionDate) => {
    expect((await post(BY_ENTITY, { ...plain, transactionDate })).json()).toMatchObject({ transactionDate })
  })

  test('members that are not described are ignored (dialogportal j)', async () => {
    const response = await post(BY_ENTITY, { ...plain, transactionType: 'x', transactionID: 5, channel: { a: null } })
    expect(response.statusCode).toBe(200)
    expect(response.json()).not.toHaveProperty('channel')
    expect(response.json()).toMatchObject({ transactionID: 12478636 })
  })

  test('ids grow over all groups and accounts, also for the same request (dialogportal 18, n, o)', async () => {
    const ids: unknown[] = []
    for (const [path, body] of [
      [BY_ENTITY, voucher],
      [BY_ENTITY, voucher],
      [BY_KEY, voucher],
      ['/entity/id/1002/transactions/500', { ...plain, transactionTypeID: 31 }],
      [`/v1${BY_ENTITY}`, coupon],
    ] as const) {
      ids.push((await post(path, body)).json<{ transactionID: number }>().transactionID)
    }
    expect(ids).toEqual([12478636, 12478637, 12478638, 12478639, 12478640])
    expect(await storedTransactions()).toHaveLength(5)
  })

  test('a refused request takes no id (dialogportal n)', async () => {
    await post(BY_ENTITY, { ...plain, transactionTypeID: 9 })
    await post(BY_ENTITY, { ...plain, transactionTypeID: 404 })
    expect((await post(BY_ENTITY, voucher)).json()).toMatchObject({ transactionID: 12478636 })
  })

  test('another group gives its own number and names (dialogportal 7, 19, 20, m)', async () => {
    const response = await post('/entity/id/1002/transactions/500', {
      ...plain,
      transactionTypeID: 31,
      extra: { shop: 'Aarhus' },
    })
    expect(response.json()).toMatchObject({
      transactionGroupID: 500,
      transactionGroupName: 'Loyalty points',
      transactionTypeID: 31,
      transactionTypeName: 'Points earned',
      extra: { shop: 'Aarhus' },
    })
  })

  test('of many requests at once each gets an id of its own (dialogportal n, o)', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(BY_ENTITY, voucher)))
    const ids = answers.map((answer) => answer.json<{ transactionID: number }>().transactionID)
    expect(new Set(ids).size).toBe(20)
  })
})

describe('a body that breaks the schema', () => {
  const dateHint = 'transactionDate must be a UTC date such as 2013-03-25T09:40:22.418Z'

  test.each([
    ['no type', { transactionDate: DATE }, 'transactionTypeID is required'],
    ['no date', { transactionTypeID: 22 }, 'transactionDate is required'],
    ['a type as text', { ...plain, transactionTypeID: '22' }, 'transactionTypeID must be number'],
    ['a type that is no number', { ...plain, transactionTypeID: 'nine' }, 'transactionTypeID must be number'],
    ['a fractional type', { ...plain, transactionTypeID: 9.5 }, 'transactionTypeID must be a whole number'],
    ['a type of null', { ...plain, transactionTypeID: null }, 'transactionTypeID must be number'],
    ['a value as text', { ...plain, value: '1' }, 'value must be number'],
    ['a value of null', { ...plain, value: null }, 'value must be number'],
    ['a reference as number', { ...plain, reference: 1 }, 'reference must be string'],
    ['a reference of null', { ...plain, reference: null }, 'reference must be string'],
    ['a text as list', { ...plain, text: ['a'] }, 'text must be string'],
    ['extra data as list', { ...plain, extra: [] }, 'extra must be object'],
    ['extra data of null', { ...plain, extra: null }, 'extra must be object'],
    ['a date without time', { ...plain, transactionDate: '2013-03-25' }, dateHint],
    ['a date with an offset', { ...plain, transactionDate: '2013-03-25T10:40:22.418+01:00' }, dateHint],
    ['a date without zone', { ...plain, transactionDate: '2013-03-25T09:40:22.418' }, dateHint],
    ['a date with a blank', { ...plain, transactionDate: '2013-03-25 09:40:22Z' }, dateHint],
    ['30 February', { ...plain, transactionDate: '2013-02-30T09:40:22.418Z' }, dateHint],
    ['an empty date', { ...plain, transactionDate: '' }, dateHint],
    ['a date as number', { ...plain, transactionDate: 1364204422418 }, 'transactionDate must be string'],
    ['a list', [plain], 'The body must be object'],
    ['null', null, 'The body must be object'],
  ])(
    '%s is refused (dialogportal 8, 9, 10, 11, 12, 13, 14, 23, 27, e, f, g, k, 1b)',
    async (_fault, body, statusText) => {
      for (const path of paths) await expectInvalid(await post(path, body), 'validation', statusText)
    },
  )

  test.each([
    '{',
    '',
    '{"transactionTypeID": 22,}',
    '{"transactionTypeID": 22, "value": 01}',
    '{transactionTypeID: 22}',
  ])('%s is no JSON (dialogportal 8, 23)', async (body) =>
    expectInvalid(await post(BY_ENTITY, body), 'syntax', expect.any(String)),
  )

  test.each(['text/plain', 'application/x-www-form-urlencoded', undefined])(
    'a body of the type %s gets a 415 (dialogportal 8, 1b)',
    async (contentType) => {
      for (const url of paths) {
        const headers = contentType === undefined ? {} : { 'content-type': contentType }
        const response = await mock.inject({ method: 'POST', url, headers, payload: JSON.stringify(voucher) })
        expect(response.statusCode).toBe(415)
        expect(response.json()).toEqual({ statusCode: 415, statusText: expect.any(String) })
        expect(response.headers).not.toHaveProperty('apistatussubcode')
      }
    },
  )

  test('a body above 1 MiB gets a 413 (dialogportal 1b)', async () => {
    const response = await post(BY_ENTITY, { ...plain, text: 'x'.repeat(1024 * 1024) })
    expect(response.statusCode).toBe(413)
    expect(response.json()).toEqual({ statusCode: 413, statusText: expect.any(String) })
  })
})

describe('the contract', () => {
  test.each([
    [
      'type 9 without extra data',
      { transactionTypeID: 9, transactionDate: DATE },
      'extra.latitude is required for the transaction type 9',
    ],
    ['type 9 with empty extra data', { ...coupon, extra: {} }, 'extra.latitude is required for the transaction type 9'],
    [
      'type 9 without latitude',
      { ...coupon, extra: { longitude: 1 } },
      'extra.latitude is required for the transaction type 9',
    ],
    [
      'type 9 without longitude',
      { ...coupon, extra: { latitude: 1 } },
      'extra.longitude is required for the transaction type 9',
    ],
    [
      'a latitude as text',
      { ...coupon, extra: { latitude: '1', longitude: 1 } },
      'extra.latitude must be a number for the transaction type 9',
    ],
    [
      'a longitude of null',
      { ...coupon, extra: { latitude: 1, longitude: null } },
      'extra.longitude must be a number for the transaction type 9',
    ],
    [
      'a further member for type 9',
      { ...coupon, extra: { ...coupon.extra, altitude: 3 } },
      'extra.altitude is not in the contract for the transaction type 9',
    ],
    [
      'any member for type 22',
      { ...voucher, extra: { latitude: 1 } },
      'extra.latitude is not in the contract for the transaction type 22',
    ],
    [
      'a member named like a method',
      { ...voucher, extra: { toString: 1 } },
      'extra.toString is not in the contract for the transaction type 22',
    ],
  ])('%s is refused (dialogportal 14, 15, 16, 23, h, i)', async (_fault, body, statusText) => {
    for (const path of paths) await expectInvalid(await post(path, body), 'rule', statusText)
    expect(await storedTransactions()).toEqual([])
  })

  test('an optional member may be left out, but not be of another type (dialogportal 14, h)', async () => {
    const url = '/entity/id/1001/transactions/500'
    expect((await post(url, { ...plain, transactionTypeID: 31 })).statusCode).toBe(200)
    expect((await post(url, { ...plain, transactionTypeID: 31, extra: {} })).statusCode).toBe(200)
    const response = await post(url, { ...plain, transactionTypeID: 31, extra: { shop: 7 } })
    await expectInvalid(response, 'rule', 'extra.shop must be a string for the transaction type 31')
  })
})

describe('what is not found', () => {
  test.each(['2002', 'member-1001', '01001', '1001%20', 'constructor'])(
    'the entity %s (dialogportal 24, 25, a, b)',
    async (id) => {
      await expectNotFound(await post(`/entity/id/${id}/transactions/${GROUP}`, voucher), '404.1', 'User not found')
    },
  )

  test.each([
    ['an unknown key', 'nobody', '1'],
    ['a known key of another type', 'member-1001', '2'],
    ['a known key of an unknown type', 'member-1001', 'x'],
    ['an entity id as key', '1001', '1'],
    ['a key in another case', 'Member-1001', '1'],
    ['key and type split elsewhere', 'berg%2F%C3%B6%40example.com', '2%2Fanna%20'],
  ])('%s (dialogportal 6, 24, 25, a, b)', async (_what, key, type) => {
    const response = await post(`/entity/ext-key/${key}/${type}/transactions/${GROUP}`, voucher)
    await expectNotFound(response, '404.2', 'External user could not be found')
  })

  test.each([
    '501',
    'abc',
    '012478636',
    '12478636.0',
    '1.2478636e7',
    '-500',
    '12478636.5',
    '%20500',
    '99999999999999999999',
  ])('the group %s (dialogportal 7, 24, 25, a, e, 1b)', async (group) => {
    for (const account of ['id/1001', 'ext-key/member-1001/1']) {
      await expectNotFound(
        await post(`/entity/${account}/transactions/${group}`, voucher),
        '404.4',
        'Transaction group not found',
      )
    }
  })

  test.each([
    ['an unknown type', GROUP, 404],
    ['a type of another group', GROUP, 31],
    ['a type of another group', 500, 22],
    ['a negative type', GROUP, -9],
  ])('%s (dialogportal 24, 25, 27, a, e, 1b)', async (_what, group, transactionTypeID) => {
    for (const account of ['id/1001', 'ext-key/member-1001/1']) {
      const response = await post(`/entity/${account}/transactions/${group}`, { ...plain, transactionTypeID })
      await expectNotFound(response, '404.5', 'Transaction type not found')
    }
  })
})

describe('the order of the rules', () => {
  const faults = {
    account: '2002',
    key: 'nobody',
    group: '501',
    body: { ...plain, transactionTypeID: 404, extra: { x: 1 } },
  }

  test('account, then group, then type, then contract, by entity id (dialogportal c)', async () => {
    const codes: unknown[] = []
    for (const [account, group, body] of [
      [faults.account, faults.group, faults.body],
      ['1001', faults.group, faults.body],
      ['1001', GROUP, faults.body],
      ['1001', GROUP, { ...faults.body, transactionTypeID: 22 }],
    ] as const) {
      const response = await post(`/entity/id/${account}/transactions/${group}`, body)
      codes.push(response.headers['apistatussubcode'] ?? response.statusCode)
    }
    expect(codes).toEqual(['404.1', '404.4', '404.5', 400])
  })

  test('account, then group, then type, then contract, by external key (dialogportal c)', async () => {
    const codes: unknown[] = []
    for (const [key, group, body] of [
      [faults.key, faults.group, faults.body],
      ['member-1001', faults.group, faults.body],
      ['member-1001', GROUP, faults.body],
      ['member-1001', GROUP, { ...faults.body, transactionTypeID: 22 }],
    ] as const) {
      const response = await post(`/entity/ext-key/${key}/1/transactions/${group}`, body)
      codes.push(response.headers['apistatussubcode'] ?? response.statusCode)
    }
    expect(codes).toEqual(['404.2', '404.4', '404.5', 400])
  })

  test('the schema comes before the account (dialogportal c)', async () => {
    const response = await post(`/entity/id/${faults.account}/transactions/${GROUP}`, { transactionTypeID: 22 })
    expect(response.statusCode).toBe(400)
  })
})

describe('external keys', () => {
  test.each([
    'anna%20berg%2F%C3%B6%40example.com',
    'anna%20berg%2f%c3%b6@example.com',
    '%61nna%20berg%2F%C3%B6%40example%2Ecom',
  ])('%s is decoded (dialogportal 6, s)', async (key) => {
    const response = await post(`/entity/ext-key/${key}/2/transactions/${GROUP}`, voucher)
    expect(response.statusCode).toBe(200)
    expect(await storedTransactions()).toMatchObject([{ entityId: '1002' }])
  })

  test('an unencoded slash makes another path (dialogportal s)', async () => {
    const response = await post(`/entity/ext-key/anna%20berg/%C3%B6%40example.com/2/transactions/${GROUP}`, voucher)
    expect(response.statusCode).toBe(404)
    expect(response.headers['x-mock-refused-by']).toBe('routing')
  })

  test('a plus sign is no blank (dialogportal s)', async () => {
    const response = await post(`/entity/ext-key/anna+berg%2F%C3%B6%40example.com/2/transactions/${GROUP}`, voucher)
    await expectNotFound(response, '404.2', 'External user could not be found')
  })
})

describe('provider states', () => {
  test('an account, a key and a group can be put there', async () => {
    mock.setState('the account with the entityId exists', { entityId: '77' })
    mock.setState('the external key belongs to an account', { extKey: 'k/1', extType: '3', entityId: '77' })
    mock.setState('the transaction group has a located and a plain type', {
      transactionGroupId: 600,
      locatedTypeId: 1,
      plainTypeId: 2,
    })
    expect((await post('/entity/id/77/transactions/600', { ...coupon, transactionTypeID: 1 })).statusCode).toBe(200)
    expect(
      (await post('/entity/ext-key/k%2F1/3/transactions/600', { ...plain, transactionTypeID: 2 })).statusCode,
    ).toBe(200)
    mock.setState('the transaction type belongs to the transaction group', {
      transactionGroupId: 600,
      transactionTypeId: 5,
    })
    expect((await post('/entity/id/77/transactions/600', { ...plain, transactionTypeID: 5 })).statusCode).toBe(200)
  })

  test.each([
    ['there is no account with the entityId', { entityId: '1001' }, BY_ENTITY, '404.1'],
    ['the external key belongs to nobody', { extKey: 'member-1001', extType: '1' }, BY_KEY, '404.2'],
    [
      'there is no transaction group with the transactionGroupId',
      { transactionGroupId: String(GROUP) },
      BY_ENTITY,
      '404.4',
    ],
    ['there is no transaction group with the transactionGroupId', { transactionGroupId: GROUP }, BY_KEY, '404.4'],
  ])('%s (%o)', async (state, params, path, subCode) => {
    mock.setState(state, params)
    expect((await post(path, voucher)).headers['apistatussubcode']).toBe(subCode)
  })
})

describe('paths and methods', () => {
  test.each(
    (['GET', 'PUT', 'PATCH', 'DELETE'] as const).flatMap((method) =>
      [BY_ENTITY, `/v1${BY_KEY}`, `${BY_ENTITY}?type=9&limit=10`].map((url) => [method, url] as const),
    ),
  )('%s %s is a 405 (dialogportal 1, p, 1b)', async (method, url) => {
    const response = await mock.inject({ method, url })
    expect(response.statusCode).toBe(405)
    expect(String(response.headers['allow'])).toContain('POST')
    expect(response.json()).toEqual({ statusCode: 405, statusText: expect.any(String) })
    expect(response.headers).not.toHaveProperty('apistatussubcode')
  })

  test.each([
    '/entity',
    '/entity/id/1001',
    `${BY_ENTITY}/sum`,
    '/v1',
    '/v1/user',
    '/v1/entity/id/1001/data/5',
    BY_ENTITY.toUpperCase().replace('/ENTITY', '/entity'),
  ])('%s is an unknown path of the family (dialogportal p, q, 1b)', async (url) => {
    const response = await post(url, voucher)
    expect(response.statusCode).toBe(404)
    expect(response.json()).toEqual({ statusCode: 404, statusText: expect.any(String) })
    expect(response.headers).not.toHaveProperty('apistatussubcode')
    expect(response.headers['x-mock-refused-by']).toBe('routing')
  })

  test('OPTIONS tells the methods without credentials (dialogportal 1b)', async () => {
    const response = await mock.inject({ method: 'OPTIONS', url: BY_ENTITY, headers: { signature: 'x' } })
    expect(response.statusCode).toBe(204)
    expect(String(response.headers['allow'])).toContain('POST')
  })
})

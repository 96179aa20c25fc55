import { createHmac } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { describe, expect, test } from 'vitest'
import { tokenFor } from '../../src/apis/dialogportal/signature.ts'
import { createUnderstudy } from '../../src/index.ts'
import { setBackAfterEachTest } from './set-back.ts'

const SECRET = 'RCL1EDAYOVHANLL3A51G'
const HOST = '127.0.0.1:4010'
const PATH = '/entity/id/1001/transactions/12478636'
const NOW = '2014-04-08T04:59:41.000Z'
const ISSUED_AT = '20140408045941'

const voucher = { transactionTypeID: 22, transactionDate: '2013-03-25T09:40:22.418Z', value: 1 }

const mock = await createUnderstudy({ apis: ['dialogportal'], listen: false, now: NOW })

setBackAfterEachTest(mock)

async function setClock(change: { now: string } | { advanceMs: number }): Promise<void> {
  const response = await mock.inject({ method: 'PUT', url: '/__mock/clock', payload: change })
  expect(response.statusCode).toBe(200)
}

function hmac(text: string, secret = SECRET): string {
  return createHmac('sha256', secret).update(text).digest('base64')
}

/** A signature that holds for `POST http://127.0.0.1:4010<path>`, but for the changes. */
function signatureOf(changes: Record<string, unknown> = {}, path = PATH): string {
  const issuedAt = typeof changes['IssuedAt'] === 'string' ? changes['IssuedAt'] : ISSUED_AT
  const Token = hmac(`32767POSThttp://${HOST}${path}${issuedAt}`)
  return JSON.stringify({ AppKey: 32767, IssuedAt: ISSUED_AT, Token, ...changes })
}

function send(signature: string | undefined, path = PATH, payload: unknown = voucher) {
  return mock.inject({
    method: 'POST',
    url: path,
    headers: { 'content-type': 'application/json', host: HOST, ...(signature !== undefined && { signature }) },
    payload: JSON.stringify(payload),
  })
}

async function expectRefusal(response: Awaited<ReturnType<typeof send>>, subCode: string): Promise<void> {
  expect(response.statusCode).toBe(401)
  expect(response.json()).toEqual({ statusCode: 401, subCode, statusText: expect.any(String) })
  expect(response.headers['apistatussubcode']).toBe(subCode)
  expect(response.headers['x-mock-refused-by']).toBe('security')
}

describe('the token', () => {
  test.each([
    ['https://api.rubiq.net/entity', 'eTqyykFcR5kN2kvb9RZiRXwV87xrowNREeNf6GGsIEA='],
    ['https://api.dialogportal.com/v1/user', 'S/3bH3CD44NVM15UpuYds3iJEUp+xicCUZigXpghzaQ='],
  ])('of a POST to %s is the one of the vendor (dialogportal d)', (url, token) => {
    expect(tokenFor({ appKey: '32767', method: 'POST', url, issuedAt: ISSUED_AT }, SECRET)).toBe(token)
  })
})

describe('a signature that holds', () => {
  test('no header is accepted (dialogportal a, d)', async () => {
    expect((await send(undefined)).statusCode).toBe(200)
  })

  test('a signed request is accepted (dialogportal d)', async () => {
    expect((await send(signatureOf())).statusCode).toBe(200)
  })

  test.each([
    `/v1${PATH}`,
    '/entity/ext-key/member-1001/1/transactions/12478636',
    '/entity/ext-key/anna%20berg%2F%C3%B6%40example.com/2/transactions/12478636',
    `${PATH}?a=1&b=%20x`,
  ])('the URL is signed as it was sent, %s (dialogportal d, q, s, 1b)', async (path) => {
    expect((await send(signatureOf({}, path), path)).statusCode).toBe(200)
  })

  test('the path prefix of a session is part of the URL that was sent (dialogportal d, 1b)', async () => {
    const created = await mock.inject({ method: 'POST', url: '/__mock/sessions', payload: { id: 'signed' } })
    expect(created.statusCode).toBe(201)
    const path = `/~signed${PATH}`
    expect((await send(signatureOf({}, path), path)).statusCode).toBe(200)
    await expectRefusal(await send(signatureOf({}, PATH), path), '401.9')
  })

  test('the AppKey may be a numeric text (dialogportal d, 1b)', async () => {
    expect((await send(signatureOf({ AppKey: '32767' }))).statusCode).toBe(200)
  })

  test('white space and further members of the header do not matter (dialogportal d)', async () => {
    const signature = JSON.stringify({ Version: 1, ...JSON.parse(signatureOf()) }, null, 1).replaceAll('\n', ' ')
    expect((await send(signature)).statusCode).toBe(200)
  })

  test.each(['20140408035941', '20140408055941'])(
    '60 minutes away is near enough, %s (dialogportal d)',
    async (IssuedAt) => {
      expect((await send(signatureOf({ IssuedAt }))).statusCode).toBe(200)
    },
  )
})

describe('a signature that does not hold', () => {
  test('401.2: sent twice (dialogportal a, d)', async () => {
    const served = await createUnderstudy({ apis: ['dialogportal'], port: 0 })
    try {
      const answer = await new Promise<{ status: number | undefined; subCode: unknown; body: string }>(
        (resolve, reject) => {
          const headers = { 'content-type': 'application/json', signature: [signatureOf(), signatureOf()] }
          const sending = httpRequest(`${served.url}${PATH}`, { method: 'POST', headers }, (response) => {
            let body = ''
            response.on('data', (chunk) => (body += String(chunk)))
            response.on('end', () =>
              resolve({ status: response.statusCode, subCode: response.headers['apistatussubcode'], body }),
            )
          })
          sending.on('error', reject)
          sending.end(JSON.stringify(voucher))
        },
      )
      expect(answer).toMatchObject({ status: 401, subCode: '401.2' })
      expect(JSON.parse(answer.body)).toEqual({ statusCode: 401, subCode: '401.2', statusText: expect.any(String) })
    } finally {
      await served.close()
    }
  })

  test.each(['AppKey=32767', '{', '[]', '"text"', 'null', '17', '[{"AppKey":32767}]', ''])(
    '401.3: %s is no JSON object (dialogportal a, d, 1b)',
    async (text) => {
      await expectRefusal(await send(text), '401.3')
    },
  )

  test.each([undefined, null, 'abc', '', '12a', -1, 1.5, true, [32767], {}])(
    '401.4: the AppKey %j (dialogportal a, d, 1b)',
    async (AppKey) => {
      await expectRefusal(await send(signatureOf({ AppKey })), '401.4')
    },
  )

  test.each([
    undefined,
    null,
    '',
    '2014-04-08T04:59:41Z',
    '201404080459',
    '20140230045941',
    '20140408246000',
    20140408045941,
    '2014040804594x',
  ])('401.5: issued at %j (dialogportal a, d)', async (IssuedAt) => {
    await expectRefusal(await send(signatureOf({ IssuedAt })), '401.5')
  })

  test.each(['20140408035940', '20140408055942', '20130408045941', '20150408045941'])(
    '401.6: issued at %s (dialogportal a, d)',
    async (IssuedAt) => {
      await expectRefusal(await send(signatureOf({ IssuedAt })), '401.6')
    },
  )

  test('401.6 goes by the clock of the session (dialogportal d)', async () => {
    const signature = signatureOf()
    expect((await send(signature)).statusCode).toBe(200)
    await setClock({ advanceMs: 60 * 60 * 1000 })
    expect((await send(signature)).statusCode).toBe(200)
    await setClock({ advanceMs: 1 })
    await expectRefusal(await send(signature), '401.6')
  })

  test.each([12345, '12345', '032767', 0])('401.7: the AppKey %j is not known (dialogportal a, d)', async (AppKey) => {
    await expectRefusal(await send(signatureOf({ AppKey })), '401.7')
  })

  test.each([undefined, null, '', 17])('401.8: the token %j (dialogportal a, d)', async (Token) => {
    await expectRefusal(await send(signatureOf({ Token })), '401.8')
  })

  test.each([
    ['of another secret', hmac(`32767POSThttp://${HOST}${PATH}${ISSUED_AT}`, 'another')],
    ['of another method', hmac(`32767GEThttp://${HOST}${PATH}${ISSUED_AT}`)],
    ['of another path', hmac(`32767POSThttp://${HOST}/v1${PATH}${ISSUED_AT}`)],
    ['of another host', hmac(`32767POSThttp://localhost:4010${PATH}${ISSUED_AT}`)],
    ['of https', hmac(`32767POSThttps://${HOST}${PATH}${ISSUED_AT}`)],
    ['of a path alone', hmac(`32767POST${PATH}${ISSUED_AT}`)],
    ['of another time', hmac(`32767POSThttp://${HOST}${PATH}20140408045942`)],
    ['of another AppKey', hmac(`32768POSThttp://${HOST}${PATH}${ISSUED_AT}`)],
    ['in hexadecimal', Buffer.from(hmac(`32767POSThttp://${HOST}${PATH}${ISSUED_AT}`), 'base64').toString('hex')],
    ['that is none', 'x'],
  ])('401.9: a token %s (dialogportal a, d)', async (_what, Token) => {
    await expectRefusal(await send(signatureOf({ Token })), '401.9')
  })

  test('401.10: the secret of the application has expired (dialogportal a, d)', async () => {
    const Token = hmac(`32766POSThttp://${HOST}${PATH}${ISSUED_AT}`, '9G2KQXWJ0TZM5LB7E4PA')
    await expectRefusal(await send(signatureOf({ AppKey: 32766, Token })), '401.10')
    await setClock({ now: '2013-12-31T23:59:59.000Z' })
    const IssuedAt = '20131231235959'
    const earlier = hmac(`32766POSThttp://${HOST}${PATH}${IssuedAt}`, '9G2KQXWJ0TZM5LB7E4PA')
    expect((await send(signatureOf({ AppKey: 32766, IssuedAt, Token: earlier }))).statusCode).toBe(200)
  })

  test('the checks come in the order of their sub codes (dialogportal d, 1b)', async () => {
    const expired = (Token: string) => ({ AppKey: 32766, IssuedAt: ISSUED_AT, Token })
    const signatures = [
      {},
      { AppKey: 12345 },
      { AppKey: 12345, IssuedAt: '20130408045941' },
      { AppKey: 12345, IssuedAt: ISSUED_AT },
      { AppKey: 32767, IssuedAt: ISSUED_AT },
      expired('x'),
      expired(hmac(`32766POSThttp://${HOST}${PATH}${ISSUED_AT}`, '9G2KQXWJ0TZM5LB7E4PA')),
    ]
    const codes: unknown[] = []
    for (const signature of signatures) codes.push((await send(JSON.stringify(signature))).headers['apistatussubcode'])
    expect(codes).toEqual(['401.4', '401.5', '401.6', '401.7', '401.8', '401.9', '401.10'])
  })

  test('it is found out before the body is looked at (dialogportal 1b)', async () => {
    await expectRefusal(await send('{', '/entity/id/2002/transactions/1', []), '401.3')
  })

  test('nothing is stored (dialogportal d)', async () => {
    await send(signatureOf({ Token: 'x' }))
    const { body } = await mock.inject({ method: 'GET', url: '/__mock/state' })
    expect(JSON.parse(body)).toMatchObject({ dialogportal: { transactions: [] } })
  })
})

test('the control plane tells how to sign, and lists nothing that is refused (dialogportal d)', async () => {
  const { body } = await mock.inject({ method: 'GET', url: '/__mock/credentials' })
  expect(body).toContain(SECRET)
  expect(body).toContain('HMAC-SHA256')
  expect(body).not.toContain('malformed-signature')
})

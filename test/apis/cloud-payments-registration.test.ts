import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  acme,
  acmeOwner,
  cbd,
  companyUser,
  deregistration,
  james,
  maria,
  personId,
  privilegedPath,
  selfRegisterPath,
  serviceOwner,
  startCloudPayments,
  type Json,
} from './cloud-payments-client.ts'
import { setBackAfterEachTest } from './set-back.ts'

const api = await startCloudPayments()
const { mock, send, selfRegister, registerPrivileged, updateStatus, setState, rows, tokenOf } = api

/** Both registrations, so that what they share is tested twice. */
const registrations = [
  { path: selfRegisterPath, valid: james as Json },
  { path: privilegedPath, valid: maria as Json },
] as const

setBackAfterEachTest(mock)

function without(body: Json, ...names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)))
}

describe.each(registrations)('$path', ({ path, valid }) => {
  const register = (body: Json) => send(path, { body, headers: serviceOwner })
  const changed = (members: Json) => register({ ...valid, ...members })

  const required = ['firstName', 'lastName', 'username', 'password', 'timeZoneFormatted']
  test.each(path === selfRegisterPath ? required : [...required, 'role', 'userType'])(
    'needs %s, as a text that is not null (cloud-payments 9, 29, 41)',
    async (name) => {
      const before = await rows('persons')
      for (const body of [without(valid, name), { ...valid, [name]: null }, { ...valid, [name]: 7 }]) {
        const answer = await register(body)
        expect(answer.status).toBe(400)
        expect(answer.headers['x-mock-refused-by']).toBe('validation')
        expect(answer.context).toMatchObject({ statusCode: 'INVALID_REQUEST', errorArgs: [name] })
      }
      expect(await rows('persons')).toEqual(before)
    },
  )

  test('needs none of the others, and leaves out what was not sent (cloud-payments 9, 29, s)', async () => {
    const answer = await register(without(valid, 'preferredLanguage', 'userContact', 'contactType', 'isResetRequired'))
    expect(answer.status).toBe(200)
    expect(answer.inner).not.toHaveProperty('userContact')
    expect(answer.inner).not.toHaveProperty('contactType')
    expect(answer.inner).not.toHaveProperty('preferredLanguage')
    expect(answer.text).not.toContain('null')
  })

  test.each(['preferredLanguage', 'userContact', 'contactType'])('does not take null for %s', async (name) => {
    expect((await changed({ [name]: null })).status).toBe(400)
  })

  test('ignores members that it does not know', async () => {
    const answer = await changed({ nickname: 'Jim', uuid: 'mine', status: 'X' })
    expect(answer.status).toBe(200)
    expect(answer.inner).not.toHaveProperty('nickname')
    expect(answer.inner['uuid']).not.toBe('mine')
  })

  const bodies: readonly string[] = ['', '[]', '"text"', '7', 'null', '{', '{"firstName":']
  test.each(bodies)('refuses the body %j', async (body) => {
    const answer = await send(path, { body, headers: serviceOwner })
    expect(answer.status).toBe(400)
    expect(answer.context['statusCode']).toBe('INVALID_REQUEST')
  })

  const timeZones: readonly [id: unknown, status: number][] = [
    ['America/Denver', 200],
    ['America/Buenos_Aires', 200],
    ['America/Argentina/Buenos_Aires', 200],
    ['US/Mountain', 200],
    ['Asia/Calcutta', 200],
    ['Europe/Kyiv', 200],
    ['Etc/GMT+5', 200],
    ['GMT', 200],
    ['UTC', 200],
    ['EST', 200],
    ['EST5EDT', 200],
    ['W-SU', 200],
    ['Zulu', 200],
    ['america/denver', 400],
    ['AMERICA/DENVER', 400],
    ['utc', 400],
    ['America', 400],
    ['Denver', 400],
    ['America/Denver ', 400],
    ['Mars/Olympus_Mons', 400],
    ['Factory', 400],
    ['+02:00', 400],
    ['', 400],
    [['America/Denver'], 400],
  ]
  test.each(timeZones)('time zone %j: %i (cloud-payments 15, j)', async (timeZoneFormatted, status) => {
    const answer = await changed({ timeZoneFormatted })
    expect(answer.status).toBe(status)
    if (status === 200) expect(answer.inner['timeZoneFormatted']).toBe(timeZoneFormatted)
    else expect(answer.context).toMatchObject({ errorArgs: ['timeZoneFormatted'] })
  })

  test('takes the time zone under either name, camel case first (cloud-payments 10, b)', async () => {
    const zoneless = without(valid, 'timeZoneFormatted')
    const asInTable = await register({ ...zoneless, timezoneFormatted: 'Europe/Berlin' })
    expect(asInTable.inner['timeZoneFormatted']).toBe('Europe/Berlin')
    const both = await register({
      ...valid,
      username: 'second',
      timezoneFormatted: 'Europe/Berlin',
      timeZoneFormatted: 'Europe/Paris',
    })
    expect(both.inner['timeZoneFormatted']).toBe('Europe/Paris')
    expect(both.inner).not.toHaveProperty('timezoneFormatted')
    expect((await register({ ...zoneless, username: 'third', timezoneFormatted: 'Nowhere' })).status).toBe(400)
    expect((await register({ ...valid, username: 'third', timezoneFormatted: null })).status).toBe(400)
  })

  const contacts: readonly [contactType: unknown, userContact: unknown, status: number][] = [
    ['EMAIL', 'james.smith@gmail.com', 200],
    ['MOBILE', '+13035550142', 200],
    ['MOBILE', '3035550142', 200],
    ['MOBILE', '1234567', 200],
    ['MOBILE', '123456789012345', 200],
    ['EMAIL', undefined, 200],
    ['MOBILE', undefined, 200],
    [undefined, undefined, 200],
    [undefined, 'james.smith@gmail.com', 400],
    ['email', 'james.smith@gmail.com', 400],
    ['PHONE', '+13035550142', 400],
    ['', undefined, 400],
    ['EMAIL', '+13035550142', 400],
    ['EMAIL', 'james.smith', 400],
    ['EMAIL', '', 400],
    ['MOBILE', 'james.smith@gmail.com', 400],
    ['MOBILE', '123456', 400],
    ['MOBILE', '1234567890123456', 400],
    ['MOBILE', '+1 303 555 0142', 400],
    ['MOBILE', '++13035550142', 400],
    ['MOBILE', 3035550142, 400],
  ]
  test.each(contacts)(
    'contactType %j with userContact %j: %i (cloud-payments 11, 16, k)',
    async (contactType, userContact, status) => {
      const answer = await changed({ contactType, userContact })
      expect(answer.status).toBe(status)
      if (status === 200) {
        expect(answer.inner['userContact']).toBe(userContact)
        expect(answer.inner['contactType']).toBe(contactType)
      }
    },
  )

  const languages: readonly [unknown, number][] = [
    ['EN', 200],
    ['de', 200],
    ['日本', 200],
    ['E', 400],
    ['ENG', 400],
    ['', 400],
    [12, 400],
  ]
  test.each(languages)('preferredLanguage %j: %i (cloud-payments 9, l)', async (preferredLanguage, status) => {
    const answer = await changed({ preferredLanguage })
    expect(answer.status).toBe(status)
    const echoed = path === privilegedPath && status === 200 ? preferredLanguage : undefined
    expect(answer.inner['preferredLanguage']).toBe(echoed)
  })

  const usernames: readonly [unknown, number][] = [
    ['jamessmith', 200],
    ['CashierMariaA', 200],
    ['7', 200],
    ['james.smith@gmail.com', 200],
    ['o_brien+cp@mail.example.co', 200],
    ['3035550142', 200],
    ['+13035550142', 200],
    ['', 400],
    [' ', 400],
    ['james smith', 400],
    ['james_smith', 400],
    ['james-smith', 400],
    ['jamessmith ', 400],
    ['jamessmith\n', 400],
    ['jamés', 400],
    ['james@', 400],
    ['@gmail.com', 400],
    ['a@b@c.com', 400],
    ['james@gmail', 400],
    ['+123456', 400],
    ['+1234567890123456', 400],
    [['jamessmith'], 400],
  ]
  test.each(usernames)('username %j: %i (cloud-payments 12, 13, h)', async (username, status) => {
    const answer = await changed({ username })
    expect(answer.status).toBe(status)
    if (status === 200) expect(answer.inner['username']).toBe(username)
    else expect(answer.context).toMatchObject({ errorArgs: ['username'] })
  })

  const passwords: readonly [string, number][] = [
    ['jsmith@1234', 200],
    ['MariaA@5421', 200],
    ['1234567!', 200],
    ['!!!!!!!!', 200],
    ['paß wort7', 200],
    [`${'x'.repeat(63)}!`, 200],
    ['😀'.repeat(64), 200],
    ['123456!', 400],
    ['jsmith1234', 400],
    ['ümläutéñ9', 400],
    ['٣٤٥٦٧٨٩٠', 400],
    [`${'x'.repeat(64)}!`, 400],
    ['😀😀😀😀😀😀😀', 400],
    ['', 400],
  ]
  test.each(passwords)('password %j: %i (cloud-payments 14, i)', async (password, status) => {
    const answer = await changed({ password })
    expect(answer.status).toBe(status)
    if (status === 200) return
    expect(answer.headers['x-mock-refused-by']).toBe('rule')
    expect(answer.context).toMatchObject({ statusCode: 'INVALID_REQUEST', errorArgs: ['password'] })
  })

  test('holds a password to the rule of the tenant, whatever that is (cloud-payments 14, i)', async () => {
    await setState('a Cloud Payments tenant has the given password rule', {
      minLength: 4,
      maxLength: 6,
      minSpecialCharacters: 2,
    })
    expect((await changed({ password: 'ab!?' })).status).toBe(200)
    const refused = await changed({ username: 'second', password: 'jsmith@1234' })
    expect(refused.status).toBe(400)
    expect(refused.context['errors']).toEqual([
      'password must have 4 to 6 characters, at least 2 of them neither letter nor digit.',
    ])
    const elsewhere = path === selfRegisterPath ? acme : acmeOwner
    expect((await send(path, { body: valid, headers: elsewhere })).status).toBe(200)
  })

  test('gives a username away once per tenant, to either kind of registration (cloud-payments 12, h)', async () => {
    expect((await changed({})).status).toBe(200)
    const before = await rows('persons')
    for (const again of [
      await selfRegister({ ...james, username: valid['username'] }),
      await registerPrivileged({ ...maria, username: valid['username'] }),
    ]) {
      expect(again.status).toBe(409)
      expect(again.context).toMatchObject({ statusCode: 'USERNAME_EXISTS', errorArgs: ['username'] })
    }
    expect(await rows('persons')).toEqual(before)
    const elsewhere = path === selfRegisterPath ? acme : acmeOwner
    const other = await send(path, { body: valid, headers: elsewhere })
    expect(other.status).toBe(200)
    expect(other.context).toEqual({ tenantName: 'ACME', statusCode: 'SUCCESS' })
  })

  test('compares usernames letter by letter, and a closed person keeps its own (cloud-payments h)', async () => {
    await setState('a username is taken in a Cloud Payments tenant', { username: 'TakenName' })
    expect((await changed({ username: 'TakenName' })).status).toBe(409)
    expect((await changed({ username: 'takenname' })).status).toBe(200)
    await updateStatus(deregistration)
    expect((await changed({ username: 'ConsumerTwo' })).status).toBe(409)
  })

  test('lets one of twenty equal requests win (cloud-payments h)', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => register(valid)))
    const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length
    expect([count(200), count(409)]).toEqual([1, 19])
    const persons = await rows('persons')
    expect(persons.filter(({ username }) => username === valid['username'])).toHaveLength(1)
  })

  test('gives every person an id of its own (cloud-payments 21)', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => changed({ username: `person${index}` })))
    expect(new Set(answers.map(({ inner }) => inner['uuid'])).size).toBe(20)
  })

  test('makes a person with the status CREATED, whose token works at once (cloud-payments 24, g, o)', async () => {
    const { inner } = await changed({})
    const person = (await rows('persons')).find(({ id }) => id === inner['uuid'])
    expect(person).toMatchObject({
      status: 'C',
      tenantName: 'CBD',
      userType: path === selfRegisterPath ? 'SUBSCRIBER' : 'SERVICE_OWNER',
    })
    const authorization = await tokenOf(inner['uuid'])
    const answer = await updateStatus(deregistration, { ...cbd, authorization: String(authorization) })
    expect(answer.status).toBe(path === selfRegisterPath ? 403 : 200)
  })

  test('never shows the password again, anywhere (cloud-payments 22, 33, i)', async () => {
    const secret = 'Sesame-Open-42!'
    const answers = [
      await changed({ password: secret }),
      await changed({ password: secret }),
      await changed({ password: secret, timeZoneFormatted: 'Nowhere' }),
      await changed({ password: `${secret}${'x'.repeat(64)}` }),
      await changed({ password: { secret } }),
      await changed({ password: [secret] }),
      await send(path, { body: `{"password":"${secret}",}`, headers: serviceOwner }),
      await send(path, { body: `{"password":"${secret}`, headers: serviceOwner }),
      await send(path, { body: `{"password":"${secret}"`, headers: { ...serviceOwner, 'content-type': 'text/plain' } }),
      await send('/__mock/state', { method: 'GET' }),
      await send('/__mock/requests', { method: 'GET' }),
      await send('/__mock/credentials', { method: 'GET' }),
      await send('/__mock/violations', { method: 'GET' }),
      await send('/__mock/coverage', { method: 'GET' }),
    ]
    const statuses = answers.slice(0, 9).map(({ status }) => status)
    expect(statuses).toEqual([200, 409, 400, 400, 400, 400, 400, 400, 415])
    for (const { text, headers } of answers) {
      // Not even a part of it, such as a parser's "near …" would quote.
      expect(text + JSON.stringify(headers)).not.toMatch(/Sesame|Open-42/)
    }
  })
})

describe('time zones', () => {
  test('every id of the list is accepted (cloud-payments 15, j)', async () => {
    const spec = parse(readFileSync('openapi/cloud-payments.yaml', 'utf8'))
    const ids = spec.components.schemas.TimeZoneId.enum as readonly string[]
    expect(ids).toEqual([...new Set(ids)].toSorted())
    for (const [index, timeZoneFormatted] of ids.entries()) {
      const { inner } = await selfRegister({ ...james, username: `zone${index}`, timeZoneFormatted })
      expect(inner['timeZoneFormatted']).toBe(timeZoneFormatted)
    }
  })
})

describe('privileged users', () => {
  const roles: readonly [unknown, number][] = [
    [['ADMIN'], 200],
    [['CONSUMER', 'CASHIER_PURCHASES'], 200],
    [['A role of the program'], 200],
    [[], 400],
    [[''], 200],
    [[1], 400],
    [[null], 400],
    ['ADMIN', 400],
    [{ 0: 'ADMIN' }, 400],
  ]
  test.each(roles)('role %j: %i (cloud-payments 29, n)', async (role, status) => {
    const answer = await registerPrivileged({ ...maria, role })
    expect(answer.status).toBe(status)
    if (status === 200) expect(answer.inner['role']).toEqual(role)
    else expect(answer.context['errorArgs']).toEqual(['role'])
  })

  const companies: readonly [Json, number, unknown][] = [
    [{}, 200, undefined],
    [{ 'entity id': 4711 }, 200, 4711],
    [{ entityId: 4711 }, 200, 4711],
    [{ entityId: 4711, 'entity id': 12 }, 200, 4711],
    [{ 'entity id': '4711' }, 400, undefined],
    [{ entityId: 47.11 }, 400, undefined],
    [{ 'entity id': null }, 400, undefined],
  ]
  test.each(companies)('company %j: %i (cloud-payments 29, 33, m)', async (company, status, entityId) => {
    const answer = await registerPrivileged({ ...maria, userType: 'COMPANY_USER', ...company })
    expect(answer.status).toBe(status)
    expect(answer.inner).not.toHaveProperty('entityId')
    if (status !== 200) return
    const person = (await rows('persons')).find(({ id }) => id === answer.inner['uuid'])
    expect(person?.['entityId']).toBe(entityId)
  })

  const resets: readonly [unknown, number][] = [
    [undefined, 200],
    [true, 200],
    [false, 200],
    ['true', 400],
    [1, 400],
    [null, 400],
  ]
  test.each(resets)('isResetRequired %j: %i (cloud-payments 29, 33)', async (isResetRequired, status) => {
    const answer = await registerPrivileged({ ...maria, isResetRequired })
    expect(answer.status).toBe(status)
    expect(answer.inner).not.toHaveProperty('isResetRequired')
  })

  test.each(['MERCHANT', 'subscriber', '', 'SERVICE_OWNER '])(
    'there is no user type %j (cloud-payments 30)',
    async (userType) => {
      const answer = await registerPrivileged({ ...maria, userType })
      expect(answer.status).toBe(400)
      expect(answer.context).toMatchObject({
        errorArgs: ['userType'],
        errors: ['userType must be one of SUBSCRIBER, COMPANY_USER, SERVICE_OWNER.'],
      })
    },
  )
})

describe('properties', () => {
  const strength = { numRuns: 60 } as const
  let count = 0
  const fresh = () => `fresh${count++}`

  test('alphanumeric names, e-mail addresses and phone numbers are usernames (cloud-payments 12, h)', async () => {
    const alphanumeric = fc.stringMatching(/^[A-Za-z0-9]{1,40}$/)
    const phone = fc.stringMatching(/^\+[0-9]{7,15}$/)
    await fc.assert(
      fc.asyncProperty(fc.oneof(alphanumeric, phone, fc.emailAddress()), async (username) => {
        mock.reset()
        const answer = await selfRegister({ ...james, username })
        expect(answer.status).toBe(200)
        expect(answer.inner['username']).toBe(username)
      }),
      strength,
    )
  })

  test('no text without an @ and with a character that is neither letter nor digit is a username (cloud-payments 12, h)', async () => {
    const odd = fc
      .tuple(
        fc.stringMatching(/^[A-Za-z0-9]*$/),
        fc.constantFrom(...Array.from(' !"#$%&()*,/:;<=>?[]^{|}~_-.\'\t')),
        fc.stringMatching(/^[A-Za-z0-9]*$/),
      )
      .map((parts) => parts.join(''))
    await fc.assert(
      fc.asyncProperty(odd, async (username) => {
        expect((await selfRegister({ ...james, username })).status).toBe(400)
      }),
      strength,
    )
  })

  test('a password works exactly if the rule says so, and is not in the answer (cloud-payments 14, i)', async () => {
    const anything = fc.string({ unit: 'binary', maxLength: 80 })
    const likely = fc.string({ unit: 'grapheme-ascii', minLength: 6, maxLength: 66 })
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, likely), async (password) => {
        const characters = Array.from(password)
        const fits =
          characters.length >= 8 && characters.length <= 64 && characters.some((one) => !/\p{L}|\p{Nd}/u.test(one))
        const answer = await selfRegister({ ...james, username: fresh(), password })
        expect(answer.status).toBe(fits ? 200 : 400)
        expect(answer.inner).not.toHaveProperty('password')
      }),
      strength,
    )
  })

  test('any name that is not empty comes back as it was sent (cloud-payments 9, 17)', async () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(name, name, async (firstName, lastName) => {
        const { inner } = await selfRegister({ ...james, username: fresh(), firstName, lastName })
        expect(inner).toMatchObject({ firstName, lastName })
      }),
      strength,
    )
  })

  test('a username that was given away stays so, whoever asks (cloud-payments h)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[A-Za-z0-9]{5,20}$/), fc.boolean(), async (name, privileged) => {
        const username = `${name}${fresh()}`
        const asking = { ...maria, username, userType: 'COMPANY_USER' }
        expect((await selfRegister({ ...james, username })).status).toBe(200)
        const second = privileged
          ? await registerPrivileged(asking, companyUser)
          : await selfRegister({ ...james, username })
        expect(second.status).toBe(409)
      }),
      strength,
    )
  })

  test('the person of the page is there from the start (cloud-payments 21, 35)', async () => {
    const ids = (await rows('persons')).map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining([personId, 'be65ffab-65d6-403f-a52a-199e72f868d7']))
  })
})

test('whether a password has to be reset is known of everybody who was registered by others (cloud-payments 29)', async () => {
  const known = ['isResetRequired', 'username']
  await registerPrivileged(without({ ...maria, username: 'Unsaid' }, 'isResetRequired'))
  await registerPrivileged({ ...maria, username: 'Said', isResetRequired: true })
  const flags = (await rows('persons'))
    .filter(({ username }) => username === 'Unsaid' || username === 'Said')
    .map((row) => Object.fromEntries(known.map((name) => [name, row[name]])))
  expect(flags).toEqual([
    { isResetRequired: false, username: 'Unsaid' },
    { isResetRequired: true, username: 'Said' },
  ])
})

import { describe, expect, test } from 'vitest'
import {
  acme,
  acmeOwner,
  acmePersonId,
  cbd,
  companyUser,
  consumer,
  deregistration,
  james,
  maria,
  personId,
  privilegedPath,
  selfRegisterPath,
  serviceOwner,
  startCloudPayments,
  statusPath,
  type Headers,
  type Json,
  type Path,
} from './cloud-payments-client.ts'
import { setBackAfterEachTest } from './set-back.ts'

const api = await startCloudPayments()
const { mock, send, selfRegister, registerPrivileged, updateStatus, setState, rows, tokenOf } = api

const serviceOwnerId = '11a6f4c2-0d51-4e0c-9a50-5d1f6a3b7c01'
const statuses = ['C', 'A', 'S', 'D', 'X'] as const

setBackAfterEachTest(mock)

describe('who may register whom', () => {
  const matrix: readonly [caller: string, headers: Headers, userType: string, status: number][] = [
    ['service owner', serviceOwner, 'SERVICE_OWNER', 200],
    ['service owner', serviceOwner, 'COMPANY_USER', 200],
    ['service owner', serviceOwner, 'SUBSCRIBER', 403],
    ['company user', companyUser, 'SERVICE_OWNER', 403],
    ['company user', companyUser, 'COMPANY_USER', 200],
    ['company user', companyUser, 'SUBSCRIBER', 200],
    ['consumer', consumer, 'SERVICE_OWNER', 403],
    ['consumer', consumer, 'COMPANY_USER', 403],
    ['consumer', consumer, 'SUBSCRIBER', 403],
  ]

  test.each(matrix)(
    'a %s registers (%#) %s %s: %i (cloud-payments 23, 24, 25, 26, 27, 28, 30, f)',
    async (_, headers, userType, status) => {
      const before = await rows('persons')
      const answer = await registerPrivileged({ ...maria, userType }, headers)
      expect(answer.status).toBe(status)
      if (status === 200) {
        expect(await rows('persons')).toHaveLength(before.length + 1)
      } else {
        expect(answer.headers['x-mock-refused-by']).toBe('rule')
        expect(answer.context).toMatchObject({ statusCode: 'FORBIDDEN', errorArgs: ['userType'] })
        expect(await rows('persons')).toEqual(before)
      }
    },
  )

  test('a consumer can still register itself (cloud-payments 28)', async () => {
    expect((await selfRegister(james, consumer)).status).toBe(200)
  })

  test('what a new person may do follows from its own type (cloud-payments 24, 26, 27, f, g)', async () => {
    const { inner } = await registerPrivileged({ ...maria, userType: 'COMPANY_USER' })
    const authorization = String(await tokenOf(inner['uuid']))
    const headers = { ...cbd, authorization }
    expect((await registerPrivileged({ ...maria, username: 'second', userType: 'SUBSCRIBER' }, headers)).status).toBe(
      200,
    )
    expect((await registerPrivileged({ ...maria, username: 'third' }, headers)).status).toBe(403)
  })
})

describe('who may change a status', () => {
  const callers: readonly [string, Headers, number][] = [
    ['service owner', serviceOwner, 200],
    ['company user', companyUser, 200],
    ['consumer', consumer, 403],
  ]

  test.each(callers)('a %s: (%#) %i (cloud-payments 34, q)', async (_, headers, status) => {
    const answer = await updateStatus(deregistration, headers)
    expect(answer.status).toBe(status)
    const person = (await rows('persons')).find(({ id }) => id === personId)
    expect(person?.['status']).toBe(status === 200 ? 'X' : 'A')
  })
})

describe('the life cycle of a person', () => {
  const changes = statuses.flatMap((from) =>
    statuses.map((to) => ({ from, to, status: from === 'X' && to !== 'X' ? 409 : 200 })),
  )

  test.each(changes)('$from to $to: $status (cloud-payments 34, 39, 40, p)', async ({ from, to, status }) => {
    await setState('a person of Cloud Payments has the given status', { personId, status: from })
    const before = await rows('persons')
    const answer = await updateStatus({ personId, reason: 'because', status: to })
    expect(answer.status).toBe(status)
    if (status === 200) {
      expect(answer.inner).toEqual({
        contextResponse: { tenantName: 'CBD', statusCode: 'SUCCESS' },
        person: personId,
        status: to,
      })
      expect((await rows('persons')).find(({ id }) => id === personId)?.['status']).toBe(to)
    } else {
      expect(answer.context).toMatchObject({ statusCode: 'STATUS_CONFLICT', errorArgs: ['status'] })
      expect(await rows('persons')).toEqual(before)
    }
  })

  test('an update changes the status and its reason, and nobody else (cloud-payments 34)', async () => {
    const before = await rows('persons')
    await updateStatus({ personId, reason: 'lost card', status: 'S' })
    const expected = before.map((person) =>
      person['id'] === personId ? { ...person, status: 'S', statusReason: 'lost card' } : person,
    )
    expect(await rows('persons')).toEqual(expected)
  })

  test.each(['CREATED', 'ACTIVE', 'SUSPEND', 'CLOSED', 'DISABLE', 'x', '', 'XX', null, 1])(
    'there is no status %j (cloud-payments 39, p)',
    async (status) => {
      const answer = await updateStatus({ ...deregistration, status })
      expect(answer.status).toBe(400)
      expect(answer.context).toMatchObject({ statusCode: 'INVALID_REQUEST', errorArgs: ['status'] })
    },
  )

  test.each(['personId', 'reason', 'status'])('%s is required (cloud-payments 35, 41, p)', async (name) => {
    const rest = Object.fromEntries(Object.entries(deregistration).filter(([member]) => member !== name))
    for (const body of [rest, { ...rest, [name]: null }, { ...rest, [name]: 7 }]) {
      const answer = await updateStatus(body)
      expect(answer.status).toBe(400)
      expect(answer.headers['x-mock-refused-by']).toBe('validation')
      expect(answer.context).toMatchObject({ statusCode: 'INVALID_REQUEST', errorArgs: [name] })
    }
  })

  const unknown = [
    '7d1b2c3e-4f50-4a61-9b72-8c93ad04be15',
    'james',
    '',
    '156c96ab',
    `${personId} `,
    '__proto__',
    acmePersonId,
  ]
  test.each(unknown)('a person called %j is not found (cloud-payments 21, 35, p)', async (id) => {
    const answer = await updateStatus({ ...deregistration, personId: id })
    expect(answer.status).toBe(404)
    expect(answer.headers['x-mock-refused-by']).toBe('rule')
    expect(answer.context).toMatchObject({ tenantName: 'CBD', statusCode: 'PERSON_NOT_FOUND', errorArgs: ['personId'] })
  })

  test('a person who registered can be de-registered by its uuid (cloud-payments 21, 34, 40)', async () => {
    const { inner } = await selfRegister(james)
    const answer = await updateStatus({ ...deregistration, personId: inner['uuid'] })
    expect(answer.inner).toMatchObject({ person: inner['uuid'], status: 'X' })
  })
})

describe('tokens and statuses', () => {
  test.each(statuses)('the token of a person with the status %s (cloud-payments 24, 39, o, r)', async (status) => {
    await setState('a person of Cloud Payments has the given status', { personId: serviceOwnerId, status })
    const works = status === 'C' || status === 'A'
    const answers = [await updateStatus(deregistration), await registerPrivileged(maria)]
    for (const answer of answers) {
      expect(answer.status).toBe(works ? 200 : 401)
      if (works) continue
      expect(answer.headers['x-mock-refused-by']).toBe('security')
      expect(answer.context).toMatchObject({ statusCode: 'UNAUTHORIZED', errorArgs: ['Authorization'] })
    }
    expect(await tokenOf(serviceOwnerId)).toBe(works ? 'Bearer cp-service-owner' : undefined)
  })

  test('a person who closes itself has no token from then on (cloud-payments r)', async () => {
    const { inner } = await registerPrivileged(maria)
    const headers = { ...cbd, authorization: String(await tokenOf(inner['uuid'])) }
    const itself = { personId: inner['uuid'], reason: 'leaving', status: 'X' }
    expect((await updateStatus(itself, headers)).status).toBe(200)
    expect((await updateStatus(itself, headers)).status).toBe(401)
    expect(await tokenOf(inner['uuid'])).toBeUndefined()
  })

  test('a person who comes back from a suspension has its old token (cloud-payments o, r)', async () => {
    const { inner } = await registerPrivileged(maria)
    const before = await tokenOf(inner['uuid'])
    await updateStatus({ personId: inner['uuid'], reason: 'holiday', status: 'S' })
    expect(await tokenOf(inner['uuid'])).toBeUndefined()
    await updateStatus({ personId: inner['uuid'], reason: 'back', status: 'A' })
    expect(await tokenOf(inner['uuid'])).toBe(before)
  })

  test('the control plane lists the seeded credentials and the new ones (cloud-payments g)', async () => {
    const { text: seeded } = await api.credentials()
    for (const token of ['cp-service-owner', 'cp-company-user', 'cp-consumer', 'acme-service-owner']) {
      expect(seeded).toContain(`Bearer ${token}`)
    }
    await selfRegister(james)
    expect((await api.credentials()).text).toContain('James Smith')
  })
})

describe('keys and tenants', () => {
  const all: readonly [Path, Json, Headers][] = [
    [selfRegisterPath, james, {}],
    [privilegedPath, maria, { authorization: 'Bearer cp-service-owner' }],
    [statusPath, deregistration, { authorization: 'Bearer cp-service-owner' }],
  ]
  const keys: readonly [string, Headers, number, Json][] = [
    ['no key', { tenantName: 'CBD' }, 401, { tenantName: 'CBD', statusCode: 'UNAUTHORIZED', errorArgs: ['api-key'] }],
    ['an unknown key', { ...cbd, 'api-key': 'other' }, 401, { statusCode: 'UNAUTHORIZED', errorArgs: ['api-key'] }],
    ['an empty key', { ...cbd, 'api-key': '' }, 401, { statusCode: 'UNAUTHORIZED', errorArgs: ['api-key'] }],
    ["another tenant's key", { ...cbd, 'api-key': 'acme-key' }, 401, { tenantName: 'CBD', errorArgs: ['api-key'] }],
    ['neither key nor tenant', {}, 401, { statusCode: 'UNAUTHORIZED', errorArgs: ['api-key'] }],
    [
      'no tenant',
      { 'api-key': cbd['api-key'] as string },
      400,
      { statusCode: 'INVALID_REQUEST', errorArgs: ['tenantName'] },
    ],
    ['an unknown tenant', { ...cbd, tenantName: 'Nowhere' }, 400, { tenantName: 'Nowhere', errorArgs: ['tenantName'] }],
    ['a tenant in other letters', { ...cbd, tenantName: 'cbd' }, 400, { tenantName: 'cbd', errorArgs: ['tenantName'] }],
  ]
  const cases = all.flatMap(([path, body, more]) =>
    keys.map(([what, headers, status, context]) => ({
      path,
      body,
      what,
      headers: { ...headers, ...more },
      status,
      context,
    })),
  )

  test.each(cases)(
    '$path with $what: $status (cloud-payments 7, 8, 20, d)',
    async ({ path, body, headers, status, context }) => {
      const before = await rows('persons')
      const answer = await send(path, { body, headers })
      expect(answer.status).toBe(status)
      expect(answer.context).toMatchObject(context)
      if (!('tenantName' in headers)) expect(answer.context).not.toHaveProperty('tenantName')
      if (status === 401) expect(answer.headers['www-authenticate']).toBe('ApiKey realm="cloud-payments"')
      expect(await rows('persons')).toEqual(before)
    },
  )

  test('a missing tenant is a matter of the schema, an unknown one of the rows (cloud-payments d)', async () => {
    const missing = await selfRegister(james, { 'api-key': 'cloud-payments-key' })
    const unknown = await selfRegister(james, { ...cbd, tenantName: 'Nowhere' })
    expect(missing.headers['x-mock-refused-by']).toBe('validation')
    expect(unknown.headers['x-mock-refused-by']).toBe('rule')
  })

  const strangers: readonly [string, Headers][] = [
    ["CBD's token with ACME's key", { ...acme, authorization: 'Bearer cp-service-owner' }],
    ["ACME's token with CBD's key", { ...cbd, authorization: 'Bearer acme-service-owner' }],
    ["ACME's token and key with CBD's name", { ...acmeOwner, tenantName: 'CBD' }],
  ]
  test.each(strangers)('%s: 401 (cloud-payments d, r)', async (_, headers) => {
    expect((await registerPrivileged(maria, headers)).status).toBe(401)
    expect((await updateStatus(deregistration, headers)).status).toBe(401)
  })

  test('a tenant sees its own persons only (cloud-payments p)', async () => {
    const ofAcme = { ...deregistration, personId: acmePersonId }
    expect((await updateStatus(ofAcme, serviceOwner)).status).toBe(404)
    expect((await updateStatus(deregistration, acmeOwner)).status).toBe(404)
    const { inner, context } = await updateStatus({ ...ofAcme, status: 'S' }, acmeOwner)
    expect(context).toEqual({ tenantName: 'ACME', statusCode: 'SUCCESS' })
    expect(inner['person']).toBe(acmePersonId)
  })

  test('a person that was registered in one tenant is no person of the other (cloud-payments h, p)', async () => {
    const { inner } = await selfRegister(james, acme)
    const update = { ...deregistration, personId: inner['uuid'] }
    expect((await updateStatus(update, serviceOwner)).status).toBe(404)
    expect((await updateStatus(update, acmeOwner)).status).toBe(200)
  })
})

import { describe, expect, test } from 'vitest'
import {
  accepted,
  accountOf,
  club,
  everyType,
  failure,
  festival,
  partial,
  pending,
  readOnly,
  registered,
  sixFields,
  startRegit,
} from './regit-client.ts'
import { setBackAfterEachTest } from './set-back.ts'

const { mock, register, unregister, upload, rows, vaultOf } = await startRegit()

setBackAfterEachTest(mock)

const delegatedRegistration = { interactionId: club, delegationId: accepted, fields: sixFields }
const delegatedCancellation = { interactionId: festival, delegationId: accepted }

describe('a delegated registration', () => {
  test('is the delegator’s: account, participation and vault (regit 7, 8, i)', async () => {
    const ownVault = await vaultOf('user-b')
    const { status, body } = await register(delegatedRegistration, 'user-b')
    expect(status).toBe(200)
    expect(body).toEqual(
      registered(club, 'user-c', [
        ['.basicInformation.firstName', 'notUpdated'],
        ['.contact.home', 'updated'],
        ['.governmentID.birthCertificate.location', 'notUpdated'],
        ['.governmentID.passportID.expiryDate', 'updated'],
        ['.others.body.type', 'notUpdated'],
        ['.address.billingAddress.address', 'updated'],
      ]),
    )
    expect(await vaultOf('user-b')).toEqual(ownVault)
    expect(await vaultOf('user-c')).toMatchObject({
      '.basicInformation.firstName': 'Robin',
      '.contact.home': '84909090909',
    })
    expect((await rows('participations')).find((row) => row['interactionId'] === club)).toMatchObject({
      accountId: accountOf['user-c'],
      actorAccountId: accountOf['user-b'],
      delegationId: accepted,
    })
  })

  test('leaves the delegatee free to register as well, but not the delegator (regit i)', async () => {
    await register(delegatedRegistration, 'user-b')
    expect((await register({ interactionId: club, fields: sixFields }, 'user-b')).status).toBe(200)
    expect(await register({ interactionId: club, fields: sixFields }, 'user-c')).toMatchObject({
      status: 409,
      body: failure('Interaction already registered', 'interaction.already.registered'),
    })
    expect((await register(delegatedRegistration, 'user-b')).status).toBe(409)
  })

  test.each(['user-b', 'user-c'] as const)('may use a document that %s has uploaded (regit 24, r)', async (user) => {
    await upload([{ name: 'delegated.jpg' }], user, everyType)
    const filePath = `/Content/vault/documents/${accountOf[user]}/uploads`
    const value = [{ filePath, fileName: 'delegated.jpg' }]
    const fields = [{ source: 'newValue', path: '.governmentID.passportID.photo', value }]
    const answer = await register({ interactionId: everyType, delegationId: accepted, fields }, 'user-b')
    expect(answer.status).toBe(200)
    expect(await vaultOf('user-c')).toMatchObject({ '.governmentID.passportID.photo': value })
  })
})

describe('a delegated cancellation', () => {
  test('ends the delegator’s participation and names the delegator (regit 41, 42, 44)', async () => {
    const { status, body } = await unregister(delegatedCancellation, 'user-b')
    expect(status).toBe(200)
    expect(body).toEqual({
      success: true,
      message: 'Interaction unregistered successfully',
      data: { interactionId: festival, accountId: accountOf['user-c'], participated: false },
    })
    expect((await unregister({ interactionId: festival }, 'user-c')).status).toBe(409)
  })
})

describe('a delegation', () => {
  test('that nobody has given is not found (regit c, i)', async () => {
    for (const delegationId of ['5a67f16305100b0504ad0000', 'x', ' ', '__proto__']) {
      expect(await register({ interactionId: festival, delegationId }, 'user-b')).toMatchObject({
        status: 404,
        body: failure('Delegation not found'),
      })
      expect(await unregister({ interactionId: festival, delegationId }, 'user-b')).toMatchObject({
        status: 404,
        body: failure('Delegation not found', 'unregister.delegation.notFound'),
      })
    }
  })

  test.each(['user-a', 'user-c'] as const)(
    'is of no use to %s, who is not its delegatee (regit 8, 42, c, i)',
    async (user) => {
      const before = await rows('participations')
      expect(await register(delegatedRegistration, user)).toMatchObject({
        status: 403,
        body: failure('Delegation invalid: only delegatee allowed to register'),
        headers: { 'x-mock-refused-by': 'rule' },
      })
      expect(await unregister(delegatedCancellation, user)).toMatchObject({
        status: 403,
        body: failure('Delegation invalid: only delegatee allowed to unregister', 'unregister.delegation.invalid'),
      })
      expect(await rows('participations')).toEqual(before)
    },
  )

  test('that is not accepted yet is not active (regit c, i)', async () => {
    expect(await register({ interactionId: everyType, delegationId: pending }, 'user-b')).toMatchObject({
      status: 403,
      body: failure('Delegation not active'),
    })
    expect(await unregister({ interactionId: festival, delegationId: pending }, 'user-b')).toMatchObject({
      status: 403,
      body: failure('Delegation not active', 'unregister.delegation.pending'),
    })
  })

  test.each([null, 7, [accepted]])('id %j is no text and refused (regit 7, 42)', async (delegationId) => {
    for (const call of [register, unregister]) {
      expect(await call({ interactionId: festival, delegationId }, 'user-b')).toMatchObject({
        status: 400,
        body: failure('Invalid parameters'),
        headers: { 'x-mock-refused-by': 'validation' },
      })
    }
  })

  test('becomes usable and unusable by provider states (regit i)', async () => {
    mock.setState('the delegation is accepted', { delegationId: pending })
    expect((await register({ interactionId: everyType, delegationId: pending }, 'user-b')).status).toBe(200)
    mock.setState('the delegation is not accepted yet', { delegationId: accepted })
    expect((await unregister(delegatedCancellation, 'user-b')).status).toBe(403)
    mock.setState('the delegation only allows reading', { delegationId: accepted })
    expect((await register(delegatedRegistration, 'user-b')).body['error']).toBe('interaction.field.readonly')
  })
})

describe('the role of a delegation', () => {
  const nickname = ['.basicInformation.nickname', 'Nickname', 'Cee'] as const
  const mobile = ['.contact.mobile', 'Mobile Phone', '+84909'] as const
  const blood = ['.governmentID.healthCard.bloodType', 'Blood Type', 'AB'] as const
  const languages = ['.others.preference.languages', 'Languages', ['English']] as const
  const address = ['.address.currentAddress.address', 'Current Address', '12B Ligua St.'] as const
  const question = ['.Custom.Question.1', 'What do you expect from us?', 'Fun'] as const
  const range = ['.membership.ageGroup', 'Age Group', '18-39'] as const
  const read = 'vaultCurrentValue'
  const write = 'newValue'
  const notWritable = ['Delegated field not writable', 'interaction.field.readonly'] as const
  const notReadable = ['Delegated field denied access', 'interaction.field.notAuthorized'] as const

  test.each([
    [readOnly, nickname, write, notWritable],
    [readOnly, blood, write, notWritable],
    [partial, nickname, write, notWritable],
    [partial, languages, read, notReadable],
    [partial, languages, write, notReadable],
    [partial, address, read, notReadable],
  ] as const)('%s forbids %j as %s (regit j)', async (delegationId, [path, name, value], source, [text, error]) => {
    const fields = [{ source, path, value }]
    const vault = await vaultOf('user-c')
    expect(await register({ interactionId: everyType, delegationId, fields }, 'user-b')).toMatchObject({
      status: 403,
      body: failure(`${text}: ${name} (${path})`, error),
      headers: { 'x-mock-refused-by': 'rule' },
    })
    expect(await vaultOf('user-c')).toEqual(vault)
  })

  test.each([
    [accepted, languages, write, 'updated'],
    [readOnly, nickname, read, 'notUpdated'],
    [readOnly, question, write, 'notUpdated'],
    [readOnly, range, write, 'notUpdated'],
    [partial, nickname, read, 'notUpdated'],
    [partial, mobile, read, 'notUpdated'],
    [partial, mobile, write, 'updated'],
    [partial, blood, read, 'notUpdated'],
    [partial, blood, write, 'updated'],
    [partial, question, write, 'notUpdated'],
  ] as const)('%s allows %j as %s (regit 8, j)', async (delegationId, [path, , value], source, status) => {
    const fields = [{ source, path, value }]
    const answer = await register({ interactionId: everyType, delegationId, fields }, 'user-b')
    expect(answer).toMatchObject({ status: 200, body: registered(everyType, 'user-c', [[path, status]]) })
  })
})

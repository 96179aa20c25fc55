import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  accountOf,
  bearer,
  club,
  everyType,
  failure,
  festival,
  fieldsWith,
  handshake,
  registered,
  registerPath,
  sixFields,
  startRegit,
  terminatedHandshake,
  unknownId,
  unregisterPath,
  type Json,
} from './regit-client.ts'
import { setBackAfterEachTest } from './set-back.ts'

const { mock, send, register, unregister, upload, rows, vaultOf } = await startRegit()

setBackAfterEachTest(mock)

const documentedRegistration = { interactionId: club, delegationId: '', fields: sixFields }

const documentedAnswer = registered(club, 'user-a', [
  ['.basicInformation.firstName', 'notUpdated'],
  ['.contact.home', 'updated'],
  ['.governmentID.birthCertificate.location', 'notUpdated'],
  ['.governmentID.passportID.expiryDate', 'updated'],
  ['.others.body.type', 'notUpdated'],
  ['.address.billingAddress.address', 'updated'],
])

const documentedCancellation = {
  success: true,
  message: 'Interaction unregistered successfully',
  data: { interactionId: festival, accountId: accountOf['user-c'], participated: false },
}

describe('the page', () => {
  const spec = parse(readFileSync(new URL('../../openapi/regit.yaml', import.meta.url), 'utf8')) as {
    info: Json
    paths: Record<string, { post: Json & { responses: Record<string, Json>; description: string } }>
    tags: readonly { description: string }[]
    components: { securitySchemes: Record<string, Json>; schemas: Record<string, Json> }
  }

  test('is described under its own title, with its three endpoints and their summaries (regit 1, 2, 33, 41)', () => {
    expect(spec.info).toMatchObject({ title: 'Interaction Registration', description: 'Interaction Registration API' })
    expect(Object.entries(spec.paths).map(([path, { post }]) => [path, post['summary']])).toEqual([
      ['/Interaction/Register', 'Register an interaction'],
      ['/Interaction/Upload', 'Upload documents'],
      ['/Interaction/Unregister', 'Unregister an interaction'],
    ])
  })

  test('links to the pages on data types and on handshakes (regit 46)', () => {
    expect(spec.tags[0]?.description).toContain('interaction-data.html')
    expect(spec.tags[0]?.description).toContain('handshakes.html')
  })

  test('prints no status, no error and no authentication, so all of these are marked as assumed (regit 48)', () => {
    for (const { post } of Object.values(spec.paths)) {
      for (const response of Object.values(post.responses)) {
        expect('$ref' in response || 'x-inferred' in response).toBe(true)
      }
    }
    expect(spec.components.securitySchemes['bearer']).toHaveProperty('x-inferred')
    expect(spec.components.schemas['Failure']).toHaveProperty('x-inferred')
  })
})

describe('the documented Register call', () => {
  test.each(['', '/Api'])(
    'is answered as documented below "%s" (regit 3, 5-7, 9, 13-17, 25-31, a, b, t)',
    async (base) => {
      const answer = await send(base + registerPath, { headers: bearer('user-a'), payload: documentedRegistration })
      expect(answer).toMatchObject({ status: 200, body: documentedAnswer })
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    },
  )

  test('sends the data to the business and the new values to the vault (regit 3, 4, 12)', async () => {
    await register(documentedRegistration)
    const participation = (await rows('participations')).find((row) => row['interactionId'] === club)
    expect(participation).toMatchObject({ accountId: accountOf['user-a'], status: 'active', delegationId: null })
    expect(participation?.['fields']).toMatchObject(sixFields.map(({ path, source }) => ({ path, source })))
    expect(await vaultOf('user-a')).toEqual({
      '.basicInformation.firstName': 'Chris',
      '.contact.home': '84909090909',
      '.governmentID.birthCertificate.location': { country: 'Spain', city: 'Ibiza' },
      '.governmentID.passportID.expiryDate': '2019-01-01',
      '.others.body.type': ['Slim', 'Tall'],
      '.address.billingAddress.address': 'New Billing Address',
    })
  })

  test('is not accepted in the notation of the page, which is not JSON (regit 18, e)', async () => {
    const payload = `{ interactionId: "${club}", // ID of the interaction\n fields: [], }`
    const headers = { ...bearer('user-a'), 'content-type': 'application/json' }
    expect(await send(registerPath, { headers, payload })).toMatchObject({
      status: 400,
      body: failure('Invalid parameters'),
      headers: { 'x-mock-refused-by': 'syntax' },
    })
  })

  test('may send lists and objects as JSON text, and a date without a time (regit 17, 23, p)', async () => {
    const fields = [
      { path: '.basicInformation.firstName', value: 'Chris' },
      { source: 'newValue', path: '.contact.home', value: '84909090909' },
      {
        source: 'newValue',
        path: '.governmentID.birthCertificate.location',
        value: '{"country":"Spain","city":"Ibiza"}',
      },
      { source: 'newValue', path: '.governmentID.passportID.expiryDate', value: '2019-01-01' },
      { source: 'newValue', path: '.others.body.type', value: '["Slim","Tall"]' },
      { source: 'newValue', path: '.address.billingAddress.address', value: 'New Billing Address' },
    ]
    expect((await register({ interactionId: club, fields })).body).toEqual(documentedAnswer)
  })
})

describe('the source of a field', () => {
  test('is vaultCurrentValue where it is left out, and then the vault stays as it is (regit 10, 11, 12, m)', async () => {
    const before = await vaultOf('user-a')
    const fields = sixFields.map(({ path, value }) => ({ path, value }))
    const { status, body } = await register({ interactionId: club, fields })
    expect(status).toBe(200)
    expect(body).toEqual(
      registered(
        club,
        'user-a',
        sixFields.map(({ path }) => [String(path), 'notUpdated']),
      ),
    )
    expect(await vaultOf('user-a')).toEqual(before)
  })

  test.each(['newvalue', 'NewValue', '', null, 1])('is refused when it is %j (regit 10, l)', async (source) => {
    const answer = await register({ interactionId: club, fields: fieldsWith('.contact.home', { source }) })
    expect(answer).toMatchObject({
      status: 400,
      body: failure('Invalid parameters'),
      headers: { 'x-mock-refused-by': 'validation' },
    })
  })
})

describe('the fields of a registration', () => {
  test('come back in the order of the request, without those that the form lacks (regit 30, k)', async () => {
    const fields = [
      ...sixFields.toReversed(),
      { source: 'newValue', path: '.no.such', value: null },
      { source: 'newValue', path: 'constructor', value: { a: [1] } },
    ]
    const { body } = await register({ interactionId: club, fields })
    const { updatedFields } = body['data'] as { updatedFields: readonly Json[] }
    expect(updatedFields.map(({ path }) => path)).toEqual(sixFields.toReversed().map(({ path }) => path))
  })

  test('count once each: the first of two with one path wins (regit k)', async () => {
    const again = { source: 'newValue', path: '.contact.home', value: 'another' }
    expect((await register({ interactionId: club, fields: [...sixFields, again] })).body).toEqual(documentedAnswer)
    expect(await vaultOf('user-a')).toMatchObject({ '.contact.home': '84909090909' })
  })

  test.each(sixFields.map(({ path }) => String(path)))(
    'are all required: %s may not be missing (regit 19, 20)',
    async (path) => {
      const before = await rows('participations')
      const answer = await register({ interactionId: club, fields: fieldsWith(path, undefined) })
      expect(answer.status).toBe(400)
      expect(answer.body).toEqual(
        failure(
          expect.stringMatching(/^Missing required field: .+ \(\..+\)$/) as unknown as string,
          'interaction.field.missing',
        ),
      )
      expect(answer.body['message']).toContain(`(${path})`)
      expect(answer.headers['x-mock-refused-by']).toBe('rule')
      expect(await rows('participations')).toEqual(before)
    },
  )

  test('may all be missing where they are all optional (regit 22, n)', async () => {
    expect((await register({ interactionId: festival })).body).toEqual(registered(festival, 'user-a', []))
  })

  test('may not all be missing where one is required (regit n)', async () => {
    expect(await register({ interactionId: club })).toMatchObject({
      status: 400,
      body: failure('Missing required field: First Name (.basicInformation.firstName)', 'interaction.field.missing'),
    })
  })

  test.each([['not a list'], [{}], [null], [[null]], [['text']], [[{ value: 'no path' }]], [[{ path: 7 }]]])(
    'are refused when they are %j (regit 9, n)',
    async (fields) => {
      expect(await register({ interactionId: festival, fields })).toMatchObject({
        status: 400,
        body: failure('Invalid parameters'),
      })
    },
  )

  test('are stored together or not at all, and the first failure in the order of the form is told (regit 21, o)', async () => {
    const before = [await vaultOf('user-a'), await rows('participations')]
    const fields = fieldsWith('.address.billingAddress.address', { value: 5 })
      .map((field) => (field['path'] === '.others.body.type' ? { ...field, value: [] } : field))
      .toReversed()
    expect(await register({ interactionId: club, fields })).toMatchObject({
      status: 400,
      body: failure('Missing value for field: Body Type (.others.body.type)', 'interaction.field.empty'),
    })
    expect([await vaultOf('user-a'), await rows('participations')]).toEqual(before)
  })

  test('are compared as lists in their order (regit 31, p)', async () => {
    const fields = fieldsWith('.others.body.type', { value: ['Tall', 'Slim'] })
    const { body } = await register({ interactionId: club, fields })
    expect((body['data'] as { updatedFields: readonly Json[] }).updatedFields[4]).toEqual({
      path: '.others.body.type',
      success: true,
      status: 'updated',
    })
  })

  test('that no vault keeps are notUpdated while the registration succeeds (regit 32)', async () => {
    const before = await vaultOf('user-a')
    const fields = [
      { source: 'newValue', path: '.Custom.Question.1', value: 'Fun' },
      { source: 'newValue', path: '.membership.ageGroup', value: '18-39' },
      { source: 'newValue', path: '.membership.businessName' },
    ]
    expect((await register({ interactionId: everyType, fields })).body).toEqual(
      registered(everyType, 'user-a', [
        ['.Custom.Question.1', 'notUpdated'],
        ['.membership.ageGroup', 'notUpdated'],
        ['.membership.businessName', 'notUpdated'],
      ]),
    )
    expect(await vaultOf('user-a')).toEqual(before)
  })
})

describe('participation', () => {
  test('goes from not participating to participating and back, and again (regit 47, g, u)', async () => {
    expect((await unregister({ interactionId: club })).status).toBe(409)
    expect((await register(documentedRegistration)).status).toBe(200)
    expect((await unregister({ interactionId: club })).status).toBe(200)
    expect(await vaultOf('user-a')).toMatchObject({ '.contact.home': '84909090909' })
    const { status, body } = await register(documentedRegistration)
    expect(status).toBe(200)
    expect(body).toEqual(
      registered(
        club,
        'user-a',
        sixFields.map(({ path }) => [String(path), 'notUpdated']),
      ),
    )
    expect((await unregister({ interactionId: club })).status).toBe(200)
    expect(await unregister({ interactionId: club })).toMatchObject({
      status: 409,
      body: failure('Interaction not already registered'),
    })
  })

  test('cannot begin twice (regit f)', async () => {
    await register(documentedRegistration)
    expect(await register(documentedRegistration)).toMatchObject({
      status: 409,
      body: failure('Interaction already registered', 'interaction.already.registered'),
      headers: { 'x-mock-refused-by': 'rule' },
    })
  })

  test('begins once when 20 equal requests come at the same time (regit f, o)', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => register(documentedRegistration)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19)
    expect(answers.find(({ status }) => status === 200)?.body).toEqual(documentedAnswer)
    expect((await rows('participations')).filter((row) => row['interactionId'] === club)).toHaveLength(1)
  })

  test('of one account is not that of another (regit i)', async () => {
    expect((await register({ interactionId: festival }, 'user-a')).status).toBe(200)
    expect((await register({ interactionId: festival }, 'user-b')).status).toBe(200)
    expect((await register({ interactionId: festival }, 'user-c')).status).toBe(409)
  })
})

describe('the documented Unregister call', () => {
  test.each(['', '/Api'])('is answered as documented below "%s" (regit 42, 43, 44, b, t)', async (base) => {
    const payload = { interactionId: festival, delegationId: '' }
    const answer = await send(base + unregisterPath, { headers: bearer('user-c'), payload })
    expect(answer).toMatchObject({ status: 200, body: documentedCancellation })
  })

  test('needs no delegationId, and ends the participation (regit 41, 42)', async () => {
    expect((await unregister({ interactionId: festival }, 'user-c')).body).toEqual(documentedCancellation)
    expect((await rows('participations')).some((row) => row['interactionId'] === festival)).toBe(false)
  })

  test('is not accepted with comments and a trailing comma (regit 42, e)', async () => {
    const payload = `{\n "interactionId": "${festival}", // ID of the interaction\n "delegationId": "",\n}`
    const headers = { ...bearer('user-c'), 'content-type': 'application/json' }
    expect(await send(unregisterPath, { headers, payload })).toMatchObject({
      status: 400,
      body: failure('Invalid parameters'),
    })
  })
})

describe('a handshake', () => {
  test('is registered like any interaction and activated by it (regit h)', async () => {
    expect((await register({ interactionId: handshake })).body).toEqual(registered(handshake, 'user-a', []))
    expect(await register({ interactionId: handshake })).toMatchObject({
      status: 409,
      body: failure('Interaction already registered', 'interaction.already.registered'),
    })
  })

  test('that is active can not be registered again (regit f)', async () => {
    expect((await register({ interactionId: handshake }, 'user-c')).status).toBe(409)
  })

  test('that waits for an answer is registered once (regit f)', async () => {
    mock.setState('the account is invited to the handshake')
    const current = { path: '.contact.home', value: '84901234567' }
    expect((await register({ interactionId: handshake, fields: [current] })).status).toBe(200)
    expect((await register({ interactionId: handshake, fields: [current] })).status).toBe(409)
  })

  test('that was terminated is locked, which is told before anything about its fields (regit h)', async () => {
    const fields = [{ path: '.contact.email', value: 5 }]
    expect(await register({ interactionId: terminatedHandshake, fields }, 'user-c')).toMatchObject({
      status: 409,
      body: failure('Handshake terminated', 'handshake.terminated'),
    })
  })

  test.each([handshake, terminatedHandshake])('is not left by Unregister: %s (regit 45)', async (interactionId) => {
    const before = await rows('participations')
    expect(await unregister({ interactionId }, 'user-c')).toMatchObject({
      status: 409,
      body: failure('Cannot unregister handshake interaction'),
    })
    expect(await rows('participations')).toEqual(before)
  })
})

describe('the interaction id', () => {
  const calls = { Register: register, Unregister: unregister }

  test.each(Object.entries(calls))('is required by %s (regit 6, 42, d)', async (_, call) => {
    for (const body of [{}, { interactionId: '' }, { delegationId: '' }]) {
      expect(await call(body)).toMatchObject({
        status: 400,
        body: failure('Missing interaction ID'),
        headers: { 'x-mock-refused-by': 'validation' },
      })
    }
  })

  test.each(Object.entries(calls))('must be a text for %s (regit 6, d)', async (_, call) => {
    for (const interactionId of [null, 5, [club], { id: club }]) {
      expect(await call({ interactionId })).toMatchObject({ status: 400, body: failure('Invalid parameters') })
    }
  })

  test.each(Object.entries(calls))('is unknown to %s in any other form (regit c, d)', async (_, call) => {
    for (const interactionId of [unknownId, club.toUpperCase(), 'x', ' ', '__proto__', `${club}/`, '../..']) {
      expect(await call({ interactionId, fields: [] })).toMatchObject({
        status: 404,
        body: failure('Interaction not found'),
      })
    }
  })
})

test('an uploaded document is registered by the path that the upload has returned (regit 24, 40, t)', async () => {
  const { body } = await upload([{ name: 'newphoto.jpg' }], 'user-b')
  const [stored] = body['data'] as readonly Json[]
  const photo = {
    source: 'newValue',
    path: '.governmentID.passportID.photo',
    value: [{ filePath: stored?.['filePath'], fileName: stored?.['fileName'] }],
  }
  const answer = await register({ interactionId: club, fields: [...sixFields, photo] }, 'user-b')
  expect(answer.status).toBe(200)
  const { updatedFields } = answer.body['data'] as { updatedFields: readonly Json[] }
  expect(updatedFields.at(-1)).toEqual({ path: photo.path, success: true, status: 'updated' })
  expect(await vaultOf('user-b')).toMatchObject({ [photo.path]: photo.value })
})

test.each([
  'the account takes part in the interaction',
  'the account does not take part in the interaction',
  'the account is invited to the handshake',
  'the account has terminated the handshake',
  'the account has uploaded a document',
  'the delegation is accepted',
  'the delegation is not accepted yet',
  'the delegation only allows reading',
])('the provider state “%s” can be set as it stands (regit 47, i)', (state) => {
  const provided = mock.setState(state)
  expect(Object.values(provided).every((value) => typeof value === 'string' && !value.includes('${'))).toBe(true)
})

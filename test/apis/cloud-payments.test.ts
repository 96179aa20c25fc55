import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  cbd,
  deregistration,
  james,
  maria,
  personId,
  privilegedPath,
  roots,
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
const { mock, send, selfRegister, registerPrivileged, updateStatus } = api
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

interface Requests {
  readonly path: Path
  readonly body: Json
  /** What wraps its answers. */
  readonly root: string
}

const documented: readonly Requests[] = [
  { path: selfRegisterPath, body: james, root: 'selfRegistrationResponse' },
  { path: privilegedPath, body: maria, root: 'PrivilegeUserRegistrationResponse' },
  { path: statusPath, body: deregistration, root: 'getCompanyResponse' },
]

setBackAfterEachTest(mock)

describe('the document', () => {
  const spec = parse(readFileSync('openapi/cloud-payments.yaml', 'utf8'))

  test('knows the three kinds of users (cloud-payments 1, 30)', () => {
    expect(spec.components.schemas.UserType.enum).toEqual(['SUBSCRIBER', 'COMPANY_USER', 'SERVICE_OWNER'])
  })

  test('has three POST operations below {reg_url} (cloud-payments 2, 3, 4, 5)', () => {
    expect(spec.servers.map((server: { url: string }) => server.url)).toEqual(['{reg_url}'])
    const operations = Object.entries<Json>(spec.paths).map(([path, item]) => [path, Object.keys(item)])
    expect(operations).toEqual([
      ['/user/selfregister', ['post']],
      ['/user/registerPrivilegeUsers', ['post']],
      ['/user/updatePersonStatus', ['post']],
    ])
  })

  test('asks for no token for self registration, and for one elsewhere (cloud-payments 3, 4, 5, 7, 8)', () => {
    const schemes = Object.values<{ post: { security: Json[] } }>(spec.paths).map(({ post }) =>
      post.security.map((alternative) => Object.keys(alternative)),
    )
    expect(schemes).toEqual([[['apiKey']], [['apiKey', 'bearer']], [['apiKey', 'bearer']]])
  })

  test('has the required members of the tables, with status as an assumption (cloud-payments 9, 29, 35, 41)', () => {
    const { SelfRegistration, PrivilegedRegistration, PersonStatusUpdate } = spec.components.schemas
    expect(SelfRegistration.required).toEqual(['firstName', 'lastName', 'username', 'password'])
    expect(PrivilegedRegistration.required).toEqual([...SelfRegistration.required, 'role', 'userType'])
    expect(PersonStatusUpdate.required).toEqual(['personId', 'reason', 'status'])
    expect(Object.keys(PersonStatusUpdate['x-inferred'])).toEqual(['required/status'])
  })

  test('declares the members of a context and of a status (cloud-payments 20, 39)', () => {
    expect(Object.keys(spec.components.schemas.Success.properties)).toEqual([
      'tenantName',
      'statusCode',
      'additionalStatusCode',
      'statusMessage',
      'additionalStatusMessage',
      'errorArgs',
      'errors',
    ])
    expect(spec.components.schemas.PersonStatus.enum).toEqual(['C', 'A', 'S', 'X', 'D'])
  })

  test('declares password, timezone and timezoneOffset of the answer, but requires none (cloud-payments 15, 22)', () => {
    for (const name of ['SelfRegistrationResult', 'PrivilegedRegistrationResult']) {
      const [result] = Object.values<{ properties: Json; required: string[] }>(spec.components.schemas[name].properties)
      for (const member of ['password', 'timezone', 'timezoneOffset']) {
        expect(result?.properties).toHaveProperty(member)
        expect(result?.required).not.toContain(member)
      }
    }
  })
})

describe('the documented examples', () => {
  test('self registration answers with what was sent (cloud-payments 3, 7, 9, 17, 18, 19, 21, a, d, s)', async () => {
    const { status, body, inner } = await selfRegister(james)
    expect(status).toBe(200)
    expect(body).toEqual({
      selfRegistrationResponse: {
        contextResponse: { tenantName: 'CBD', statusCode: 'SUCCESS' },
        uuid: expect.stringMatching(uuid),
        firstName: 'James',
        lastName: 'Smith',
        username: 'jamessmith',
        timeZoneFormatted: 'America/Denver',
        contactType: 'EMAIL',
      },
    })
    expect(Object.keys(inner)).toEqual([
      'contextResponse',
      'uuid',
      'firstName',
      'lastName',
      'username',
      'timeZoneFormatted',
      'contactType',
    ])
  })

  test("the request behind the page's self registration response gets that response (cloud-payments 17, 19)", async () => {
    const { preferredLanguage: _, ...members } = james
    const { inner } = await selfRegister({
      ...members,
      timeZoneFormatted: 'America/Chicago',
      userContact: 'james.smith@gmail.com',
    })
    expect(inner).toEqual({
      contextResponse: { tenantName: 'CBD', statusCode: 'SUCCESS' },
      uuid: expect.stringMatching(uuid),
      firstName: 'James',
      lastName: 'Smith',
      username: 'jamessmith',
      timeZoneFormatted: 'America/Chicago',
      userContact: 'james.smith@gmail.com',
      contactType: 'EMAIL',
    })
  })

  test('privileged registration answers with what was sent, but for type, company and reset (cloud-payments 4, 8, 13, 23, 29, 31, 32, 33, a)', async () => {
    const { status, body } = await registerPrivileged(maria)
    expect(status).toBe(200)
    expect(body).toEqual({
      PrivilegeUserRegistrationResponse: {
        contextResponse: { tenantName: 'CBD', statusCode: 'SUCCESS' },
        uuid: expect.stringMatching(uuid),
        firstName: 'Maria',
        lastName: 'Garcia',
        username: 'CashierMariaA',
        timeZoneFormatted: 'America/Denver',
        role: ['ADMIN'],
        preferredLanguage: 'EN',
        userContact: 'james.smith@gmail.com',
        contactType: 'EMAIL',
      },
    })
  })

  test('de-registration answers under getCompanyResponse (cloud-payments 5, 34, 35, 37, 38, 40, a)', async () => {
    const { status, body } = await updateStatus(deregistration)
    expect(status).toBe(200)
    expect(body).toEqual({
      getCompanyResponse: {
        contextResponse: { tenantName: 'CBD', statusCode: 'SUCCESS' },
        person: personId,
        status: 'X',
      },
    })
  })

  test('two runs from the seed answer byte for byte alike', async () => {
    const first = [await selfRegister(james), await registerPrivileged(maria)].map(({ text }) => text)
    mock.reset()
    const second = [await selfRegister(james), await registerPrivileged(maria)].map(({ text }) => text)
    expect(second).toEqual(first)
  })
})

describe("the page's literals, which are no JSON", () => {
  const literals: readonly [path: Path, text: string][] = [
    [
      selfRegisterPath,
      '{"firstName":"James","lastName":"Smith","username":"jamessmith","password":"jsmith@1234","timeZoneFormatted":"America/Denver","timeZoneFormatted":"America/Denver","preferredLanguage":"EN","contactType":"EMAIL",}',
    ],
    [
      privilegedPath,
      '{"firstName":"Maria","lastName":"Garcia","username":"CashierMariaA","password":"MariaA@5421","timeZoneFormatted":"America/Denver","role":["ADMIN"],"isResetRequired":false,"preferredLanguage":EN,"userType":SERVICE_OWNER}',
    ],
    [statusPath, `{"personId":"${personId}" "reason":"de-register user" "status":"X"}`],
  ]

  test.each(literals)('are refused by %s as they stand (cloud-payments 11, 31, 36, b)', async (path, body) => {
    const before = await api.rows('persons')
    const answer = await send(path, { body, headers: serviceOwner })
    expect(answer.status).toBe(400)
    expect(answer.headers['x-mock-refused-by']).toBe('syntax')
    expect(answer.context['statusCode']).toBe('INVALID_REQUEST')
    expect(await api.rows('persons')).toEqual(before)
  })

  test('a member that is there twice is JSON, and the last one counts (cloud-payments 11, b)', async () => {
    const { password, ...members } = james
    const rest = JSON.stringify(members).slice(1)
    const answer = await selfRegister(`{"password":"${password}","timeZoneFormatted":"Nowhere",${rest}`)
    expect(answer.status).toBe(200)
    expect(answer.inner['timeZoneFormatted']).toBe('America/Denver')
  })
})

describe('the scenarios of the document', () => {
  interface Scenario {
    readonly name: string
    readonly status: number
    readonly given?: readonly { state: string; params?: Json }[]
    readonly credential?: string | null
    readonly parameters?: { readonly tenantName: string | null }
    readonly example?: string
    readonly body?: Json
    readonly rawBody?: string
    readonly contentType?: string
  }
  const spec = parse(readFileSync('openapi/cloud-payments.yaml', 'utf8'))
  const rows: readonly { id: string; headers: Headers }[] = JSON.parse(
    readFileSync('fixtures/cloud-payments/credentials.json', 'utf8'),
  )
  const scenarios = Object.keys(roots).flatMap((path) =>
    (spec.paths[path].post['x-scenarios'] as readonly Scenario[]).map((scenario) => ({ path, ...scenario })),
  )

  test.each(scenarios)('$name: $status (cloud-payments e)', async (scenario) => {
    const { path, given = [], credential, parameters, example, contentType } = scenario
    for (const { state, params = {} } of given) mock.setState(state, params)
    const found = rows.find(({ id }) => id === credential)
    const { tenantname: _, ...headers } = { tenantname: '', ...found?.headers }
    const tenantName = parameters ? parameters.tenantName : 'CBD'
    const content = spec.paths[path].post.requestBody.content['application/json']
    const body = scenario.rawBody ?? scenario.body ?? content.examples[String(example)].value
    const answer = await send(path, {
      body,
      headers: {
        ...headers,
        ...(tenantName !== null && { tenantName }),
        ...(contentType !== undefined && { 'content-type': contentType }),
      },
    })
    expect(answer.status).toBe(scenario.status)
    if (answer.status !== 200) return
    const { value } = spec.paths[path].post.responses[200].content['application/json'].examples[String(example)] ?? {}
    if (value === undefined) return
    const [expected] = Object.values<Json>(value)
    const { contextResponse: __, uuid: ___, ...members } = expected ?? {}
    expect(answer.inner).toMatchObject(members)
  })
})

describe('headers', () => {
  test('a registration needs no token, and does not look at one (cloud-payments 3, 7)', async () => {
    expect((await selfRegister(james, { ...cbd, authorization: 'Bearer nobody' })).status).toBe(200)
  })

  const tokenless: readonly [string, Headers][] = [
    ['no token', cbd],
    ['an unknown token', { ...cbd, authorization: 'Bearer nobody' }],
    ['another scheme', { ...cbd, authorization: 'Basic Y3A6Y3A=' }],
    ['an empty token', { ...cbd, authorization: 'Bearer ' }],
    ['a bare token', { ...cbd, authorization: 'cp-service-owner' }],
  ]

  test.each(tokenless)('the other two calls refuse %s (cloud-payments 4, 5, 8, 24)', async (_, headers) => {
    for (const { path, body } of documented.slice(1)) {
      const answer = await send(path, { body, headers })
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="cloud-payments"/)
      expect(answer.context).toMatchObject({ statusCode: 'UNAUTHORIZED', errorArgs: ['Authorization'] })
    }
  })

  test('the scheme of a token is written in any case', async () => {
    const answer = await updateStatus(deregistration, { ...cbd, authorization: 'bearer cp-service-owner' })
    expect(answer.status).toBe(200)
  })

  test.each(documented)(
    '$path wants application/json, in any charset (cloud-payments 7, 8, c)',
    async ({ path, body }) => {
      const accepted = await send(path, {
        body,
        headers: { ...serviceOwner, 'content-type': 'application/json;charset=ISO-8859-1' },
      })
      expect(accepted.status).toBe(200)
      for (const type of [
        'text/plain',
        'text/plain; charset=utf-8',
        'application/xml',
        'application/x-www-form-urlencoded',
      ]) {
        const refused = await send(path, { body, headers: { ...serviceOwner, 'content-type': type } })
        expect(refused.status).toBe(415)
        expect(refused.headers['x-mock-refused-by']).toBe('media-type')
        expect(refused.context).toMatchObject({ statusCode: 'UNSUPPORTED_MEDIA_TYPE', errorArgs: ['Content-Type'] })
      }
    },
  )
})

describe('the media type of an answer', () => {
  const json = 'application/json; charset=utf-8'
  const text = 'text/plain; charset=utf-8'
  const preferences: readonly [accept: string | undefined, type: string][] = [
    [undefined, json],
    ['*/*', json],
    ['application/json', json],
    ['application/xml', json],
    ['text/plain', text],
    ['TEXT/PLAIN', text],
    ['text/*', text],
    ['text/plain; charset=utf-8', text],
    ['text/plain, application/json', json],
    ['application/json, text/plain, */*', json],
    ['text/plain, */*', text],
    ['text/plain, */*;q=0.1', text],
    ['text/plain;q=0.5, application/json;q=0.4', text],
    ['text/plain;q=0.4, application/json;q=0.5', json],
    ['text/plain;q=0, */*', json],
    ['text/plain;q=0', json],
  ]

  test.each(preferences)('Accept: %s gets %s (cloud-payments 6, c)', async (accept, type) => {
    const headers = { ...serviceOwner, ...(accept !== undefined && { accept }) }
    const answer = await updateStatus(deregistration, headers)
    expect(answer.headers['content-type']).toBe(type)
    expect(answer.inner['status']).toBe('X')
  })

  test.each(documented)(
    '$path answers with the same text either way, errors too (cloud-payments 6, c)',
    async ({ path, body }) => {
      for (const sent of [body, {}]) {
        const asJson = await send(path, { body: sent, headers: serviceOwner })
        mock.reset()
        const asText = await send(path, { body: sent, headers: { ...serviceOwner, accept: 'text/plain' } })
        mock.reset()
        expect(asText.headers['content-type']).toBe(text)
        expect([asText.status, asText.text]).toEqual([asJson.status, asJson.text])
      }
    },
  )
})

describe('errors stand under the root member of the operation (cloud-payments 20, e)', () => {
  const registered = { ...james, username: 'ConsumerOne' }
  const big = { ...james, firstName: 'x'.repeat(1024 * 1024) }
  const cases: readonly (readonly [status: number, code: string, path: Path, body: Json, headers: Headers])[] = [
    [400, 'INVALID_REQUEST', selfRegisterPath, {}, cbd],
    [400, 'INVALID_REQUEST', privilegedPath, {}, serviceOwner],
    [400, 'INVALID_REQUEST', statusPath, {}, serviceOwner],
    [401, 'UNAUTHORIZED', selfRegisterPath, james, { tenantName: 'CBD' }],
    [401, 'UNAUTHORIZED', privilegedPath, maria, cbd],
    [401, 'UNAUTHORIZED', statusPath, deregistration, cbd],
    [403, 'FORBIDDEN', privilegedPath, maria, { ...cbd, authorization: 'Bearer cp-company-user' }],
    [403, 'FORBIDDEN', statusPath, deregistration, { ...cbd, authorization: 'Bearer cp-consumer' }],
    [404, 'PERSON_NOT_FOUND', statusPath, { ...deregistration, personId: 'nobody' }, serviceOwner],
    [409, 'USERNAME_EXISTS', selfRegisterPath, registered, cbd],
    [409, 'USERNAME_EXISTS', privilegedPath, { ...maria, username: 'ConsumerOne' }, serviceOwner],
    [413, 'PAYLOAD_TOO_LARGE', selfRegisterPath, big, cbd],
    [413, 'PAYLOAD_TOO_LARGE', privilegedPath, big, serviceOwner],
    [413, 'PAYLOAD_TOO_LARGE', statusPath, big, serviceOwner],
  ]

  test.each(cases)('%i %s of %s', async (status, statusCode, path, body, headers) => {
    const answer = await send(path, { body, headers })
    expect(answer.status).toBe(status)
    expect(answer.body).toEqual({
      [roots[path]]: {
        contextResponse: {
          tenantName: 'CBD',
          statusCode,
          statusMessage: expect.stringMatching(/^[A-Za-z].*\.$/),
          errorArgs: expect.any(Array),
          errors: expect.any(Array),
        },
      },
    })
    expect(answer.context['errors']).not.toEqual([])
  })

  test('409 STATUS_CONFLICT of a closed person', async () => {
    await updateStatus(deregistration)
    const answer = await updateStatus({ ...deregistration, status: 'A' })
    expect(answer.status).toBe(409)
    expect(answer.body).toEqual({
      getCompanyResponse: {
        contextResponse: {
          tenantName: 'CBD',
          statusCode: 'STATUS_CONFLICT',
          statusMessage: 'The person is closed.',
          errorArgs: ['status'],
          errors: ['The person is closed.'],
        },
      },
    })
  })

  test('each broken member is named, once', async () => {
    const answer = await selfRegister({
      firstName: 1,
      username: 'no good',
      contactType: 'FAX',
      password: 'jsmith@1234',
    })
    expect(answer.context).toMatchObject({
      statusMessage: 'The request is not valid.',
      errorArgs: expect.arrayContaining(['firstName', 'lastName', 'username', 'contactType', 'timeZoneFormatted']),
      errors: expect.arrayContaining([
        'firstName must be string.',
        'lastName is required.',
        'username must be alphanumeric, an e-mail address or a phone number.',
        'contactType must be one of EMAIL, MOBILE.',
        'timeZoneFormatted is required.',
      ]),
    })
  })
})

describe('where no operation applies', () => {
  test.each(['/user', '/user/', '/user/nowhere', '/user/selfregister/more', '/user/SELFREGISTER'])(
    'POST %s is not found (cloud-payments 2, e)',
    async (path) => {
      const answer = await send(path, { body: james, headers: cbd })
      expect(answer.status).toBe(404)
      expect(answer.headers['x-mock-refused-by']).toBe('routing')
      expect(answer.body).toEqual({
        contextResponse: {
          tenantName: 'CBD',
          statusCode: 'NOT_FOUND',
          statusMessage: expect.any(String),
          errorArgs: [],
          errors: [answer.context['statusMessage']],
        },
      })
    },
  )

  test.each(documented)('$path answers to POST only (cloud-payments 3, 4, 5, e)', async ({ path, root }) => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await send(path, { method })
      expect(answer.status).toBe(405)
      expect(String(answer.headers['allow']).split(/, */)).toContain('POST')
      expect(answer.body).toEqual({
        [root]: {
          contextResponse: {
            statusCode: 'METHOD_NOT_ALLOWED',
            statusMessage: expect.any(String),
            errorArgs: [],
            errors: [answer.context['statusMessage']],
          },
        },
      })
    }
    expect((await send(path, { method: 'OPTIONS' })).status).toBe(204)
  })

  test('as text, too, where that is preferred (cloud-payments 6, c)', async () => {
    const answer = await send('/user/nowhere', { headers: { accept: 'text/plain' }, body: {} })
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(answer.context['statusCode']).toBe('NOT_FOUND')
  })
})

import { createUnderstudy } from '../../src/index.ts'

export const selfRegisterPath = '/user/selfregister'
export const privilegedPath = '/user/registerPrivilegeUsers'
export const statusPath = '/user/updatePersonStatus'

export const roots = {
  [selfRegisterPath]: 'selfRegistrationResponse',
  [privilegedPath]: 'PrivilegeUserRegistrationResponse',
  [statusPath]: 'getCompanyResponse',
} as const

export type Path = keyof typeof roots
export type Headers = Readonly<Record<string, string>>
export type Json = Readonly<Record<string, unknown>>

export const cbd: Headers = { 'api-key': 'cloud-payments-key', tenantName: 'CBD' }
export const acme: Headers = { 'api-key': 'acme-key', tenantName: 'ACME' }
export const serviceOwner: Headers = { ...cbd, authorization: 'Bearer cp-service-owner' }
export const companyUser: Headers = { ...cbd, authorization: 'Bearer cp-company-user' }
export const consumer: Headers = { ...cbd, authorization: 'Bearer cp-consumer' }
export const acmeOwner: Headers = { ...acme, authorization: 'Bearer acme-service-owner' }

export const personId = '156c96ab-31f6-4619-a6cc-33a9f812a23b'
export const acmePersonId = '44d907f5-3084-413f-8d83-804c9d6eaf04'

/** The page's requests, their JSON repaired. */
export const james = {
  firstName: 'James',
  lastName: 'Smith',
  username: 'jamessmith',
  password: 'jsmith@1234',
  timeZoneFormatted: 'America/Denver',
  preferredLanguage: 'EN',
  contactType: 'EMAIL',
} as const

export const maria = {
  firstName: 'Maria',
  lastName: 'Garcia',
  username: 'CashierMariaA',
  password: 'MariaA@5421',
  timeZoneFormatted: 'America/Denver',
  role: ['ADMIN'],
  isResetRequired: false,
  preferredLanguage: 'EN',
  userType: 'SERVICE_OWNER',
  userContact: 'james.smith@gmail.com',
  contactType: 'EMAIL',
} as const

export const deregistration = { personId, reason: 'de-register user', status: 'X' } as const

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  readonly body: Json
  /** What stands below the operation's root member. */
  readonly inner: Json
  readonly context: Json
}

/** A request with any body: an object goes as JSON, a text goes as it is. */
export interface Sending {
  readonly method?: string
  readonly headers?: Headers
  readonly body?: Json | string
}

export async function startCloudPayments() {
  const mock = await createUnderstudy({ apis: ['cloud-payments'], listen: false })

  const send = async (path: string, { method = 'POST', headers = {}, body }: Sending = {}): Promise<Answer> => {
    const payload = typeof body === 'string' ? body : JSON.stringify(body)
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const answer = await mock.inject({
      method: method as 'POST',
      url: path,
      headers: { ...type, ...headers },
      ...(payload !== undefined && { payload }),
    })
    return parse(path, answer)
  }

  return {
    mock,
    send,
    selfRegister: (body: Json | string, headers: Headers = cbd) => send(selfRegisterPath, { body, headers }),
    registerPrivileged: (body: Json | string, headers: Headers = serviceOwner) =>
      send(privilegedPath, { body, headers }),
    updateStatus: (body: Json | string, headers: Headers = serviceOwner) => send(statusPath, { body, headers }),
    setState: (state: string, params: Json) => send('/__mock/states', { body: { state, params } }),
    /** The rows of a collection, as the control plane shows them. */
    rows: async (collection: string): Promise<readonly Json[]> => {
      const { body } = await send('/__mock/state', { method: 'GET' })
      return (body['cloud-payments'] as Record<string, readonly Json[]>)[collection] ?? []
    },
    credentials: () => send('/__mock/credentials', { method: 'GET' }),
    /** The token header of a person, if the control plane lists one. */
    tokenOf: async (id: unknown): Promise<string | undefined> => {
      const { text } = await send('/__mock/credentials', { method: 'GET' })
      return tokenIn(JSON.parse(text), id)
    },
  }
}

function parse(path: string, answer: { statusCode: number; headers: object; payload: string }): Answer {
  const body = answer.payload === '' ? {} : (JSON.parse(answer.payload) as Json)
  const root = (roots as Readonly<Record<string, string>>)[path]
  const inner = ((root === undefined ? undefined : body[root]) ?? body) as Json
  const context = (inner['contextResponse'] ?? {}) as Json
  return { status: answer.statusCode, headers: answer.headers as Headers, text: answer.payload, body, inner, context }
}

function tokenIn(node: unknown, id: unknown): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined
  const row = node as Json
  if (row['personId'] === id) return (row['headers'] as Headers)['authorization']
  for (const value of Object.values(row)) {
    const token = tokenIn(value, id)
    if (token !== undefined) return token
  }
  return undefined
}

import { createUnderstudy } from '../../src/index.ts'

export type Json = Readonly<Record<string, unknown>>
export type User = 'user-a' | 'user-b' | 'user-c'

export const registerPath = '/Interaction/Register'
export const uploadPath = '/Interaction/Upload'
export const unregisterPath = '/Interaction/Unregister'

export const accountOf = {
  'user-a': 'f8b00a20-e88d-4a0f-a0f2-3c07f896b2b7',
  'user-b': 'c52283cf-c77b-4433-ad69-9e8bc6451aa9',
  'user-c': 'efbfae6c-b935-43cb-878c-dbea7166c78f',
} as const satisfies Record<User, string>

export const club = '5a1b913005100b5104fd7dbf'
export const festival = '5a4b73c005100b20109c5c0c'
export const everyType = '5a7d10f005100b6e04aa3c21'
export const handshake = '5a6c40d005100b3a5c0de101'
export const terminatedHandshake = '5a6c40d005100b3a5c0de102'
export const unknownId = '5a1b913005100b5104fd0000'

export const accepted = '5a67f16305100b0504add001'
export const pending = '5a67f16305100b0504add002'
export const readOnly = '5a67f16305100b0504add003'
export const partial = '5a67f16305100b0504add004'

/** The six fields of the page's Register example. */
export const sixFields: readonly Json[] = [
  { source: 'vaultCurrentValue', path: '.basicInformation.firstName', value: 'Chris' },
  { source: 'newValue', path: '.contact.home', value: '84909090909' },
  {
    source: 'vaultCurrentValue',
    path: '.governmentID.birthCertificate.location',
    value: { country: 'Spain', city: 'Ibiza' },
  },
  { source: 'newValue', path: '.governmentID.passportID.expiryDate', value: '2019-01-01T00:00:00.000Z' },
  { source: 'newValue', path: '.others.body.type', value: ['Slim', 'Tall'] },
  { source: 'newValue', path: '.address.billingAddress.address', value: 'New Billing Address' },
]

/** The six fields with one of them changed; `undefined` leaves it out. */
export function fieldsWith(path: string, change: Json | undefined): readonly Json[] {
  return sixFields.flatMap((field) => (field['path'] !== path ? [field] : change ? [{ ...field, ...change }] : []))
}

export interface FilePart {
  readonly key?: string
  readonly name: string
  readonly content?: string | Buffer
}

const boundary = 'understudy-boundary'

export const multipartType = `multipart/form-data; boundary=${boundary}`

export function multipart(parts: readonly FilePart[]): Buffer {
  const chunks = parts.flatMap(({ key = 'file', name, content = 'a photo' }) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${key}"; filename="${name}"\r\n`),
    Buffer.from('Content-Type: image/jpeg\r\n\r\n'),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)])
}

/** A form with one text field and no file. */
export const textForm = Buffer.from(
  `--${boundary}\r\nContent-Disposition: form-data; name="note"\r\n\r\nno file\r\n--${boundary}--\r\n`,
)

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Json
}

export interface Sending {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly payload?: Json | string | Buffer
}

export async function startRegit() {
  const mock = await createUnderstudy({ apis: ['regit'], listen: false })

  const send = async (url: string, { method = 'POST', headers = {}, payload }: Sending = {}): Promise<Answer> => {
    const answer = await mock.inject({
      method: method as 'POST',
      url,
      headers,
      ...(payload !== undefined && { payload }),
    })
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.payload === '' ? {} : (JSON.parse(answer.payload) as Json),
    }
  }

  return {
    mock,
    send,
    register: (body: Json, user: User = 'user-a') => send(registerPath, { headers: bearer(user), payload: body }),
    unregister: (body: Json, user: User = 'user-a') => send(unregisterPath, { headers: bearer(user), payload: body }),
    upload: (parts: readonly FilePart[], user: User = 'user-b', interactionId = club) =>
      send(`${uploadPath}?interactionId=${interactionId}`, {
        headers: { ...bearer(user), 'content-type': multipartType },
        payload: multipart(parts),
      }),
    rows: async (collection: string): Promise<readonly Json[]> => {
      const { body } = await send('/__mock/state', { method: 'GET' })
      return (body['regit'] as Record<string, readonly Json[]>)[collection] ?? []
    },
    vaultOf: async (user: User): Promise<Json> => {
      const { body } = await send('/__mock/state', { method: 'GET' })
      const { accounts = [] } = body['regit'] as Record<string, readonly Json[]>
      return accounts.find((account) => account['accountId'] === accountOf[user])?.['vault'] as Json
    },
  }
}

export function bearer(user: User): { authorization: string } {
  return { authorization: `Bearer regit-${user}` }
}

/** The body of an error. */
export function failure(message: string, error?: string): Json {
  return { success: false, message, ...(error !== undefined && { error }) }
}

/** The body of a successful registration, with `updatedFields` as `[path, status]`. */
export function registered(
  interactionId: string,
  user: User,
  updates: readonly (readonly [path: string, status: 'updated' | 'notUpdated'])[],
): Json {
  return {
    success: true,
    message: 'Interaction registered successfully',
    data: {
      interactionId,
      accountId: accountOf[user],
      updatedFields: updates.map(([path, status]) => ({ path, success: status === 'updated', status })),
    },
  }
}

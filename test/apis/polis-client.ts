import { readFileSync } from 'node:fs'
import { createUnderstudy } from '../../src/index.ts'

/** The ids of the vendor's page and of the fixtures, by what they are. */
export const ids = {
  first: '7da76f74-7951-423a-be41-85a2551d16e7',
  second: '2f79b11e-e23c-4305-ba72-32d97311d053',
  foreign: 'b0a51d6e-90d5-4f0a-8f0c-0d6f5b1a7e04',
  otherForeign: 'b1c62e7f-a1e6-4a1b-9a1d-1e7a6c2b8f05',
  unknown: '00000000-0000-4000-8000-000000000404',
  campaign: '61fbfbaa-5de8-4d17-ac2b-c47f2376265a',
  contact: '0478dbbf-b6eb-4168-afa9-5ebab6fef4b6',
  household: 'c15e3515-aabf-42da-8d1b-31679f738eae',
  contactHousehold: 'd070b1dc-9611-4f29-9300-a32160d21baa',
  survey: '375d437b-3b47-4940-b43d-be8daec4afff',
  customer: 'cfa8df1b-baf1-446b-b06c-3177063faed7',
  securityGroup: 'e822d07f-5972-4ff2-bc75-dbd68d6d79bf',
  userA: '0651e380-d556-49bd-acdd-2bd813b16430',
  userC: '7c1d9a52-4c1e-4f0b-9a3f-2b6d8e5f1c77',
  question: '9826940d-76a8-4700-8c92-5743ce7bb728',
} as const

export const firstTag = '47a-h6vIm4ttg8qp/cFMmsY+JtWtBsc'
export const secondTag = '47a-wHD832ZEORk838ByTovnIQVEMrA'

export interface Interaction {
  readonly id: string
  readonly data: Readonly<Record<string, unknown>>
  readonly meta: Readonly<Record<string, string | boolean>>
  readonly customerId: string
  readonly securityGroupId: string
}

/** The two interactions of the page, as seeded, in the order of the page. */
export const [firstInteraction, secondInteraction] = JSON.parse(
  readFileSync(new URL('../../fixtures/polis/interactions.json', import.meta.url), 'utf8'),
) as [Interaction, Interaction]

/** The request of the page, as it stands there. */
export const documentedPost = `{
	"campaignId": "61fbfbaa-5de8-4d17-ac2b-c47f2376265a",
	"contactId": "0478dbbf-b6eb-4168-afa9-5ebab6fef4b6",
	"householdId": "c15e3515-aabf-42da-8d1b-31679f738eae",
	"contactHouseholdId": "d070b1dc-9611-4f29-9300-a32160d21baa",
	"timestamp": "2018-07-17T18:40:53.526Z",
	"unavailable": true,
	"unavailableReason": "Come Back",
	"successful": false,
	"survey": {
		"responses": {
			"9826940d-76a8-4700-8c92-5743ce7bb728": {
				"fields": {
					"available": "false"
				},
				"questionId": "9826940d-76a8-4700-8c92-5743ce7bb728"
			},
			"f386f88a-61f1-4f0d-b3d9-ba97e8238444": {
				"fields": {
					"dogliker": "true"
				},
				"questionId": "f386f88a-61f1-4f0d-b3d9-ba97e8238444"
			}
		},
		"surveyId": "375d437b-3b47-4940-b43d-be8daec4afff"
	},
	"location": {
		"lat": 33.43174362182617,
		"lng": -84.18405151367188,
		"confidence": 0
	}
}`

/** Nothing but the attributes that the page calls required. */
export const requiredAttributes = {
  campaignId: ids.campaign,
  contactId: ids.contact,
  householdId: ids.household,
  contactHouseholdId: ids.contactHousehold,
  timestamp: '2018-07-17T18:40:53.526Z',
  survey: { surveyId: ids.survey },
  unavailable: false,
} as const

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  readonly body: unknown
}

interface Sending {
  /** Id of the credential; `null` sends none. Default: `user-a`. */
  readonly as?: 'user-a' | 'user-b' | 'user-c' | null
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it is when it is a text, as JSON otherwise. */
  readonly body?: unknown
}

export interface Polis {
  readonly mock: Awaited<ReturnType<typeof createUnderstudy>>
  send(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT' | 'HEAD' | 'OPTIONS',
    url: string,
    sending?: Sending,
  ): Promise<Answer>
  /** `GET` of one interaction that must be there. */
  read(id: string, as?: 'user-a' | 'user-b' | 'user-c'): Promise<Interaction>
  list(query?: string, as?: 'user-a' | 'user-b' | 'user-c'): Promise<readonly Interaction[]>
  patch(id: string, operations: unknown, tag: string): Promise<Answer>
}

/** Every documented call sends `Content-Type: application/json`, so these do too. */
export async function startPolis(): Promise<Polis> {
  const mock = await createUnderstudy({ apis: ['polis'], listen: false })
  const send: Polis['send'] = async (method, url, { as = 'user-a', headers, body } = {}) => {
    const response = await mock.inject({
      method,
      url,
      headers: {
        ...(as !== null && { authorization: `Bearer polis-${as}` }),
        'content-type': 'application/json',
        ...headers,
      },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = response.payload
    return {
      status: response.statusCode,
      headers: response.headers,
      text,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    }
  }
  const read: Polis['read'] = async (id, as = 'user-a') => {
    const { status, body, text } = await send('GET', `/v2/interactions/${id}`, { as })
    if (status !== 200) throw new Error(`GET ${id} answered ${status}: ${text}`)
    return body as Interaction
  }
  const list: Polis['list'] = async (query = 'limit=1000&skip=0&sort=/data/id&sort=ASC', as = 'user-a') => {
    const { status, body, text } = await send('GET', `/v2/interactions?${query}`, { as })
    if (status !== 200) throw new Error(`the list answered ${status}: ${text}`)
    return (body as { data: Interaction[] }).data
  }
  const patch: Polis['patch'] = (id, operations, tag) =>
    send('PATCH', `/v2/interactions/${id}`, { headers: { etag: tag }, body: { data: operations } })
  return { mock, send, read, list, patch }
}

/** The whole body of an error in the format that we gave Polis. */
export function errorBody(statusCode: number, error: string, message: unknown): unknown {
  return { statusCode, error, message }
}

/** A JSON value without the members of these names at its top. */
export function without(value: object, ...names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
}

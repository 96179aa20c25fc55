import type { Json, JsonObject } from './json.ts'
import type { Place, PolisUser } from './polis-user.ts'
import type { Flawed } from './refusal.ts'
import { createHash } from 'node:crypto'
import { isObject } from './json.ts'
import { Refusal } from './refusal.ts'

/** What a page of Polis shows about a row's life. */
interface Metadata {
  readonly etag: string
  readonly created: string
  readonly modified: string
  readonly resource: string
  readonly createdBy: string
  readonly isDeleted: boolean
  readonly modifiedBy: string
}

/** One row, its members in the order the tag is computed over. */
export interface Interaction {
  readonly id: string
  readonly data: JsonObject
  readonly meta: Metadata
  readonly customerId: string
  readonly securityGroupId: string
}

/** The mean radius of the earth. */
export const EARTH_RADIUS_MILES = 3958.7613

/** The attributes of data in the order of the page's example; the others follow as they were sent. */
const ORDER = [
  'survey',
  'distance',
  'location',
  'contactId',
  'timestamp',
  'campaignId',
  'successful',
  'householdId',
  'unavailable',
  'unavailableReason',
  'contactHouseholdId',
] as const

const LATER = ['statusId', 'walklistId', 'turfId'] as const

/** Every attribute of data that the page knows. */
export const ATTRIBUTES: readonly string[] = [...ORDER, ...LATER]

const IDS = ['campaignId', 'contactId', 'householdId', 'contactHouseholdId', ...LATER] as const
const REQUIRED = [
  'campaignId',
  'contactId',
  'householdId',
  'contactHouseholdId',
  'timestamp',
  'survey',
  'unavailable',
] as const
const OVERDONE = ['location', 'successful', 'unavailableReason', 'statusId', 'walklistId', 'turfId'] as const

/** The row with the entity tag that its content asks for. */
export function tagged(row: Interaction, flawed: Flawed = () => false): Interaction {
  const untagged = { ...row, meta: { ...row.meta, etag: '' } }
  const text = JSON.stringify(untagged, null, flawed('tag/over-indented-json') ? 2 : undefined)
  const length = flawed('tag/length-in-characters') ? text.length : Buffer.byteLength(text)
  const radix = flawed('tag/length-decimal') ? 10 : 16
  const algorithm = flawed('tag/md5') ? 'md5' : flawed('tag/sha256') ? 'sha256' : 'sha1'
  const digest = createHash(algorithm).update(flawed('tag/over-data-only') ? JSON.stringify(row.data) : text)
  const hash = digest
    .digest(flawed('tag/base64url') ? 'base64url' : 'base64')
    .slice(0, flawed('tag/hash-whole') ? 28 : 27)
  return { ...row, meta: { ...row.meta, etag: `${length.toString(radix)}-${hash}` } }
}

/** Data in the order of the page, whatever order it came in. */
export function ordered(data: JsonObject): JsonObject {
  const result: Record<string, Json> = {}
  for (const name of ORDER) {
    const value = data[name]
    if (value !== undefined) result[name] = nested(name, value)
  }
  for (const [name, value] of Object.entries(data)) if (!(name in result)) result[name] = value
  return result
}

function nested(name: string, value: Json): Json {
  if (!isObject(value)) return value
  if (name === 'location') return first(value, ['lat', 'lng', 'confidence'])
  if (name !== 'survey') return value
  const survey = first(value, ['surveyId', 'responses'])
  if (!isObject(survey['responses'] ?? null)) return survey
  const responses = Object.entries(survey['responses'] as JsonObject)
  return {
    ...survey,
    responses: Object.fromEntries(
      responses.map(([id, one]) => [id, isObject(one) ? first(one, ['fields', 'questionId']) : one]),
    ),
  }
}

function first(value: JsonObject, names: readonly string[]): JsonObject {
  const known = names.flatMap((name) => (value[name] === undefined ? [] : [[name, value[name]] as const]))
  return {
    ...Object.fromEntries(known),
    ...Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))),
  }
}

/** Refuses data that lacks something or has something of another type. */
export function checkData(data: JsonObject, flawed: Flawed): void {
  for (const name of REQUIRED) {
    if (data[name] === undefined && !flawed(`data/${name}-optional`)) throw new Refusal(400, `data.${name} is required`)
  }
  for (const name of OVERDONE) {
    if (data[name] === undefined && flawed(`data/${name}-required`)) throw new Refusal(400, `data.${name} is required`)
  }
  if (!flawed('data/null-accepted')) {
    for (const name of ATTRIBUTES) if (data[name] === null) throw new Refusal(400, `data.${name} can't be null`)
  }
  for (const name of IDS) checkId(name, data[name], flawed)
  if (data['timestamp'] !== undefined) checkTimestamp(data['timestamp'], flawed)
  checkFlag('unavailable', data['unavailable'], flawed)
  checkFlag('successful', data['successful'], flawed)
  checkReason(data, flawed)
  if (data['survey'] !== undefined) checkSurvey(data['survey'], flawed)
  if (data['location'] !== undefined && data['location'] !== null) checkLocation(data['location'], flawed)
}

function checkId(name: string, value: Json | undefined, flawed: Flawed): void {
  if (value === undefined || value === null || flawed('data/any-text-as-id')) return
  if ((LATER as readonly string[]).includes(name) && flawed('data/optional-ids-unchecked')) return
  if (!isUuid(value, flawed)) throw new Refusal(400, `data.${name} has to be a UUID`)
}

function isUuid(value: Json, flawed: Flawed): boolean {
  if (typeof value !== 'string') return false
  if (flawed('data/uuid-lower-case-only')) return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
  if (flawed('data/uuid-version-4-only'))
    return /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(value)
  if (flawed('data/uuid-unanchored')) return /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.test(value)
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
}

function checkTimestamp(value: Json, flawed: Flawed): void {
  if (flawed('data/timestamp-any-text') && typeof value === 'string') return
  if (flawed('data/timestamp-number-accepted') && typeof value === 'number') return
  if (typeof value === 'string' && isTimestamp(value, flawed)) return
  throw new Refusal(400, 'data.timestamp has to be an ISO 8601 date and time')
}

function isTimestamp(text: string, flawed: Flawed): boolean {
  if (flawed('data/timestamp-whatever-parses')) return !Number.isNaN(Date.parse(text))
  if (flawed('data/timestamp-offset-refused') && !text.endsWith('Z')) return false
  if (flawed('data/timestamp-milliseconds-required') && !/\.\d{3}/.test(text)) return false
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/.exec(text)
  if (match === null) return false
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return month >= 1 && month <= 12 && day >= 1 && day <= days && hour <= 23 && minute <= 59 && second <= 59
}

function checkFlag(name: 'unavailable' | 'successful', value: Json | undefined, flawed: Flawed): void {
  if (value === undefined || value === null || typeof value === 'boolean') return
  if (flawed(`data/${name}-any-type`)) return
  if (flawed('data/flags-as-text') && (value === 'true' || value === 'false')) return
  throw new Refusal(400, `data.${name} has to be true or false`)
}

function checkReason(data: JsonObject, flawed: Flawed): void {
  const reason = data['unavailableReason']
  if (reason === undefined || reason === null) return
  if (typeof reason !== 'string' && !flawed('data/reason-any-type'))
    throw new Refusal(400, 'data.unavailableReason has to be text')
  if (data['unavailable'] === false && flawed('data/reason-needs-unavailable'))
    throw new Refusal(400, 'the contact was available')
  if (flawed('data/reason-ascii-only') && /[^\x20-\x7e]/.test(String(reason)))
    throw new Refusal(400, 'data.unavailableReason is unreadable')
}

function checkSurvey(survey: Json, flawed: Flawed): void {
  if (flawed('data/survey-any-type')) return
  if (!isObject(survey)) throw new Refusal(400, 'data.survey has to be an object')
  if (survey['surveyId'] === undefined && !flawed('data/survey-id-optional'))
    throw new Refusal(400, 'data.survey.surveyId is required')
  if (survey['surveyId'] !== undefined && !isUuid(survey['surveyId'], flawed) && !flawed('data/any-text-as-id')) {
    throw new Refusal(400, 'data.survey.surveyId has to be a UUID')
  }
  const responses = survey['responses']
  if (responses === undefined) {
    if (flawed('data/responses-required')) throw new Refusal(400, 'data.survey.responses is required')
    return
  }
  if (flawed('data/responses-any-type')) return
  if (!isObject(responses)) throw new Refusal(400, 'data.survey.responses has to be an object')
  if (flawed('data/responses-not-empty') && Object.keys(responses).length === 0) throw new Refusal(400, 'no responses')
  for (const [questionId, response] of Object.entries(responses)) checkResponse(questionId, response, flawed)
}

function checkResponse(key: string, response: Json, flawed: Flawed): void {
  if (!isUuid(key, flawed) && !flawed('data/response-keys-unchecked')) throw new Refusal(400, `${key} is no question`)
  if (!isObject(response)) throw new Refusal(400, 'a response has to be an object')
  const { fields, questionId } = response
  if (questionId !== undefined && !isUuid(questionId, flawed)) throw new Refusal(400, 'a questionId has to be a UUID')
  if (fields === undefined) return
  const isText = isObject(fields) && Object.values(fields).every((value) => typeof value === 'string')
  if (!isText && !flawed('data/answers-any-type')) throw new Refusal(400, 'the answers of a response have to be text')
}

function checkLocation(location: Json, flawed: Flawed): void {
  if (!isObject(location)) {
    if (flawed('data/location-any-type')) return
    throw new Refusal(400, 'data.location has to be an object')
  }
  for (const name of ['lat', 'lng', 'confidence']) {
    const value = location[name]
    if (value === undefined) {
      if (flawed(`data/location-${name}-required`)) throw new Refusal(400, `data.location.${name} is required`)
    } else if (typeof value !== 'number' && !(flawed('data/coordinates-as-text') && !Number.isNaN(Number(value)))) {
      throw new Refusal(400, `data.location.${name} has to be a number`)
    } else if (flawed('data/west-refused') && name === 'lng' && Number(value) < 0) {
      throw new Refusal(400, 'data.location.lng is out of range')
    }
  }
}

/** The miles between the posted location and the household's place, where both are known. */
export function distanceOf(data: JsonObject, household: Place | undefined, flawed: Flawed): number | undefined {
  const location = data['location']
  if (!isObject(location ?? null)) return flawed('distance/zero-when-unknown') ? 0 : undefined
  const { lat, lng } = location as { readonly lat?: number; readonly lng?: number }
  if (lat === undefined || lng === undefined) return flawed('distance/zero-when-unknown') ? 0 : undefined
  if (household === undefined) return flawed('distance/zero-when-unknown') ? 0 : undefined
  const radius = flawed('distance/kilometres')
    ? 6371.0088
    : flawed('distance/other-radius')
      ? 3963.19
      : EARTH_RADIUS_MILES
  const radians = Math.PI / 180
  const half = (degrees: number): number => Math.sin((degrees * radians) / 2) ** 2
  const a =
    half(lat - household.lat) + Math.cos(lat * radians) * Math.cos(household.lat * radians) * half(lng - household.lng)
  const miles = 2 * radius * Math.asin(Math.sqrt(Math.min(1, a)))
  const decimals = flawed('distance/two-decimals') ? 2 : flawed('distance/unrounded') ? 12 : 4
  return Number(miles.toFixed(decimals))
}

/** The new row that a user's posted data makes. */
export function created(options: {
  readonly data: JsonObject
  readonly id: string
  readonly user: PolisUser
  readonly now: string
  readonly flawed: Flawed
}): Interaction {
  const { data, id, user, now, flawed } = options
  const by = flawed('create/created-by-customer') ? user.customerId : user.userId
  const row = {
    id,
    data: flawed('tag/in-sent-order') ? data : ordered(data),
    meta: {
      etag: '',
      created: now,
      modified: now,
      resource: flawed('create/resource-singular') ? 'interaction' : 'interactions',
      createdBy: by,
      isDeleted: flawed('create/deleted-from-the-start'),
      modifiedBy: flawed('create/modified-by-constant') ? '0651e380-d556-49bd-acdd-2bd813b16430' : by,
    },
    customerId: user.customerId,
    securityGroupId: flawed('create/security-group-of-customer')
      ? user.customerId
      : flawed('create/security-group-constant')
        ? 'e822d07f-5972-4ff2-bc75-dbd68d6d79bf'
        : user.securityGroupId,
  }
  return tagged(row, flawed)
}

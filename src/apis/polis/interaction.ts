import { hash } from 'node:crypto'

/** A row of the collection `interactions`, which is what the wire shows. */
export type Interaction = {
  readonly id: string
  readonly data: InteractionData
  readonly meta: Meta
  readonly customerId: string
  readonly securityGroupId: string
}

/** What happened on a visit; attributes that the page does not know are kept beside these. */
export type InteractionData = { readonly [attribute: string]: unknown }

export type Meta = {
  readonly etag: string
  readonly created: string
  readonly modified: string
  readonly resource: 'interactions'
  readonly createdBy: string
  readonly isDeleted: boolean
  readonly modifiedBy: string
}

type JsonObject = { readonly [member: string]: unknown }

const dataOrder = [
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
const surveyOrder = ['surveyId', 'responses'] as const
const responseOrder = ['fields', 'questionId'] as const
const locationOrder = ['lat', 'lng', 'confidence'] as const

/** The attributes in the order of the page's example, those that it does not show after them as they were sent. */
export function inPageOrder(data: InteractionData): InteractionData {
  const ordered = withMember(reorder(data, dataOrder), 'survey', surveyInPageOrder)
  return withMember(ordered, 'location', (location) => reorder(location, locationOrder))
}

/** The attributes with this distance (`undefined`: with none), where the page shows it, so that no order has to be made afterwards. */
export function withDistance(data: InteractionData, distance: unknown): InteractionData {
  const placed: Record<string, unknown> = {}
  for (const name in data) {
    if (name !== 'distance') placed[name] = data[name]
    if (name === 'survey' && distance !== undefined) placed['distance'] = distance
  }
  return placed
}

export interface TaggedInteraction {
  readonly interaction: Interaction
  /** Its JSON text, which a tag takes nearly all of. */
  readonly json: string
}

/** The interaction with the entity tag of its content, which covers everything but the tag itself. */
export function tagged({ id, data, meta, customerId, securityGroupId }: Interaction): TaggedInteraction {
  const { created, modified, resource, createdBy, isDeleted, modifiedBy } = meta
  const tag = { etag: '', created, modified, resource, createdBy, isDeleted, modifiedBy }
  const interaction = { id, data, meta: tag, customerId, securityGroupId }
  const untagged = JSON.stringify(interaction)
  tag.etag = entityTag(untagged)
  // Nothing that a client wrote comes after the data, so the last place of that look is the tag's.
  const place = untagged.lastIndexOf(EMPTY_TAG) + EMPTY_TAG.length - 1
  return { interaction, json: untagged.slice(0, place) + tag.etag + untagged.slice(place) }
}

const EMPTY_TAG = '"etag":""'

/** The form of both tags on the page: length in bytes, hexadecimal, and the first 27 characters of a Base64 SHA-1. */
function entityTag(json: string): string {
  return `${Buffer.byteLength(json).toString(16)}-${hash('sha1', json, 'base64').slice(0, 27)}`
}

function surveyInPageOrder(survey: JsonObject): JsonObject {
  return withMember(reorder(survey, surveyOrder), 'responses', responsesInPageOrder)
}

function responsesInPageOrder(responses: JsonObject): JsonObject {
  const isOrdered = Object.values(responses).every((each) => !isObject(each) || isInOrder(each, responseOrder))
  if (isOrdered) return responses
  return Object.fromEntries(
    Object.entries(responses).map(([question, response]) => [
      question,
      isObject(response) ? reorder(response, responseOrder) : response,
    ]),
  )
}

/** The value itself, unless that property is an object and becomes another. */
function withMember(value: JsonObject, name: string, change: (member: JsonObject) => JsonObject): JsonObject {
  const member = value[name]
  if (!isObject(member)) return value
  const changed = change(member)
  return changed === member ? value : { ...value, [name]: changed }
}

/** The value itself where its properties stand in that order already. */
function reorder(value: JsonObject, order: readonly string[]): JsonObject {
  if (isInOrder(value, order)) return value
  const ordered: Record<string, unknown> = {}
  for (const name of order) if (Object.hasOwn(value, name)) ordered[name] = value[name]
  // A name that is there already keeps its place.
  return Object.assign(ordered, value)
}

function isInOrder(value: JsonObject, order: readonly string[]): boolean {
  let next = 0
  for (const name in value) {
    const place = order.indexOf(name)
    if (place >= 0 && place < next) return false
    next = place < 0 ? order.length : place + 1
  }
  return true
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

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
  const { survey, location } = data
  const ordered = reorder(data, dataOrder)
  if (isObject(survey)) ordered['survey'] = surveyInPageOrder(survey)
  if (isObject(location)) ordered['location'] = reorder(location, locationOrder)
  return ordered
}

/** The interaction with the entity tag of its content, which covers everything but the tag itself. */
export function tagged(interaction: Interaction): Interaction {
  const { id, data, customerId, securityGroupId } = interaction
  const { created, modified, resource, createdBy, isDeleted, modifiedBy } = interaction.meta
  const meta = { etag: '', created, modified, resource, createdBy, isDeleted, modifiedBy }
  const json = JSON.stringify({ id, data, meta, customerId, securityGroupId })
  return { id, data, meta: { ...meta, etag: entityTag(json) }, customerId, securityGroupId }
}

/** The form of both tags on the page: length in bytes, hexadecimal, and the first 27 characters of a Base64 SHA-1. */
function entityTag(json: string): string {
  return `${Buffer.byteLength(json).toString(16)}-${hash('sha1', json, 'base64').slice(0, 27)}`
}

function surveyInPageOrder(survey: JsonObject): JsonObject {
  const ordered = reorder(survey, surveyOrder)
  const { responses } = survey
  if (isObject(responses)) {
    ordered['responses'] = Object.fromEntries(
      Object.entries(responses).map(([question, response]) => [
        question,
        isObject(response) ? reorder(response, responseOrder) : response,
      ]),
    )
  }
  return ordered
}

function reorder(value: JsonObject, order: readonly string[]): Record<string, unknown> {
  const ordered: Record<string, unknown> = {}
  for (const name of order) if (Object.hasOwn(value, name)) ordered[name] = value[name]
  // A name that is there already keeps its place.
  return Object.assign(ordered, value)
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import { createHash, randomUUID } from 'node:crypto'
import Fastify from 'fastify'
import { CUSTOMER, type Interaction, interactions } from './rows.ts'

/**
 * What a careful developer would write by hand for the five operations of Polis: Fastify's own Ajv validation and
 * response serialisation, a Map as the store, an index on the filtered attribute. The yardstick of `npm run bench`.
 * Usage: hand-written.ts ROWS
 */
const uuid = { type: 'string', format: 'uuid' }
const data = {
  type: 'object',
  required: ['campaignId', 'contactId', 'householdId', 'contactHouseholdId', 'timestamp', 'survey', 'unavailable'],
  properties: {
    survey: {
      type: 'object',
      required: ['surveyId'],
      properties: {
        surveyId: uuid,
        responses: {
          type: 'object',
          additionalProperties: {
            type: 'object',
            properties: { fields: { type: 'object', additionalProperties: { type: 'string' } }, questionId: uuid },
          },
        },
      },
    },
    distance: { type: 'number' },
    location: {
      type: 'object',
      properties: { lat: { type: 'number' }, lng: { type: 'number' }, confidence: { type: 'number' } },
    },
    contactId: uuid,
    timestamp: { type: 'string', format: 'date-time' },
    campaignId: uuid,
    successful: { type: 'boolean' },
    householdId: uuid,
    unavailable: { type: 'boolean' },
    unavailableReason: { type: 'string' },
    contactHouseholdId: uuid,
  },
} as const
const text = { type: 'string' }
const interaction = {
  type: 'object',
  required: ['id', 'data', 'meta', 'customerId', 'securityGroupId'],
  properties: {
    id: uuid,
    data,
    meta: {
      type: 'object',
      properties: {
        etag: text,
        created: text,
        modified: text,
        resource: text,
        createdBy: uuid,
        isDeleted: { type: 'boolean' },
        modifiedBy: uuid,
      },
    },
    customerId: uuid,
    securityGroupId: uuid,
  },
} as const
const query = {
  type: 'object',
  required: ['limit', 'skip', 'sort'],
  properties: {
    limit: { type: 'integer', minimum: 1 },
    skip: { type: 'integer', minimum: 0 },
    sort: { type: 'array', minItems: 2, items: text },
    'filter[/data/campaignId]': uuid,
  },
} as const

const rows = new Map<string, Interaction>()
const byCampaign = new Map<string, Interaction[]>()
const users = new Map([
  [
    'polis-user-a',
    { id: '0651e380-d556-49bd-acdd-2bd813b16430', customerId: CUSTOMER, group: 'e822d07f-5972-4ff2-bc75-dbd68d6d79bf' },
  ],
])

function add(row: Interaction): void {
  rows.set(row.id, row)
  const list = byCampaign.get(row.data.campaignId)
  if (list) list.push(row)
  else byCampaign.set(row.data.campaignId, [row])
}

function tagged(row: Interaction): Interaction {
  const json = JSON.stringify({ ...row, meta: { ...row.meta, etag: '' } })
  const hash = createHash('sha1').update(json).digest('base64').slice(0, 27)
  return { ...row, meta: { ...row.meta, etag: `${Buffer.byteLength(json).toString(16)}-${hash}` } }
}

const app = Fastify({ ajv: { customOptions: { coerceTypes: 'array', removeAdditional: false } } })
app.decorateRequest('user', null)
app.addHook('onRequest', async (request, reply) => {
  const user = users.get((request.headers.authorization ?? '').slice('Bearer '.length))
  if (!user) return reply.code(401).send({ statusCode: 401, error: 'Unauthorized', message: 'The token is not known.' })
  request.setDecorator('user', user)
})
app.get<{ Params: { id: string } }>(
  '/v2/interactions/:id',
  { schema: { response: { 200: interaction } } },
  (request, reply) => {
    const row = rows.get(request.params.id)
    if (row?.customerId !== CUSTOMER)
      return reply.code(404).send({ statusCode: 404, error: 'Not Found', message: 'There is no such interaction.' })
    return reply.header('etag', `"${String(row.meta['etag'])}"`).send(row)
  },
)
const list = { type: 'object', properties: { data: { type: 'array', items: interaction }, meta: { type: 'object' } } }
type ListQuery = { limit: number; skip: number; sort: [string, string]; 'filter[/data/campaignId]': string }
app.get<{ Querystring: ListQuery }>(
  '/v2/interactions',
  { schema: { querystring: query, response: { 200: list } } },
  (request, reply) => {
    const { limit, skip, sort } = request.query
    const found = (byCampaign.get(request.query['filter[/data/campaignId]']) ?? []).filter(
      (row) => row.customerId === CUSTOMER,
    )
    const sign = sort[1] === 'DESC' ? -1 : 1
    found.sort((a, b) => (a.id < b.id ? -sign : sign))
    return reply.send({ data: found.slice(skip, skip + limit), meta: {} })
  },
)
app.post<{ Body: Interaction['data'] }>(
  '/v2/interactions',
  { schema: { body: data, response: { 201: interaction } } },
  (request, reply) => {
    const user = request.getDecorator<{ id: string; customerId: string; group: string }>('user')
    const now = new Date().toISOString()
    const row = tagged({
      id: randomUUID(),
      data: request.body,
      meta: {
        etag: '',
        created: now,
        modified: now,
        resource: 'interactions',
        createdBy: user.id,
        isDeleted: false,
        modifiedBy: user.id,
      },
      customerId: user.customerId,
      securityGroupId: user.group,
    })
    add(row)
    return reply.code(201).header('location', `/v2/interactions/${row.id}`).send(row)
  },
)

for (const row of interactions(Number(process.argv[2] ?? 0))) add(row)
console.log(`ready at ${await app.listen({ port: 0, host: '127.0.0.1' })}`)
process.once('SIGTERM', () => void app.close())

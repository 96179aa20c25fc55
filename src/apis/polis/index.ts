import { STATUS_CODES } from 'node:http'
import {
  type Credential,
  type Exchange,
  type LocatedError,
  refuse,
  type Refusal,
  reply,
  type Result,
  type Rules,
} from '../../mock/handlers/handler.ts'
import type { Collection } from '../../store/collection.ts'
import type { State } from '../../store/state.ts'
import { unusedKey } from '../../store/unused-key.ts'
import { milesBetween, type Place } from './distance.ts'
import { inPageOrder, type Interaction, type InteractionData, type Meta, tagged, withDistance } from './interaction.ts'
import { patchData, type PatchOperation } from './patch.ts'
import { normalizeListQuery } from './query.ts'

const givenByServer: ReadonlySet<string> = new Set(['id', 'meta', 'customerId', 'securityGroupId', 'distance'])

/** What the Polis page demands beyond its schemas: entity tags, patches inside data, rows by customer. */
export const rules: Rules = {
  handlers: { listInteractions, createInteraction, getInteraction, patchInteraction, deleteInteraction },
  errorBody: (refusal) => ({
    body: { statusCode: refusal.status, error: STATUS_CODES[refusal.status] ?? 'Error', message: messageOf(refusal) },
    ...(refusal.status === 401 && { headers: { 'www-authenticate': 'Bearer' } }),
  }),
  normalizeQuery: (operation, pairs) => (operation.id === 'listInteractions' ? normalizeListQuery(pairs) : pairs),
}

interface User {
  readonly userId: string
  readonly customerId: string
  readonly securityGroupId: string
}

interface ListQuery {
  readonly filter?: Readonly<Record<string, string>>
  readonly limit: number
  readonly skip: number
  readonly sort: readonly [column: string, direction: 'ASC' | 'DESC']
}

function listInteractions({ query, credential, state }: Exchange): Result {
  // The schemas of the parameters leave no other form.
  const { filter, limit, skip, sort } = query as unknown as ListQuery
  const [column, direction] = sort
  const rows = interactionsOf(state).find({
    where: { '/customerId': userOf(credential).customerId, '/meta/isDeleted': false, ...filter },
    orderBy: column === '/data/id' ? '/id' : column,
    byInstant: column === '/data/timestamp',
    descending: direction === 'DESC',
    skip,
    limit,
  })
  return reply(200, { data: rows, meta: {} })
}

function createInteraction({ body, credential, state }: Exchange): Result {
  const { userId, customerId, securityGroupId } = userOf(credential)
  const id = unusedKey(interactionsOf(state), () => state.ids.uuid('interactions'))
  const now = state.clock.iso()
  const { interaction, json } = tagged({
    id,
    data: inPageOrder(dataOf(state, attributesIn(body as InteractionData))),
    meta: {
      etag: '',
      created: now,
      modified: now,
      resource: 'interactions',
      createdBy: userId,
      isDeleted: false,
      modifiedBy: userId,
    },
    customerId,
    securityGroupId,
  })
  const location = `/v2/interactions/${id}`
  return reply(201, interactionsOf(state).put(interaction), { location, etag: quoted(interaction) }, json)
}

function getInteraction(exchange: Exchange): Result {
  const interaction = ownInteraction(exchange)
  return interaction ? reply(200, interaction, { etag: quoted(interaction) }) : unknownInteraction(exchange)
}

function patchInteraction(exchange: Exchange): Result {
  const { body, state } = exchange
  const interaction = ownInteraction(exchange)
  if (!interaction) return unknownInteraction(exchange)
  const refusal = refusalOfTag(exchange, interaction)
  if (refusal) return refusal
  const operations = operationsIn(body)
  if (operations.length === 0) return reply(200, interaction, { etag: quoted(interaction) })
  const patched = patchData(interaction.data, operations)
  if ('problem' in patched) return refuse(400, patched.problem)
  // Whatever the patch says about the distance, it stays that of before.
  const data = inPageOrder(withDistance(patched.data, interaction.data['distance']))
  const changed = revised(exchange, interaction, { data })
  const problem = problemOf(exchange, changed)
  if (problem !== undefined) return refuse(400, problem)
  return reply(200, interactionsOf(state).put(changed), { etag: quoted(changed) })
}

function deleteInteraction(exchange: Exchange): Result {
  const interaction = ownInteraction(exchange)
  if (!interaction) return unknownInteraction(exchange)
  const refusal = refusalOfTag(exchange, interaction)
  if (refusal) return refusal
  interactionsOf(exchange.state).put(revised(exchange, interaction, { isDeleted: true }))
  return reply(200, {})
}

function interactionsOf(state: State): Collection {
  return state.collection('interactions')
}

function userOf(credential: Credential | undefined): User {
  // The operations all require a credential, and each row of the fixture has the three attributes.
  return credential as unknown as User
}

/** The interaction of the path, unless it is deleted or belongs to another customer. */
function ownInteraction({ path, credential, state }: Exchange): Interaction | undefined {
  // The collection's schema is the one of Interaction.
  const interaction = interactionsOf(state).get(String(path['id'])) as Interaction | undefined
  if (!interaction || interaction.meta.isDeleted) return undefined
  return interaction.customerId === userOf(credential).customerId ? interaction : undefined
}

function unknownInteraction({ path }: Exchange): Refusal {
  return refuse(404, `There is no interaction ${String(path['id'])}.`)
}

/** The attributes in a body, flat or wrapped, without what only the server gives. */
function attributesIn(body: InteractionData): InteractionData {
  const attributes = Object.hasOwn(body, 'data') ? (body['data'] as InteractionData) : body
  return without(attributes, givenByServer)
}

/** The attributes with the distance between the canvasser and the household, where both places are known. */
function dataOf(state: State, attributes: InteractionData): InteractionData {
  const household = state.collection('households').get(String(attributes['householdId'])) as Place | undefined
  const { lat, lng } = (attributes['location'] ?? {}) as Partial<Place>
  if (!household || lat === undefined || lng === undefined) return attributes
  return withDistance(attributes, milesBetween({ lat, lng }, household))
}

function without(data: InteractionData, names: ReadonlySet<string>): InteractionData {
  if (!hasAny(data, names)) return data
  const rest: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(data)) if (!names.has(name)) rest[name] = value
  return rest
}

function hasAny(data: InteractionData, names: ReadonlySet<string>): boolean {
  for (const name in data) if (names.has(name)) return true
  return false
}

function operationsIn(body: unknown): readonly PatchOperation[] {
  return Array.isArray(body) ? body : (body as { data: readonly PatchOperation[] }).data
}

/** Undefined if `etag`, `If-Match` or both name the current version. */
function refusalOfTag({ headers }: Exchange, { meta }: Interaction): Refusal | undefined {
  const sent = [headers['etag'], headers['if-match']].filter(
    (value) => typeof value === 'string' && value.trim() !== '',
  )
  if (sent.length === 0)
    return refuse(400, 'The header etag is required: the entity tag of the interaction, from its meta.etag.')
  if (sent.every((value) => tagsIn(String(value)).some((tag) => tag === '*' || tag === meta.etag))) return undefined
  return refuse(412, 'The interaction has another entity tag by now. Read it again.')
}

/** `If-Match` may list several tags (RFC 9110, section 13.1.1). */
function tagsIn(header: string): readonly string[] {
  return header.split(',').map((tag) =>
    tag
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1'),
  )
}

function quoted({ meta }: Interaction): string {
  return `"${meta.etag}"`
}

/** The interaction after a change, with a tag that differs even if nothing else does. */
function revised(
  { credential, state }: Exchange,
  before: Interaction,
  change: { readonly data?: InteractionData; readonly isDeleted?: boolean },
): Interaction {
  const { data = before.data, isDeleted = false } = change
  const at = (modified: string): Interaction => {
    const meta: Meta = { ...before.meta, modified, isDeleted, modifiedBy: userOf(credential).userId }
    return tagged({ ...before, data, meta }).interaction
  }
  const after = at(state.clock.iso())
  // Where the time stands still, a patch that changes nothing would leave the old tag valid for a second writer.
  return after.meta.etag === before.meta.etag ? at(new Date(state.clock.now() + 1).toISOString()) : after
}

/** Why the interaction would not be one any more, by the schema that its answer has to satisfy. */
function problemOf({ operation }: Exchange, interaction: Interaction): string | undefined {
  const [error] = operation.responses['200']?.content['application/json']?.validate(interaction) ?? []
  return error && `The patch would break the interaction: ${error.at} ${error.message}.`
}

function messageOf({ message, errors = [] }: Refusal): string {
  return errors.length === 0 ? message : `${errors.slice(0, 5).map(describe).join('; ')}.`
}

function describe({ in: part, name, message, params }: LocatedError): string {
  const place = part === 'body' ? `The body${name === '' ? '' : ` at ${name}`}` : `The ${part} parameter ${name}`
  const allowed = Array.isArray(params['allowedValues']) ? `: ${params['allowedValues'].join(', ')}` : ''
  return `${place} ${message}${allowed}`
}

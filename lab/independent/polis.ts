import type { Defects } from './defects.ts'
import type { Answer, HttpRequest, HttpResponse, IndependentApi } from './http.ts'
import type { Json, JsonObject } from './json.ts'
import type { Interaction } from './polis-interaction.ts'
import type { PolisUser } from './polis-user.ts'
import type { Flawed } from './refusal.ts'
import { createHash } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { json } from './http.ts'
import { isObject, parseJson } from './json.ts'
import { checkData, created, distanceOf, ordered, tagged } from './polis-interaction.ts'
import { listed } from './polis-list.ts'
import { HalfDone, operationsOf, patched } from './polis-patch.ts'
import { HOUSEHOLDS, seededInteractions, USERS } from './polis-seed.ts'
import { Refusal } from './refusal.ts'

const COLLECTION = '/v2/interactions'
const ONE_MEBIBYTE = 1024 * 1024

/** Polis as the text alone makes it, with the given defects. */
export function createPolis(defects: Defects): IndependentApi {
  const polis = new Polis((defect) => defects.has(`polis/${defect}`))
  return Object.assign((request: HttpRequest) => polis.answer(request), { reset: () => polis.reset() })
}

class Polis {
  private readonly flawed: Flawed
  private rows: Interaction[] = seededInteractions()
  private count = 0
  /** Rows as they were before their last change. */
  private readonly before = new Map<string, Interaction>()
  private lastTime = 0

  constructor(flawed: Flawed) {
    this.flawed = flawed
  }

  reset(): void {
    this.rows = seededInteractions()
    this.before.clear()
  }

  async answer(request: HttpRequest): Promise<Answer> {
    if (request.path !== '/v2' && !request.path.startsWith('/v2/')) return undefined
    try {
      return this.finished(await this.routed(request))
    } catch (error) {
      if (error instanceof Refusal) return this.refusal(error)
      return json(500, { statusCode: 500, error: 'Internal Server Error', message: String((error as Error).stack) })
    }
  }

  private finished(response: HttpResponse): HttpResponse {
    if (!this.flawed('protocol/json-as-text')) return response
    return { ...response, headers: { ...response.headers, 'content-type': 'text/html; charset=utf-8' } }
  }

  private refusal({ status, message }: Refusal): HttpResponse {
    const name = STATUS_CODES[status] ?? 'Error'
    const challenge: Record<string, string> = status === 401 ? { 'www-authenticate': 'Bearer realm="polis"' } : {}
    if (this.flawed('errors/html')) {
      return {
        status,
        headers: { ...challenge, 'content-type': 'text/html' },
        body: `<h1>${name}</h1><p>${message}</p>`,
      }
    }
    const shown = this.flawed('errors/stack-in-message')
      ? `${message}\n    at Polis.answer (/srv/app/node_modules/polis/index.js:42:7)`
      : this.flawed('errors/nothing-named')
        ? 'the request is not valid'
        : message
    const body = {
      ...(this.flawed('errors/no-message') ? {} : { message: shown }),
      error: this.flawed('errors/code-instead-of-name') ? status : name,
      ...(this.flawed('errors/no-status-code')
        ? {}
        : { statusCode: this.flawed('errors/status-code-as-text') ? String(status) : status }),
    }
    if (this.flawed('errors/nested')) return json(status, { error: body }, challenge)
    return json(this.flawed('errors/status-200') ? 200 : status, body, challenge)
  }

  private async routed(request: HttpRequest): Promise<HttpResponse> {
    const id = idOf(request.path)
    const isLonger = request.path.startsWith(COLLECTION) && this.flawed('protocol/longer-path-accepted')
    if (request.path !== COLLECTION && id === undefined && !isLonger) {
      if (this.flawed('errors/unknown-path-in-html'))
        return {
          status: 404,
          headers: { 'content-type': 'text/html' },
          body: `Cannot ${request.method} ${request.path}`,
        }
      throw new Refusal(404, 'there is nothing here')
    }
    const methods =
      id === undefined ? ['GET', 'HEAD', 'POST', 'OPTIONS'] : ['GET', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS']
    if (request.method === 'PUT' && id !== undefined && this.flawed('protocol/put-as-get'))
      return this.get(id, this.user(request, 'get'))
    if (!methods.includes(request.method)) return this.notAllowed(methods)
    if (request.method === 'OPTIONS') {
      if (this.flawed('protocol/options-needs-credentials')) this.user(request, 'options')
      return { status: 204, headers: { allow: this.allow(methods) }, body: '' }
    }
    return this.operated(request, id)
  }

  private notAllowed(methods: readonly string[]): HttpResponse {
    if (this.flawed('protocol/404-instead-of-405')) throw new Refusal(404, 'there is nothing here')
    const response = this.refusal(new Refusal(405, 'this resource has no such method'))
    return this.flawed('protocol/405-without-allow')
      ? response
      : { ...response, headers: { ...response.headers, allow: this.allow(methods) } }
  }

  private allow(methods: readonly string[]): string {
    const missing = this.flawed('protocol/allow-lacks-patch')
      ? 'PATCH'
      : this.flawed('protocol/allow-lacks-post')
        ? 'POST'
        : ''
    return [
      ...methods.filter((method) => method !== missing),
      ...(this.flawed('protocol/allow-has-put') ? ['PUT'] : []),
    ].join(', ')
  }

  private async operated(request: HttpRequest, id: string | undefined): Promise<HttpResponse> {
    const { method } = request
    if (method === 'HEAD' && this.flawed('protocol/head-404')) throw new Refusal(404, 'there is nothing here')
    if (
      (method === 'GET' || method === 'HEAD') &&
      request.headers['content-type'] !== undefined &&
      this.flawed('protocol/content-type-without-body-refused')
    ) {
      throw new Refusal(400, 'the body cannot be empty')
    }
    if (id === undefined)
      return method === 'POST'
        ? this.create(request, this.user(request, 'create'))
        : this.list(request, this.user(request, 'list'))
    if (method === 'PATCH') return this.patch(request, id, this.user(request, 'patch'))
    if (method === 'DELETE') return this.remove(request, id, this.user(request, 'delete'))
    return this.get(id, this.user(request, 'get'))
  }

  private user(request: HttpRequest, operation: string): PolisUser {
    const anybody = USERS['polis-user-a'] as PolisUser
    const header = request.headers.authorization
    if (this.flawed(`auth/skipped-by-${operation}`)) return anybody
    const [, scheme, token] = /^(\S+) +(\S+)$/.exec(header ?? '') ?? []
    if (token === 'POLIS-USER-A' && this.flawed('auth/token-case-ignored')) return anybody
    const isBearer = this.flawed('auth/scheme-case-matters') ? scheme === 'Bearer' : scheme?.toLowerCase() === 'bearer'
    if (!isBearer && !this.flawed('auth/scheme-ignored')) return this.denied()
    if (token !== undefined && this.flawed('auth/any-token')) return anybody
    const user = Object.hasOwn(USERS, token ?? '') ? USERS[token ?? ''] : undefined
    return user ?? this.denied()
  }

  private denied(): never {
    throw new Refusal(
      this.flawed('auth/status-403') ? 403 : this.flawed('auth/status-400') ? 400 : 401,
      'a valid bearer token is needed',
    )
  }

  private body(request: HttpRequest, mediaTypes: readonly string[]): Json {
    const mediaType = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
    if (request.headers['content-type']?.includes(';') === true && this.flawed('protocol/charset-refused'))
      throw new Refusal(415, 'send JSON')
    const isMissing =
      request.body.length === 0 || (mediaType === '' && this.flawed('protocol/missing-content-type-accepted'))
    if (!mediaTypes.includes(mediaType) && !isMissing && !this.flawed('protocol/content-type-ignored')) {
      throw new Refusal(this.flawed('protocol/415-as-400') ? 400 : 415, 'send JSON')
    }
    const limit = this.flawed('protocol/limit-of-100-kilobytes') ? 100_000 : ONE_MEBIBYTE
    if (request.body.length > limit && !this.flawed('protocol/no-size-limit'))
      throw new Refusal(413, 'send less than a mebibyte')
    try {
      return parseJson(request.body)
    } catch (error) {
      if (this.flawed('protocol/bad-json-crashes'))
        throw new TypeError("Cannot read properties of undefined (reading 'data')", { cause: error })
      throw new Refusal(400, 'the body is not JSON')
    }
  }

  private find(id: string, user: PolisUser, operation: string): Interaction {
    const row = this.rows.find((row) => row.id === id)
    if (row !== undefined && this.isVisible(row, user, operation)) return row
    if (row !== undefined && !row.meta.isDeleted && this.flawed('get/foreign-is-403'))
      throw new Refusal(403, 'this belongs to another customer')
    if (row?.meta.isDeleted === true && this.flawed('get/deleted-is-410')) throw new Refusal(410, 'this was deleted')
    if (!isUuid(id) && this.flawed('get/malformed-id-is-400')) throw new Refusal(400, 'id has to be a UUID')
    if (this.flawed('get/unknown-crashes')) throw new TypeError("Cannot read properties of null (reading 'meta')")
    throw new Refusal(404, 'there is no such interaction')
  }

  private isVisible(row: Interaction, user: PolisUser, operation: string): boolean {
    if (row.meta.isDeleted && !this.flawed(`delete/still-there-for-${operation}`)) return false
    if (this.flawed(`${operation}/own-only`)) return row.meta.createdBy === user.userId
    return row.customerId === user.customerId || this.flawed(`${operation}/foreign-accepted`)
  }

  private list(request: HttpRequest, user: PolisUser): HttpResponse {
    const visible = this.rows.filter((row) => this.isVisible(row, user, 'list'))
    const known = this.flawed('list/stale') ? visible.map((row) => this.before.get(row.id) ?? row) : visible
    const data = listed(known, request.query, this.flawed)
    if (data.length === 0 && this.flawed('list/nothing-found-is-404')) throw new Refusal(404, 'nothing was found')
    const items = this.flawed('list/items-without-meta')
      ? data.map(({ meta: _meta, ...item }) => item)
      : data.map((row) => this.shown(row))
    if (this.flawed('list/bare-array')) return json(200, items)
    if (this.flawed('list/meta-missing')) return json(200, { data: items })
    return json(200, { meta: this.flawed('list/meta-with-total') ? { total: items.length } : {}, data: items })
  }

  private get(id: string, user: PolisUser): HttpResponse {
    const row = this.find(id, user, 'get')
    return json(200, this.shown(row), this.flawed('get/no-tag-header') ? {} : this.tagHeader(row))
  }

  private shown(row: Interaction): unknown {
    const { customerId, securityGroupId, id, meta, data } = row
    const { distance: _distance, ...others } = data
    const { modifiedBy: _modifiedBy, ...metaWithout } = meta
    return {
      ...(this.flawed('shown/no-customer') ? {} : { customerId }),
      ...(this.flawed('shown/no-security-group') ? {} : { securityGroupId }),
      ...(this.flawed('shown/snake-case') ? { security_group_id: securityGroupId } : {}),
      id,
      meta: this.flawed('shown/no-modified-by')
        ? metaWithout
        : this.flawed('shown/created-as-number')
          ? { ...meta, created: Date.parse(meta.created) }
          : meta,
      data: this.flawed('shown/no-distance')
        ? others
        : this.flawed('shown/nothing-null')
          ? { turfId: null, ...data }
          : data,
      ...(this.flawed('shown/storage-leaks') ? { _id: id, __v: 0 } : {}),
    }
  }

  private tagHeader(row: Interaction): Record<string, string> {
    return {
      etag: `"${this.flawed('shown/tag-header-of-its-own') ? createHash('sha1').update(row.id).digest('hex') : row.meta.etag}"`,
    }
  }

  private async create(request: HttpRequest, user: PolisUser): Promise<HttpResponse> {
    const body = this.body(request, ['application/json'])
    if (!isObject(body)) throw new Refusal(400, 'the body has to be an object')
    const wrapped = body['data']
    if (wrapped !== undefined && this.flawed('create/wrapper-refused')) throw new Refusal(400, 'data is no attribute')
    if (wrapped === undefined && this.flawed('create/flat-refused')) throw new Refusal(400, 'data is required')
    const sent = wrapped ?? body
    if (!isObject(sent)) throw new Refusal(400, 'data has to be an object')
    const data = this.attributes(sent)
    if (!this.flawed('create/unchecked')) checkData(data, this.flawed)
    const distance =
      this.flawed('distance/posted-kept') && typeof sent['distance'] === 'number'
        ? sent['distance']
        : this.distance(data)
    const id = await this.newId(sent)
    if (
      this.flawed('create/same-contact-refused') &&
      this.rows.some(
        (row) =>
          !row.meta.isDeleted &&
          row.data['contactId'] === data['contactId'] &&
          row.data['timestamp'] === data['timestamp'],
      )
    ) {
      throw new Refusal(409, 'this contact was interacted with')
    }
    const row = created({
      data: distance === undefined ? data : { ...data, distance },
      id,
      user,
      now: this.now(),
      flawed: this.flawed,
    })
    const own =
      this.flawed('create/customer-from-body') && typeof sent['customerId'] === 'string'
        ? { ...row, customerId: sent['customerId'] }
        : row
    const rows = this.rows
    if (this.flawed('create/parallel-rows-lost')) {
      await nextTurn()
      this.rows = [...rows, own]
    } else if (!this.flawed('create/not-stored')) this.rows.push(own)
    if (this.flawed('create/stored-twice')) this.rows.push({ ...own, id: uuid(`twice ${id}`) })
    return json(
      this.flawed('create/status-200') ? 200 : 201,
      this.flawed('create/only-id-in-answer') ? { id } : this.shown(own),
      this.createdHeaders(own),
    )
  }

  private createdHeaders(row: Interaction): Record<string, string> {
    const tag = this.flawed('create/no-tag-header') ? {} : this.tagHeader(row)
    if (this.flawed('create/no-location')) return tag
    if (this.flawed('create/location-of-collection')) return { ...tag, location: COLLECTION }
    if (this.flawed('create/location-of-another-row')) return { ...tag, location: `${COLLECTION}/${this.rows[0]?.id}` }
    if (this.flawed('create/location-without-base')) return { ...tag, location: `/interactions/${row.id}` }
    return { ...tag, location: `${COLLECTION}/${row.id}` }
  }

  private distance(data: JsonObject): number | undefined {
    if (this.flawed('distance/absent')) return undefined
    return distanceOf(data, HOUSEHOLDS[String(data['householdId']).toLowerCase()], this.flawed)
  }

  /** What of a posted body becomes data: not what only the server sets. */
  private attributes(sent: JsonObject): JsonObject {
    const own = ['id', 'meta', 'customerId', 'securityGroupId', 'distance']
    for (const name of own)
      if (sent[name] !== undefined && this.flawed('create/server-attributes-refused'))
        throw new Refusal(400, `${name} is set by the server`)
    const data: Record<string, Json> = Object.fromEntries(Object.entries(sent).filter(([name]) => !own.includes(name)))
    if (this.flawed('create/successful-by-example')) data['successful'] = true
    if (this.flawed('create/successful-by-default') && data['successful'] === undefined) data['successful'] = true
    if (
      this.flawed('create/timestamp-normalised') &&
      typeof data['timestamp'] === 'string' &&
      !Number.isNaN(Date.parse(data['timestamp']))
    )
      data['timestamp'] = new Date(data['timestamp']).toISOString()
    if (this.flawed('create/timestamp-is-now')) data['timestamp'] = this.now()
    if (this.flawed('create/reason-dropped-when-available') && data['unavailable'] === false)
      delete data['unavailableReason']
    if (this.flawed('create/status-id-dropped')) delete data['statusId']
    if (this.flawed('create/turf-id-dropped')) delete data['turfId']
    if (this.flawed('create/walklist-id-dropped')) delete data['walklistId']
    if (this.flawed('create/ids-lower-cased') && typeof data['contactId'] === 'string')
      data['contactId'] = data['contactId'].toLowerCase()
    if (this.flawed('create/text-mangled') && typeof data['unavailableReason'] === 'string')
      data['unavailableReason'] = Buffer.from(data['unavailableReason']).toString('latin1')
    if (this.flawed('create/text-trimmed-to-20') && typeof data['unavailableReason'] === 'string')
      data['unavailableReason'] = data['unavailableReason'].slice(0, 20)
    if (this.flawed('create/text-trimmed-to-255') && typeof data['unavailableReason'] === 'string')
      data['unavailableReason'] = data['unavailableReason'].slice(0, 255)
    if (this.flawed('create/unknown-attributes-refused') || this.flawed('create/unknown-attributes-dropped'))
      this.onlyKnown(data)
    if (isObject(data['survey'] ?? null)) data['survey'] = this.survey(data['survey'] as JsonObject)
    if (isObject(data['location'] ?? null)) data['location'] = this.location(data['location'] as JsonObject)
    return data
  }

  private onlyKnown(data: Record<string, Json>): void {
    const known =
      'survey location contactId timestamp campaignId successful householdId unavailable unavailableReason contactHouseholdId statusId walklistId turfId'.split(
        ' ',
      )
    for (const name of Object.keys(data)) {
      if (known.includes(name)) continue
      if (this.flawed('create/unknown-attributes-refused')) throw new Refusal(400, `${name} is no attribute`)
      delete data[name]
    }
  }

  private survey(survey: JsonObject): JsonObject {
    if (this.flawed('create/responses-dropped')) return { surveyId: survey['surveyId'] as Json }
    const responses = survey['responses']
    if (!isObject(responses ?? null)) return survey
    const changed = Object.entries(responses as JsonObject).map(([id, response]): [string, Json] => {
      if (!isObject(response) || !isObject(response['fields'])) return [id, response]
      const fields = Object.entries(response['fields'])
      const isText = (value: Json): boolean => value === 'true' || value === 'false'
      if (this.flawed('create/answers-as-booleans'))
        return [
          id,
          {
            ...response,
            fields: Object.fromEntries(fields.map(([name, value]) => [name, isText(value) ? value === 'true' : value])),
          },
        ]
      if (this.flawed('create/question-id-dropped')) return [id, { fields: response['fields'] }]
      return [id, response]
    })
    return {
      ...survey,
      responses: Object.fromEntries(this.flawed('create/only-first-response') ? changed.slice(0, 1) : changed),
    }
  }

  private location(location: JsonObject): JsonObject | null {
    if (this.flawed('create/zero-coordinates-dropped'))
      return Object.fromEntries(Object.entries(location).filter(([, value]) => value !== 0))
    if (this.flawed('create/coordinates-rounded'))
      return Object.fromEntries(
        Object.entries(location).map(([name, value]) => [
          name,
          typeof value === 'number' ? Number(value.toFixed(5)) : value,
        ]),
      )
    return location
  }

  private async newId(sent: JsonObject): Promise<string> {
    if (this.flawed('create/id-from-body') && typeof sent['id'] === 'string') return sent['id']
    if (this.flawed('create/ids-reused')) return uuid(`row ${this.rows.filter((row) => !row.meta.isDeleted).length}`)
    if (this.flawed('create/id-is-a-number')) return String(++this.count)
    if (this.flawed('create/parallel-rows-share-an-id')) {
      const next = this.rows.length + 1
      await nextTurn()
      return uuid(`row ${next}`)
    }
    return uuid(`row ${++this.count}`)
  }

  /** Checks the entity tag that a change has to bring along. */
  private checkTag(request: HttpRequest, row: Interaction, operation: 'patch' | 'delete'): void {
    const own = request.headers['etag']
    const given =
      (typeof own === 'string' ? own : undefined) ??
      (this.flawed('tag/if-match-ignored') ? undefined : request.headers['if-match'])
    if (given === undefined || given.trim() === '') {
      if (this.flawed(`${operation}/tag-optional`)) return
      throw new Refusal(
        this.flawed('tag/missing-is-428') ? 428 : this.flawed('tag/missing-is-412') ? 412 : 400,
        'the header etag is required',
      )
    }
    if (this.flawed(`${operation}/stale-tag-accepted`)) return
    if (this.flawed(`${operation}/if-match-unchecked`) && own === undefined) return
    const tags = given.split(',').map((tag) => this.bare(tag.trim()))
    if (tags.includes('*') && !this.flawed('tag/star-refused')) return
    const isCurrent = this.flawed('tag/only-length-compared')
      ? tags.some((tag) => tag.split('-')[0] === row.meta.etag.split('-')[0])
      : tags.includes(row.meta.etag) ||
        (this.flawed('tag/case-ignored') && tags.some((tag) => tag.toLowerCase() === row.meta.etag.toLowerCase()))
    if (!isCurrent)
      throw new Refusal(
        this.flawed('tag/mismatch-is-409') ? 409 : this.flawed('tag/mismatch-is-400') ? 400 : 412,
        'the interaction was changed meanwhile',
      )
  }

  private bare(tag: string): string {
    const strong = this.flawed('tag/weak-refused') ? tag : tag.replace(/^W\//, '')
    return this.flawed('tag/quotes-refused') ? strong : strong.replace(/^"(.*)"$/, '$1')
  }

  private async patch(request: HttpRequest, id: string, user: PolisUser): Promise<HttpResponse> {
    const mediaTypes = this.flawed('patch/json-patch-media-type-refused')
      ? ['application/json']
      : ['application/json', 'application/json-patch+json']
    const operations = operationsOf(this.body(request, mediaTypes), this.flawed)
    const row = this.find(id, user, 'patch')
    this.checkTag(request, row, 'patch')
    if (this.flawed('patch/parallel-writers-both-win')) await nextTurn()
    if (operations.length === 0 && !this.flawed('patch/no-operations-change-the-row'))
      return json(200, this.shown(row), this.tagHeader(row))
    const next = this.changed(row, this.patchedData(row, operations, user), user)
    if (!this.flawed('patch/not-stored')) this.put(next)
    if (this.flawed('patch/changes-all-of-the-contact')) this.changeContact(next)
    const shown = this.flawed('patch/answers-old-row') ? row : next
    if (this.flawed('patch/answers-nothing')) return { status: 204, headers: this.tagHeader(next), body: '' }
    return json(
      200,
      this.flawed('patch/answers-empty-object') ? {} : this.shown(shown),
      this.flawed('patch/no-tag-header') ? {} : this.tagHeader(shown),
    )
  }

  private patchedData(row: Interaction, operations: readonly JsonObject[], user: PolisUser): JsonObject {
    const todo = this.flawed('patch/only-first-operation') ? operations.slice(0, 1) : operations
    try {
      const data = patched(row.data, todo, this.flawed)
      const checks = this.flawed('patch/ids-unchecked') ? withAnyIds(this.flawed) : this.flawed
      if (!this.flawed('patch/result-unchecked')) checkData(data, checks)
      return data
    } catch (error) {
      if (error instanceof HalfDone) {
        this.put(this.changed(row, error.data, user))
        throw error.refusal
      }
      if (this.flawed('patch/refusal-touches-row')) this.put(this.changed(row, row.data, user))
      throw error
    }
  }

  private changed(row: Interaction, data: JsonObject, user: PolisUser): Interaction {
    const { distance: patchedDistance, ...others } = data
    const { distance } = row.data
    const kept = this.flawed('patch/distance-recomputed')
      ? this.distance(others)
      : this.flawed('patch/distance-patched')
        ? patchedDistance
        : distance
    const { unavailableReason: _reason, ...withoutReason } = others
    const own = this.flawed('patch/untouched-attribute-lost') ? withoutReason : others
    const next = tagged(
      {
        ...row,
        data: ordered(kept === undefined ? own : { ...own, distance: kept }),
        meta: {
          ...row.meta,
          ...(this.flawed('patch/modified-stays') ? {} : { modified: this.now() }),
          ...(this.flawed('patch/modified-by-stays') ? {} : { modifiedBy: user.userId }),
          ...(this.flawed('patch/created-changes') ? { created: this.now() } : {}),
          ...(this.flawed('patch/created-by-changes') ? { createdBy: user.userId } : {}),
        },
        ...(this.flawed('patch/security-group-changes') ? { securityGroupId: user.userId } : {}),
      },
      this.flawed,
    )
    return this.flawed('patch/tag-stays') ? { ...next, meta: { ...next.meta, etag: row.meta.etag } } : next
  }

  private put(next: Interaction): void {
    const old = this.rows.find(({ id }) => id === next.id)
    if (old) this.before.set(old.id, this.before.get(old.id) ?? old)
    this.rows = this.rows.map((row) => (row.id === next.id ? next : row))
  }

  private changeContact(next: Interaction): void {
    this.rows = this.rows.map((row) =>
      row.data['contactId'] === next.data['contactId']
        ? tagged({ ...row, data: { ...row.data, successful: next.data['successful'] ?? false } })
        : row,
    )
  }

  private async remove(request: HttpRequest, id: string, user: PolisUser): Promise<HttpResponse> {
    const row = this.find(id, user, 'delete')
    this.checkTag(request, row, 'delete')
    if (this.flawed('delete/parallel-writers-both-win')) await nextTurn()
    const gone = { ...row, meta: { ...row.meta, isDeleted: true } }
    if (!this.flawed('delete/does-nothing')) this.put(gone)
    if (this.flawed('delete/takes-the-campaign'))
      this.rows = this.rows.map((row) =>
        row.data['campaignId'] === gone.data['campaignId'] ? { ...row, meta: { ...row.meta, isDeleted: true } } : row,
      )
    if (this.flawed('delete/answers-204')) return { status: 204, headers: {}, body: '' }
    return json(
      200,
      this.flawed('delete/answers-the-row')
        ? this.shown(gone)
        : this.flawed('delete/answers-message')
          ? { message: 'deleted' }
          : {},
    )
  }

  /** The time, later than every time before, so that each change is seen in `modified`. */
  private now(): string {
    this.lastTime = Math.max(Date.now(), this.lastTime + 1)
    const text = new Date(this.lastTime).toISOString()
    return this.flawed('create/times-without-milliseconds')
      ? text.replace(/\.\d+/, '')
      : this.flawed('create/times-local')
        ? text.replace('Z', '')
        : text
  }
}

function withAnyIds(flawed: Flawed): Flawed {
  return (defect) => defect === 'data/any-text-as-id' || flawed(defect)
}

function idOf(path: string): string | undefined {
  const segment = /^\/v2\/interactions\/([^/]+)$/.exec(path)?.[1]
  if (segment === undefined) return undefined
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}

/** A UUID that looks random and is the same in every run. */
function uuid(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}

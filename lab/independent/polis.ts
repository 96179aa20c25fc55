import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Defects } from './defects.ts'
import { type Answer, type HttpRequest, type HttpResponse, type IndependentApi, json } from './http.ts'
import { isObject, type JsonObject } from './json.ts'
import { allowed, finished, refusalResponse, refuseMethod, shownRow, tagHeader } from './polis-answers.ts'
import { attributesOf, changedRow, computedDistance, withAnyIds } from './polis-attributes.ts'
import { idOf, isUuid, uuid } from './polis-ids.ts'
import { checkData, created, type Interaction, tagged } from './polis-interaction.ts'
import { listed } from './polis-list.ts'
import { HalfDone, operationsOf, patched } from './polis-patch.ts'
import { checkTag, identify, readBody } from './polis-request.ts'
import { seededInteractions } from './polis-seed.ts'
import type { PolisUser } from './polis-user.ts'
import { type Flawed, Refusal } from './refusal.ts'

const COLLECTION = '/v2/interactions'

/** Polis as the text alone makes it, with the given defects. */
export function createPolis(defects: Defects): IndependentApi {
  const polis = new Polis((defect) => defects.has(`polis/${defect}`))
  return Object.assign((request: HttpRequest) => polis.answer(request), { reset: () => polis.reset() })
}

export class Polis {
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
      return finished(this.flawed, await this.routed(request))
    } catch (error) {
      if (error instanceof Refusal) return refusalResponse(this.flawed, error)
      return json(500, { statusCode: 500, error: 'Internal Server Error', message: String((error as Error).stack) })
    }
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
      return this.get(id, identify(this.flawed, request, 'get'))
    if (!methods.includes(request.method)) return refuseMethod(this.flawed, methods)
    if (request.method === 'OPTIONS') {
      if (this.flawed('protocol/options-needs-credentials')) identify(this.flawed, request, 'options')
      return { status: 204, headers: { allow: allowed(this.flawed, methods) }, body: '' }
    }
    return this.operated(request, id)
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
        ? this.create(request, identify(this.flawed, request, 'create'))
        : this.list(request, identify(this.flawed, request, 'list'))
    if (method === 'PATCH') return this.patch(request, id, identify(this.flawed, request, 'patch'))
    if (method === 'DELETE') return this.remove(request, id, identify(this.flawed, request, 'delete'))
    return this.get(id, identify(this.flawed, request, 'get'))
  }

  private find(id: string, user: PolisUser, operation: string): Interaction {
    const row = this.rows.find((row) => row.id === id)
    if (row !== undefined && isVisible(this.flawed, row, user, operation)) return row
    if (row !== undefined && !row.meta.isDeleted && this.flawed('get/foreign-is-403'))
      throw new Refusal(403, 'this belongs to another customer')
    if (row?.meta.isDeleted === true && this.flawed('get/deleted-is-410')) throw new Refusal(410, 'this was deleted')
    if (!isUuid(id) && this.flawed('get/malformed-id-is-400')) throw new Refusal(400, 'id has to be a UUID')
    if (this.flawed('get/unknown-crashes')) throw new TypeError("Cannot read properties of null (reading 'meta')")
    throw new Refusal(404, 'there is no such interaction')
  }

  private list(request: HttpRequest, user: PolisUser): HttpResponse {
    const visible = this.rows.filter((row) => isVisible(this.flawed, row, user, 'list'))
    const known = this.flawed('list/stale') ? visible.map((row) => this.before.get(row.id) ?? row) : visible
    const data = listed(known, request.query, this.flawed)
    if (data.length === 0 && this.flawed('list/nothing-found-is-404')) throw new Refusal(404, 'nothing was found')
    const items = this.flawed('list/items-without-meta')
      ? data.map(({ meta: _meta, ...item }) => item)
      : data.map((row) => shownRow(this.flawed, row))
    if (this.flawed('list/bare-array')) return json(200, items)
    if (this.flawed('list/meta-missing')) return json(200, { data: items })
    return json(200, { meta: this.flawed('list/meta-with-total') ? { total: items.length } : {}, data: items })
  }

  private get(id: string, user: PolisUser): HttpResponse {
    const row = this.find(id, user, 'get')
    return json(200, shownRow(this.flawed, row), this.flawed('get/no-tag-header') ? {} : tagHeader(this.flawed, row))
  }

  private async create(request: HttpRequest, user: PolisUser): Promise<HttpResponse> {
    const body = readBody(this.flawed, request, ['application/json'])
    if (!isObject(body)) throw new Refusal(400, 'the body has to be an object')
    const wrapped = body['data']
    if (wrapped !== undefined && this.flawed('create/wrapper-refused')) throw new Refusal(400, 'data is no attribute')
    if (wrapped === undefined && this.flawed('create/flat-refused')) throw new Refusal(400, 'data is required')
    const sent = wrapped ?? body
    if (!isObject(sent)) throw new Refusal(400, 'data has to be an object')
    const data = attributesOf(this.flawed, sent, () => this.now())
    if (!this.flawed('create/unchecked')) checkData(data, this.flawed)
    const distance =
      this.flawed('distance/posted-kept') && typeof sent['distance'] === 'number'
        ? sent['distance']
        : computedDistance(this.flawed, data)
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
      this.flawed('create/only-id-in-answer') ? { id } : shownRow(this.flawed, own),
      this.createdHeaders(own),
    )
  }

  private createdHeaders(row: Interaction): Record<string, string> {
    const tag = this.flawed('create/no-tag-header') ? {} : tagHeader(this.flawed, row)
    if (this.flawed('create/no-location')) return tag
    if (this.flawed('create/location-of-collection')) return { ...tag, location: COLLECTION }
    if (this.flawed('create/location-of-another-row')) return { ...tag, location: `${COLLECTION}/${this.rows[0]?.id}` }
    if (this.flawed('create/location-without-base')) return { ...tag, location: `/interactions/${row.id}` }
    return { ...tag, location: `${COLLECTION}/${row.id}` }
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

  private async patch(request: HttpRequest, id: string, user: PolisUser): Promise<HttpResponse> {
    const mediaTypes = this.flawed('patch/json-patch-media-type-refused')
      ? ['application/json']
      : ['application/json', 'application/json-patch+json']
    const operations = operationsOf(readBody(this.flawed, request, mediaTypes), this.flawed)
    const row = this.find(id, user, 'patch')
    checkTag(this.flawed, request, row, 'patch')
    if (this.flawed('patch/parallel-writers-both-win')) await nextTurn()
    if (operations.length === 0 && !this.flawed('patch/no-operations-change-the-row'))
      return json(200, shownRow(this.flawed, row), tagHeader(this.flawed, row))
    const next = changedRow(this.flawed, row, this.patchedData(row, operations, user), user, () => this.now())
    if (!this.flawed('patch/not-stored')) this.put(next)
    if (this.flawed('patch/changes-all-of-the-contact')) this.changeContact(next)
    const shown = this.flawed('patch/answers-old-row') ? row : next
    if (this.flawed('patch/answers-nothing')) return { status: 204, headers: tagHeader(this.flawed, next), body: '' }
    return json(
      200,
      this.flawed('patch/answers-empty-object') ? {} : shownRow(this.flawed, shown),
      this.flawed('patch/no-tag-header') ? {} : tagHeader(this.flawed, shown),
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
        this.put(changedRow(this.flawed, row, error.data, user, () => this.now()))
        throw error.refusal
      }
      if (this.flawed('patch/refusal-touches-row'))
        this.put(changedRow(this.flawed, row, row.data, user, () => this.now()))
      throw error
    }
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
    checkTag(this.flawed, request, row, 'delete')
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
        ? shownRow(this.flawed, gone)
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

function isVisible(flawed: Flawed, row: Interaction, user: PolisUser, operation: string): boolean {
  if (row.meta.isDeleted && !flawed(`delete/still-there-for-${operation}`)) return false
  if (flawed(`${operation}/own-only`)) return row.meta.createdBy === user.userId
  return row.customerId === user.customerId || flawed(`${operation}/foreign-accepted`)
}

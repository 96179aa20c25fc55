import { isDeepStrictEqual } from 'node:util'
import { inferredAt } from '../../spec/inferred.ts'
import { isObject, pointerTo, valueAt } from '../../spec/pointer.ts'
import type { FlowCase } from '../case.ts'
import { jsonOf } from '../checks/answer.ts'
import { echoDifferences } from '../checks/echo.ts'
import type { Exchanged } from '../transport.ts'
import { brokenBodies, type Base } from './body-cases.ts'
import type { Context } from './context.ts'
import { requestOf } from './draft.ts'
import { flowCase, isOk, seen, statusOf, type Scene } from './flow-case.ts'
import { whyStatus } from './request-case.ts'
import { about, createdId, idIn, make, rowsOf, tagOf, tagParameters, wholeList, type Made, type Resource } from './resource.ts'

const SEQUENTIAL = 4
const PARALLEL = 8
const WRITERS = 8

/** What creating, reading, changing and deleting have to do with each other. */
export function stateFlows(context: Context, resource: Resource): FlowCase[] {
  return [
    ...createFlows(context, resource),
    ...updateFlows(context, resource),
    ...deleteFlows(context, resource),
    ...tagFlows(context, resource),
    ...refusedFlows(context, resource),
  ]
}

function createFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read, list } = resource
  if (!create) return []
  const operation = create.draft.operation
  const pointer = operation.pointer
  const flows: FlowCase[] = []
  if (read) {
    const why = whyOf(context, create, read)
    flows.push(
      flowCase(context, {
        name: 'what was created can be read', kind: 'state', operation, pointer, why, checks: ['created-unreadable', 'created-differs'],
        play: async (scene) => {
          const made = await madeOne(scene, resource)
          const answer = await scene.send(requestOf(about(resource, read, made.id)), read.draft.operation)
          if (!isOk(answer)) {
            return scene.fail('created-unreadable', 'what was created cannot be read', { expected: '2xx', got: seen(answer) })
          }
          compareWithSent(scene, create, read, made, answer)
          compareAnswers(scene, 'created-differs', 'reading answers otherwise than creating did', made.exchanged, answer)
        },
      }),
    )
  }
  if (list) {
    flows.push(
      flowCase(context, {
        name: 'what was created is in the list', kind: 'state', operation, pointer, why: whyOf(context, create, list), checks: ['created-unlisted'],
        play: async (scene) => {
          const before = await listed(scene, resource, list)
          const made = await madeOne(scene, resource)
          const after = await listed(scene, resource, list)
          const missing = before.filter((id) => !after.includes(id))
          if (after.filter((id) => id === made.id).length !== 1) {
            scene.fail('created-unlisted', 'what was created is not in the list once', { expected: `${made.id} once`, got: after.join(', ') })
          }
          if (missing.length > 0) {
            scene.fail('created-unlisted', 'creating takes something else off the list', { expected: before.join(', '), got: after.join(', ') })
          }
        },
      }),
    )
  }
  flows.push(
    flowCase(context, {
      name: 'ids are unique', kind: 'state', operation, pointer, why: whyOf(context, create), checks: ['id-repeated'],
      play: async (scene) => {
        const ids: string[] = []
        for (let index = 0; index < SEQUENTIAL; index++) ids.push((await madeAgain(scene, resource)).id)
        const parallel = await Promise.all(Array.from({ length: PARALLEL }, () => make(scene.stage, resource)))
        ids.push(...parallel.flatMap((made) => ('id' in made ? [made.id] : [])))
        const repeated = ids.filter((id, index) => ids.indexOf(id) !== index)
        if (repeated.length > 0) scene.fail('id-repeated', 'two things have one id', { expected: 'ids of their own', got: repeated.join(', ') })
      },
    }),
  )
  return flows
}

function updateFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read, update } = resource
  if (!create || !update || !read) return []
  const operation = update.draft.operation
  const why = whyOf(context, update, read)
  return [
    flowCase(context, {
      name: 'an update lasts and changes nothing else', kind: 'state', operation, pointer: operation.pointer, why, checks: ['update-lost', 'update-spills'],
      play: async (scene) => {
        const other = await madeOne(scene, resource)
        const made = await madeAgain(scene, resource)
        const otherBefore = await readOne(scene, resource, read, other.id)
        const before = await readOne(scene, resource, read, made.id)
        const written = await scene.send(requestOf(about(resource, update, made.id, tagOf(before))), operation)
        if (!isOk(written)) scene.notReached(`the update is refused: ${seen(written)}`)
        const after = await readOne(scene, resource, read, made.id)
        compareAnswers(scene, 'update-lost', 'the next read does not show what the update answered', written, after)
        compareWithChange(scene, update, before, after)
        const otherAfter = await readOne(scene, resource, read, other.id)
        compareAnswers(scene, 'update-spills', 'the update changes another thing', otherBefore, otherAfter)
      },
    }),
  ]
}

function deleteFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read, list, delete: removal } = resource
  if (!create || !removal) return []
  const operation = removal.draft.operation
  return [
    flowCase(context, {
      name: 'deleted means gone', kind: 'state', operation, pointer: operation.pointer, why: whyOf(context, removal), checks: ['deleted-readable', 'deleted-listed', 'update-spills'],
      play: async (scene) => {
        const other = await madeOne(scene, resource)
        const made = await madeAgain(scene, resource)
        const current = read ? await readOne(scene, resource, read, made.id) : made.exchanged
        const tag = tagOf(current)
        const removed = await scene.send(requestOf(about(resource, removal, made.id, tag)), operation)
        if (!isOk(removed)) scene.notReached(`the deletion is refused: ${seen(removed)}`)
        if (read) {
          const gone = await scene.send(requestOf(about(resource, read, made.id)), read.draft.operation)
          if (!isGone(gone)) scene.fail('deleted-readable', 'what was deleted can still be read', { expected: '404 or 410', got: seen(gone) })
          const left = await scene.send(requestOf(about(resource, read, other.id)), read.draft.operation)
          if (!isOk(left)) scene.fail('update-spills', 'deleting one thing removes another', { expected: '2xx', got: seen(left) })
        }
        if (list) {
          const ids = await listed(scene, resource, list)
          if (ids.includes(made.id)) scene.fail('deleted-listed', 'what was deleted is still in the list', { expected: `no ${made.id}`, got: ids.join(', ') })
          if (!ids.includes(other.id)) scene.fail('deleted-listed', 'deleting takes something else off the list', { expected: other.id, got: ids.join(', ') })
        }
        const again = await scene.send(requestOf(about(resource, removal, made.id, tag)), operation)
        if (isOk(again)) {
          scene.fail('deleted-readable', 'what was deleted can be deleted again', {
            expected: '404 or 410', got: seen(again), why: whyStatus(context, operation, '404') ?? 'a second deletion is not described',
          })
        }
      },
    }),
  ]
}

function tagFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read, update, delete: removal } = resource
  if (!create || !update || !read || tagParameters(update).length === 0) return []
  const operation = update.draft.operation
  const pointer = operation.parameters.find(({ name }) => tagParameters(update).includes(name))?.pointer ?? operation.pointer
  const whyStale = whyStatus(context, operation, '412') ?? inferredAt(context.api.document, pointer)
  return [
    flowCase(context, {
      name: 'an entity tag changes with the content', kind: 'state', operation, pointer, why: whyOf(context, update, read), checks: ['tag-unchanged'],
      play: async (scene) => {
        const made = await madeOne(scene, resource)
        const first = await readOne(scene, resource, read, made.id)
        const again = await readOne(scene, resource, read, made.id)
        if (tagOf(first) === undefined) scene.notReached('answers carry no entity tag')
        if (tagOf(first) !== tagOf(again)) {
          scene.fail('tag-unchanged', 'the entity tag changes although nothing else does', { expected: String(tagOf(first)), got: String(tagOf(again)) })
        }
        const written = await scene.send(requestOf(about(resource, update, made.id, tagOf(first))), operation)
        if (!isOk(written)) scene.notReached(`the update is refused: ${seen(written)}`)
        const after = await readOne(scene, resource, read, made.id)
        const why = 'which content a tag stands for is not described'
        if (tagOf(after) === tagOf(first)) {
          scene.fail('tag-unchanged', 'the entity tag stays as it was although the content changes', { expected: 'another tag', got: String(tagOf(after)), why })
        }
        if (tagOf(written) !== tagOf(after)) {
          scene.fail('tag-unchanged', 'the update answers with another entity tag than the next read', { expected: String(tagOf(after)), got: String(tagOf(written)), why })
        }
      },
    }),
    flowCase(context, {
      name: 'a stale entity tag is refused', kind: 'state', operation, pointer, why: whyStale, checks: ['stale-tag-accepted', 'refused-write-changed'],
      play: async (scene) => {
        const made = await madeOne(scene, resource)
        const stale = tagOf(await readOne(scene, resource, read, made.id))
        const written = await scene.send(requestOf(about(resource, update, made.id, stale)), operation)
        if (stale === undefined || !isOk(written)) scene.notReached(`the first update is refused: ${seen(written)}`)
        const before = await readOne(scene, resource, read, made.id)
        if (tagOf(before) === stale) scene.notReached('the update has not changed the entity tag')
        for (const base of [update, ...(removal && tagParameters(removal).length > 0 ? [removal] : [])]) {
          const refused = await scene.send(requestOf(about(resource, base, made.id, stale)), base.draft.operation)
          if (statusOf(refused) < 400) {
            scene.fail('stale-tag-accepted', `${base.draft.method} with a stale entity tag is accepted`, { expected: '412', got: seen(refused) })
            return
          }
          if ('412' in base.draft.operation.responses && statusOf(refused) !== 412) {
            scene.fail('stale-tag-accepted', `${base.draft.method} with a stale entity tag is refused with ${statusOf(refused)}`, { expected: '412', got: seen(refused) })
          }
        }
        const after = await readOne(scene, resource, read, made.id)
        compareAnswers(scene, 'refused-write-changed', 'a write with a stale entity tag changes something', before, after)
      },
    }),
    flowCase(context, {
      name: 'of several writers with one entity tag exactly one wins', kind: 'state', operation, pointer, why: whyStale, checks: ['lost-update'],
      play: async (scene) => {
        const made = await madeOne(scene, resource)
        const tag = tagOf(await readOne(scene, resource, read, made.id))
        if (tag === undefined) scene.notReached('answers carry no entity tag')
        const request = requestOf(about(resource, update, made.id, tag))
        const answers = await Promise.all(Array.from({ length: WRITERS }, () => scene.stage.send(request)))
        const winners = answers.filter(isOk).length
        if (winners === 0) scene.notReached('every writer is refused')
        if (winners !== 1) scene.fail('lost-update', 'several writers with one entity tag win', { expected: 'one', got: 'more than one' })
      },
    }),
  ]
}

/** Refused writes, one after the other; then everything must be as it was. */
function refusedFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read, list, update } = resource
  const flows: FlowCase[] = []
  const sample = (base: Base): ReturnType<typeof brokenBodies> => {
    const all = brokenBodies(context, base, new Set()).filter((each) => each.name.includes('.') || each.name.includes('missing'))
    return all.filter((_, index) => index % Math.max(1, Math.floor(all.length / 12)) === 0)
  }
  if (create && list) {
    const operation = create.draft.operation
    flows.push(
      flowCase(context, {
        name: 'refused creations leave the list as it was', kind: 'state', operation, pointer: operation.pointer,
        why: 'that a refused request changes nothing goes without saying', checks: ['refused-write-changed'],
        play: async (scene) => {
          const before = await listed(scene, resource, list)
          for (const { request } of sample(create)) {
            const refused = await scene.stage.send(request)
            const id = isOk(refused) ? createdId(resource, refused) : undefined
            if (id !== undefined) scene.notReached('a request that breaks the spec was accepted')
            const after = await listed(scene, resource, list)
            if (isDeepStrictEqual(before, after)) continue
            return scene.fail('refused-write-changed', 'a refused creation changes the list', { expected: before.join(', '), got: after.join(', ') })
          }
        },
      }),
    )
  }
  if (create && read && update) {
    const operation = update.draft.operation
    flows.push(
      flowCase(context, {
        name: 'refused updates change nothing', kind: 'state', operation, pointer: operation.pointer,
        why: 'that a refused request changes nothing goes without saying', checks: ['refused-write-changed'],
        play: async (scene) => {
          const made = await madeOne(scene, resource)
          const before = await readOne(scene, resource, read, made.id)
          for (const { request } of sample({ ...update, draft: about(resource, update, made.id, tagOf(before)) })) {
            const refused = await scene.stage.send(request)
            if (isOk(refused)) scene.notReached('a request that breaks the spec was accepted')
            const after = await readOne(scene, resource, read, made.id)
            if (isDeepStrictEqual(jsonOf(before), jsonOf(after))) continue
            return compareAnswers(scene, 'refused-write-changed', 'a refused update changes something', before, after)
          }
        },
      }),
    )
  }
  return flows
}

function whyOf(context: Context, ...bases: readonly Base[]): string | undefined {
  return bases.map(({ draft }) => inferredAt(context.api.document, draft.operation.pointer)).find((why) => why !== undefined)
}

async function madeOne(scene: Scene, resource: Resource): Promise<Made> {
  const made = await make(scene.stage, resource)
  if ('id' in made) return made
  return scene.notReached(`nothing can be created: ${seen(made.refused)}`)
}

/** A second thing beside the first: where that is refused, one of its kind may be all that there can be. */
async function madeAgain(scene: Scene, resource: Resource): Promise<Made> {
  const made = await make(scene.stage, resource)
  if ('id' in made) return made
  return scene.notReached(`a second one cannot be created: ${seen(made.refused)}`)
}

async function readOne(scene: Scene, resource: Resource, read: Base, id: string): Promise<Exchanged> {
  const answer = await scene.send(requestOf(about(resource, read, id)), read.draft.operation)
  if (!isOk(answer)) scene.notReached(`what was created cannot be read: ${seen(answer)}`)
  return answer
}

async function listed(scene: Scene, resource: Resource, list: Base): Promise<string[]> {
  const answer = await scene.send(wholeList(list), list.draft.operation)
  const rows = isOk(answer) ? rowsOf(answer) : undefined
  if (rows === undefined) return scene.notReached(`the list cannot be read: ${seen(answer)}`)
  return rows.flatMap((row) => idIn(resource, row) ?? [])
}

function isGone(exchanged: Exchanged): boolean {
  return statusOf(exchanged) === 404 || statusOf(exchanged) === 410
}

function compareWithSent(scene: Scene, create: Base, read: Base, made: Made, answer: Exchanged): void {
  const differences = echoDifferences(scene.context, create.draft.operation, read.draft.operation, String(statusOf(answer)), made.sent, jsonOf(answer))
  for (const { member, pointer, sent, got, why } of differences) {
    scene.fail('created-differs', `${member} is not read as it was sent`, {
      expected: JSON.stringify(sent), got: got === undefined ? `no ${member}` : JSON.stringify(got), pointer, why: whyOf(scene.context, create, read) ?? why, last: answer,
    })
  }
}

/** Two answers about one thing have to agree wherever they have the same members. */
function compareAnswers(scene: Scene, check: 'created-differs' | 'update-lost' | 'update-spills' | 'refused-write-changed', message: string, one: Exchanged, other: Exchanged): void {
  const before = jsonOf(one)
  const after = jsonOf(other)
  if (!isObject(before) || !isObject(after)) return
  const differing = differences(before, after).filter((at) => valueAt(before, at) !== undefined || check !== 'created-differs')
  if (differing.length === 0) return
  const [at] = differing
  scene.fail(check, `${message}: ${differing.join(', ')}`, {
    expected: JSON.stringify(valueAt(before, at as string)) ?? 'nothing', got: JSON.stringify(valueAt(after, at as string)) ?? 'nothing', last: other,
  })
}

/** The places in which two values differ, as pointers to the topmost ones. */
export function differences(one: unknown, other: unknown, at = ''): string[] {
  if (isDeepStrictEqual(one, other)) return []
  if (!isObject(one) || !isObject(other)) return [at]
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name) => differences(one[name], other[name], pointerTo(at, name)))
}

/** An update changes what it names and what the server keeps about it: tags, times, and whatever is read-only. */
function compareWithChange(scene: Scene, update: Base, before: Exchanged, after: Exchanged): void {
  const named = namedBy(update.draft.body.kind === 'json' ? update.draft.body.value : undefined)
  const changed = differences(jsonOf(before), jsonOf(after))
  const spilled = changed.filter((at) => !named.some((name) => at.split('/').includes(name)) && !isBookkeeping(scene.context, update, after, at))
  if (spilled.length > 0) {
    scene.fail('update-spills', `the update changes more than it says: ${spilled.join(', ')}`, {
      expected: JSON.stringify(valueAt(jsonOf(before), spilled[0] as string)) ?? 'nothing',
      got: JSON.stringify(valueAt(jsonOf(after), spilled[0] as string)) ?? 'nothing', last: after,
    })
  }
  for (const { name, value } of wanted(update.draft.body.kind === 'json' ? update.draft.body.value : undefined)) {
    const places = findAll(jsonOf(after), name)
    if (places.length > 0 && !places.some((place) => isDeepStrictEqual(place, value))) {
      scene.fail('update-lost', `${name} is not what the update has set`, { expected: JSON.stringify(value), got: JSON.stringify(places[0]), last: after })
    }
  }
}

/** The members that an update names: those of the body, or those at the ends of the paths of a JSON Patch (RFC 6902). */
function namedBy(body: unknown): string[] {
  const operations = patchOperations(body)
  if (operations) return operations.map(({ path }) => path.slice(path.lastIndexOf('/') + 1))
  return isObject(body) ? Object.keys(body) : []
}

function wanted(body: unknown): { name: string; value: unknown }[] {
  const operations = patchOperations(body)
  if (operations) {
    return operations.filter(({ op }) => op === 'replace' || op === 'add').map(({ path, value }) => ({ name: path.slice(path.lastIndexOf('/') + 1), value }))
  }
  return isObject(body) ? Object.entries(body).filter(([, value]) => typeof value !== 'object').map(([name, value]) => ({ name, value })) : []
}

function patchOperations(body: unknown): { op: string; path: string; value?: unknown }[] | undefined {
  const list = Array.isArray(body) ? body : isObject(body) ? Object.values(body).find(Array.isArray) : undefined
  const isPatch = Array.isArray(list) && list.length > 0 && list.every((each) => isObject(each) && typeof each['op'] === 'string' && typeof each['path'] === 'string')
  return isPatch ? (list as { op: string; path: string; value?: unknown }[]) : undefined
}

function findAll(value: unknown, name: string): unknown[] {
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([each, inner]) => [...(each === name ? [inner] : []), ...findAll(inner, name)])
}

function isBookkeeping(context: Context, update: Base, after: Exchanged, at: string): boolean {
  const value = valueAt(jsonOf(after), at)
  if (value === tagOf(after)) return true
  const media = Object.values(update.draft.operation.responses[String(update.status)]?.content ?? {})[0]
  if (!media?.schema) return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value)
  const applied = context.schemas.applied(pointerTo(media.pointer, 'schema'), jsonOf(after))
  const upward = applied.filter((each) => at === each.at || at.startsWith(`${each.at}/`))
  return upward.some(({ at: place, schema }) => {
    if (place !== '' && schema['readOnly'] === true) return !isIdentity(at)
    return place === at && schema['format'] === 'date-time' && /modif|updat|chang/i.test(at)
  })
}

/** What names a thing or says whose it is never changes with an update, read-only as it is. */
function isIdentity(at: string): boolean {
  return /(?:^|\/)(?:id|created\w*|\w+Id|resource)$/.test(at)
}


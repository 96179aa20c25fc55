import { isDeepStrictEqual } from 'node:util'
import { inferredAt } from '../../../spec/inferred.ts'
import type { FlowCase } from '../../case.ts'
import { jsonOf } from '../../checks/answer.ts'
import { brokenBodies, type Base } from '../body-cases.ts'
import { compareAnswers, compareWithChange, compareWithSent, whyOf } from './comparison.ts'
import type { Context } from '../context.ts'
import { decidedFlows } from './decided-flows.ts'
import { requestOf } from '../draft.ts'
import { flowCase, isOk, seen } from './flow-case.ts'
import { atOnce, isGone, listed, madeAgain, madeBefore, madeNowOrBefore, madeOne, readOne } from './flow-steps.ts'
import { whyStatus } from '../request-case.ts'
import { about, createdId, make, tagOf, type Resource } from '../resource.ts'
import { locationFlows } from './location-flows.ts'
import { tagFlows } from './tag-flows.ts'
import { digestFlows } from './digest-flows.ts'

const SEQUENTIAL = 4
const PARALLEL = 8

/** What creating, reading, changing and deleting have to do with each other. */
export function stateFlows(context: Context, resource: Resource): FlowCase[] {
  return [
    ...createFlows(context, resource),
    ...decidedFlows(context, resource),
    ...locationFlows(context, resource),
    ...digestFlows(context, resource),
    ...readFlows(context, resource),
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
        name: 'what was created can be read',
        kind: 'state',
        operation,
        pointer,
        why,
        checks: ['created-unreadable', 'created-differs'],
        play: async (scene) => {
          for (const made of await madeNowOrBefore(scene, resource)) {
            const answer = await scene.send(requestOf(about(resource, read, made.id)), read.draft.operation)
            if (!isOk(answer)) {
              return scene.fail('created-unreadable', 'what was created cannot be read', {
                expected: '2xx',
                got: seen(answer),
                why: promisesLocation(context, create) ? undefined : why,
              })
            }
            compareWithSent(scene, create, read, made, answer)
            compareAnswers(
              scene,
              'created-differs',
              'reading answers otherwise than creating did',
              made.exchanged,
              answer,
            )
          }
        },
      }),
    )
  }
  if (list) {
    flows.push(
      flowCase(context, {
        name: 'what was created is in the list',
        kind: 'state',
        operation,
        pointer,
        why: whyOf(context, create, list),
        checks: ['created-unlisted'],
        play: async (scene) => {
          const before = await listed(scene, resource, list)
          const made = await madeOne(scene, resource)
          const after = await listed(scene, resource, list)
          const missing = before.filter((id) => !after.includes(id))
          if (after.filter((id) => id === made.id).length !== 1) {
            scene.fail('created-unlisted', 'what was created is not in the list once', {
              expected: `${made.id} once`,
              got: after.join(', '),
            })
          }
          if (missing.length > 0) {
            scene.fail('created-unlisted', 'creating takes something else off the list', {
              expected: before.join(', '),
              got: after.join(', '),
            })
          }
        },
      }),
    )
  }
  flows.push(
    flowCase(context, {
      name: 'ids are unique',
      kind: 'state',
      operation,
      pointer,
      why: whyOf(context, create),
      checks: ['id-repeated', 'created-unlisted'],
      play: async (scene) => {
        const ids = madeBefore(scene, resource).map(({ id }) => id)
        for (let index = 0; index < SEQUENTIAL && ids.length < SEQUENTIAL; index++) {
          const made = await make(scene.stage, resource)
          if ('id' in made) ids.push(made.id)
          else if (ids.length < 2) scene.notReached(`a second one cannot be created: ${seen(made.refused)}`)
          else break
        }
        const parallel: string[] = []
        // The first round opens the connections, so that the second arrives at once.
        for (let round = 0; round < 2; round++) {
          const made = await Promise.all(Array.from({ length: PARALLEL }, () => make(scene.stage, resource)))
          parallel.push(...made.flatMap((each) => ('id' in each ? [each.id] : [])))
        }
        ids.push(...parallel)
        const repeated = ids.filter((id, index) => ids.indexOf(id) !== index)
        if (repeated.length > 0)
          scene.fail('id-repeated', 'two things have one id', {
            expected: 'ids of their own',
            got: repeated.join(', '),
          })
        const all = list ? await listed(scene, resource, list) : parallel
        const missing = parallel.filter((id) => !all.includes(id))
        if (missing.length > 0)
          scene.fail('created-unlisted', 'some of the things that were created at once are not in the list', {
            expected: parallel.join(', '),
            got: `no ${missing.join(', ')}`,
          })
      },
    }),
  )
  return flows
}

/** Whether the page itself promises that `Location` is where the new thing can be read. */
function promisesLocation({ api }: Context, { draft, status }: Base): boolean {
  const header = draft.operation.responses[String(status)]?.headers['location']
  return header?.required === true && inferredAt(api.document, header.pointer) === undefined
}

/** Reading is safe (RFC 9110, section 9.2.1). */
function readFlows(context: Context, { read }: Resource): FlowCase[] {
  if (!read) return []
  const operation = read.draft.operation
  return [
    flowCase(context, {
      name: 'reading twice answers the same',
      kind: 'state',
      operation,
      pointer: operation.pointer,
      why: 'that reading changes nothing follows from HTTP, not from the page',
      checks: ['update-spills'],
      changesNothing: true,
      play: async (scene) => {
        const first = await scene.send(requestOf(read.draft), operation)
        if (!isOk(first)) scene.notReached(`nothing can be read: ${seen(first)}`)
        const second = await scene.send(requestOf(read.draft), operation)
        compareAnswers(scene, 'update-spills', 'reading changes what is read', first, second)
      },
    }),
  ]
}

function updateFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read, update } = resource
  if (!create || !update || !read) return []
  const operation = update.draft.operation
  const why = whyOf(context, update, read)
  return [
    flowCase(context, {
      name: 'an update lasts and changes nothing else',
      kind: 'state',
      operation,
      pointer: operation.pointer,
      why,
      checks: ['update-lost', 'update-spills'],
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
    ...(read ? [deletionRace(context, resource, removal, read)] : []),
    flowCase(context, {
      name: 'deleted means gone',
      kind: 'state',
      operation,
      pointer: operation.pointer,
      why: whyOf(context, removal),
      checks: ['deleted-readable', 'deleted-listed', 'update-spills'],
      play: async (scene) => {
        const other = await madeOne(scene, resource)
        const made = await madeAgain(scene, resource)
        const current = read ? await readOne(scene, resource, read, made.id) : made.exchanged
        const tag = tagOf(current)
        const before = list ? await listed(scene, resource, list) : []
        const removed = await scene.send(requestOf(about(resource, removal, made.id, tag)), operation)
        if (!isOk(removed)) scene.notReached(`the deletion is refused: ${seen(removed)}`)
        if (read) {
          const gone = await scene.send(requestOf(about(resource, read, made.id)), read.draft.operation)
          if (!isGone(gone))
            scene.fail('deleted-readable', 'what was deleted can still be read', {
              expected: '404 or 410',
              got: seen(gone),
            })
          const left = await scene.send(requestOf(about(resource, read, other.id)), read.draft.operation)
          if (!isOk(left))
            scene.fail('update-spills', 'deleting one thing removes another', { expected: '2xx', got: seen(left) })
        }
        if (list) {
          const ids = await listed(scene, resource, list)
          if (ids.includes(made.id))
            scene.fail('deleted-listed', 'what was deleted is still in the list', {
              expected: `no ${made.id}`,
              got: ids.join(', '),
            })
          const missing = before.filter((id) => id !== made.id && !ids.includes(id))
          if (missing.length > 0 || !ids.includes(other.id))
            scene.fail('deleted-listed', 'deleting takes something else off the list', {
              expected: [...new Set([...missing, other.id])].join(', '),
              got: ids.join(', '),
            })
        }
        const again = await scene.send(requestOf(about(resource, removal, made.id, tag)), operation)
        if (isOk(again)) {
          scene.fail('deleted-readable', 'what was deleted can be deleted again', {
            expected: '404 or 410',
            got: seen(again),
            why: whyStatus(context, operation, '404') ?? 'a second deletion is not described',
          })
        }
      },
    }),
  ]
}

/** Of many who delete one thing at once, one has deleted it; to the others it is gone. */
function deletionRace(context: Context, resource: Resource, removal: Base, read: Base): FlowCase {
  const operation = removal.draft.operation
  return flowCase(context, {
    name: 'of several who delete one thing exactly one succeeds',
    kind: 'state',
    operation,
    pointer: operation.pointer,
    why: whyStatus(context, operation, '404') ?? 'a second deletion is not described',
    checks: ['lost-update'],
    play: async (scene) => {
      const made = await madeOne(scene, resource)
      const current = await readOne(scene, resource, read, made.id)
      const request = requestOf(about(resource, removal, made.id, tagOf(current)))
      const answers = await atOnce(scene, requestOf(about(resource, read, made.id)), PARALLEL, request)
      const winners = answers.filter(isOk).length
      if (winners === 0) scene.notReached('every deletion is refused')
      if (winners > 1)
        scene.fail('lost-update', 'several who delete one thing succeed', { expected: 'one', got: 'more than one' })
    },
  })
}

/** Refused writes, one after the other; then everything must be as it was. */
function refusedFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read, list, update } = resource
  const flows: FlowCase[] = []
  const sample = (base: Base): ReturnType<typeof brokenBodies> => {
    const all = brokenBodies(context, base, new Set()).filter(
      (each) => each.name.includes('.') || each.name.includes('missing'),
    )
    return all.filter((_, index) => index % Math.max(1, Math.floor(all.length / 12)) === 0)
  }
  if (create && list) {
    const operation = create.draft.operation
    flows.push(
      flowCase(context, {
        name: 'refused creations leave the list as it was',
        kind: 'state',
        operation,
        pointer: operation.pointer,
        why: 'that a refused request changes nothing goes without saying',
        checks: ['refused-write-changed'],
        play: async (scene) => {
          const before = await listed(scene, resource, list)
          for (const { request } of sample(create)) {
            const refused = await scene.stage.send(request)
            const id = isOk(refused) ? createdId(resource, refused) : undefined
            if (id !== undefined) scene.notReached('a request that breaks the spec was accepted')
            const after = await listed(scene, resource, list)
            if (isDeepStrictEqual(before, after)) continue
            return scene.fail('refused-write-changed', 'a refused creation changes the list', {
              expected: before.join(', '),
              got: after.join(', '),
            })
          }
        },
      }),
    )
  }
  if (create && read && update) {
    const operation = update.draft.operation
    flows.push(
      flowCase(context, {
        name: 'refused updates change nothing',
        kind: 'state',
        operation,
        pointer: operation.pointer,
        why: 'that a refused request changes nothing goes without saying',
        checks: ['refused-write-changed'],
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

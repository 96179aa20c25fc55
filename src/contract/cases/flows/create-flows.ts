import { inferredAt } from '../../../spec/inferred.ts'
import type { FlowCase } from '../../case.ts'
import type { Base } from '../body-cases.ts'
import type { Context } from '../context.ts'
import { requestOf } from '../draft.ts'
import { about, make, type Resource } from '../resource.ts'
import { compareAnswers, compareWithSent, whyOf } from './comparison.ts'
import { flowCase, isOk, seen, type Scene } from './flow-case.ts'
import { listed, madeBefore, madeNowOrBefore, madeOne, PARALLEL } from './flow-steps.ts'

const SEQUENTIAL = 4

/** What creating one thing leads to: it can be read, it is in the list, and no other has its id. */
export function createFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read, list } = resource
  if (!create) return []
  return [
    ...(read ? [createdIsRead(context, resource, create, read)] : []),
    ...(list ? [createdIsListed(context, resource, create, list)] : []),
    idsAreUnique(context, resource, create),
  ]
}

function createdIsRead(context: Context, resource: Resource, create: Base, read: Base): FlowCase {
  const { operation } = create.draft
  const why = whyOf(context, create, read)
  return flowCase(context, {
    name: 'what was created can be read',
    kind: 'state',
    operation,
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
        compareAnswers(scene, 'created-differs', 'reading answers otherwise than creating did', made.exchanged, answer)
      }
    },
  })
}

/** Whether the page itself promises that `Location` is where the new thing can be read. */
function promisesLocation({ api }: Context, { draft, status }: Base): boolean {
  const header = draft.operation.responses[String(status)]?.headers['location']
  return header?.required === true && inferredAt(api.document, header.pointer) === undefined
}

function createdIsListed(context: Context, resource: Resource, create: Base, list: Base): FlowCase {
  const { operation } = create.draft
  return flowCase(context, {
    name: 'what was created is in the list',
    kind: 'state',
    operation,
    why: whyOf(context, create, list),
    checks: ['created-unlisted'],
    play: async (scene) => {
      const before = await listed(scene, resource, list)
      const made = await madeOne(scene, resource)
      const after = await listed(scene, resource, list)
      if (after.filter((id) => id === made.id).length !== 1) {
        scene.fail('created-unlisted', 'what was created is not in the list once', {
          expected: `${made.id} once`,
          got: after.join(', '),
        })
      }
      if (before.some((id) => !after.includes(id))) {
        scene.fail('created-unlisted', 'creating takes something else off the list', {
          expected: before.join(', '),
          got: after.join(', '),
        })
      }
    },
  })
}

function idsAreUnique(context: Context, resource: Resource, create: Base): FlowCase {
  const { operation } = create.draft
  return flowCase(context, {
    name: 'ids are unique',
    kind: 'state',
    operation,
    why: whyOf(context, create),
    checks: ['id-repeated', 'created-unlisted'],
    play: async (scene) => {
      const inTurn = await madeInTurn(scene, resource)
      const atOnce = await madeAtOnce(scene, resource)
      const ids = [...inTurn, ...atOnce]
      const repeated = ids.filter((id, index) => ids.indexOf(id) !== index)
      if (repeated.length > 0)
        scene.fail('id-repeated', 'two things have one id', { expected: 'ids of their own', got: repeated.join(', ') })
      const all = resource.list ? await listed(scene, resource, resource.list) : atOnce
      const missing = atOnce.filter((id) => !all.includes(id))
      if (missing.length > 0)
        scene.fail('created-unlisted', 'some of the things that were created at once are not in the list', {
          expected: atOnce.join(', '),
          got: `no ${missing.join(', ')}`,
        })
    },
  })
}

async function madeInTurn(scene: Scene, resource: Resource): Promise<string[]> {
  const ids = madeBefore(scene, resource).map(({ id }) => id)
  for (let index = 0; index < SEQUENTIAL && ids.length < SEQUENTIAL; index++) {
    const made = await make(scene.stage, resource)
    if ('id' in made) ids.push(made.id)
    else if (ids.length < 2) scene.notReached(`a second one cannot be created: ${seen(made.refused)}`)
    else break
  }
  return ids
}

async function madeAtOnce(scene: Scene, resource: Resource): Promise<string[]> {
  const ids: string[] = []
  // The first round opens the connections, so that the second arrives at once.
  for (let round = 0; round < 2; round++) {
    const made = await Promise.all(Array.from({ length: PARALLEL }, () => make(scene.stage, resource)))
    ids.push(...made.flatMap((each) => ('id' in each ? [each.id] : [])))
  }
  return ids
}

import type { Operation } from '../../../spec/api.ts'
import type { FlowCase } from '../../case.ts'
import type { Base } from '../body-cases.ts'
import type { Context } from '../context.ts'
import { requestOf } from '../draft.ts'
import { whyStatus } from '../request-case.ts'
import { about, tagOf, type Resource } from '../resource.ts'
import { whyOf } from './comparison.ts'
import { flowCase, isOk, seen, type Scene } from './flow-case.ts'
import { atOnce, isGone, listed, madeAgain, madeOne, PARALLEL, readOne } from './flow-steps.ts'

/** Deleted means gone, for good, and only once. */
export function deleteFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read, delete: removal } = resource
  if (!create || !removal) return []
  return [...(read ? [deletionRace(context, resource, removal, read)] : []), deletedIsGone(context, resource, removal)]
}

function deletedIsGone(context: Context, resource: Resource, removal: Base): FlowCase {
  const { operation } = removal.draft
  return flowCase(context, {
    name: 'deleted means gone',
    kind: 'state',
    operation,
    why: whyOf(context, removal),
    checks: ['deleted-readable', 'deleted-listed', 'update-spills'],
    play: async (scene) => {
      const { read, list } = resource
      const other = await madeOne(scene, resource)
      const made = await madeAgain(scene, resource)
      const current = read ? await readOne(scene, resource, read, made.id) : made.exchanged
      const deletion = requestOf(about(resource, removal, made.id, tagOf(current)))
      const before = list ? await listed(scene, resource, list) : []
      const removed = await scene.send(deletion, operation)
      if (!isOk(removed)) scene.notReached(`the deletion is refused: ${seen(removed)}`)
      const ids = { gone: made.id, left: other.id }
      if (read) await assertReadsLeft(scene, resource, read, ids)
      if (list) await assertListLeft(scene, resource, { list, before, ...ids })
      const again = await scene.send(deletion, operation)
      if (isOk(again)) {
        scene.fail('deleted-readable', 'what was deleted can be deleted again', {
          expected: '404 or 410',
          got: seen(again),
          why: whySecond(context, operation),
        })
      }
    },
  })
}

interface Ids {
  readonly gone: string
  readonly left: string
}

async function assertReadsLeft(scene: Scene, resource: Resource, read: Base, ids: Ids): Promise<void> {
  const gone = await scene.send(requestOf(about(resource, read, ids.gone)), read.draft.operation)
  if (!isGone(gone))
    scene.fail('deleted-readable', 'what was deleted can still be read', { expected: '404 or 410', got: seen(gone) })
  const left = await scene.send(requestOf(about(resource, read, ids.left)), read.draft.operation)
  if (!isOk(left))
    scene.fail('update-spills', 'deleting one thing removes another', { expected: '2xx', got: seen(left) })
}

async function assertListLeft(
  scene: Scene,
  resource: Resource,
  { list, before, gone, left }: Ids & { readonly list: Base; readonly before: readonly string[] },
): Promise<void> {
  const ids = await listed(scene, resource, list)
  if (ids.includes(gone))
    scene.fail('deleted-listed', 'what was deleted is still in the list', {
      expected: `no ${gone}`,
      got: ids.join(', '),
    })
  const missing = before.filter((id) => id !== gone && !ids.includes(id))
  if (missing.length > 0 || !ids.includes(left))
    scene.fail('deleted-listed', 'deleting takes something else off the list', {
      expected: [...new Set([...missing, left])].join(', '),
      got: ids.join(', '),
    })
}

function whySecond(context: Context, operation: Operation): string {
  return whyStatus(context, operation, '404') ?? 'a second deletion is not described'
}

/** Of many who delete one thing at once, one has deleted it; to the others it is gone. */
function deletionRace(context: Context, resource: Resource, removal: Base, read: Base): FlowCase {
  const { operation } = removal.draft
  return flowCase(context, {
    name: 'of several who delete one thing exactly one succeeds',
    kind: 'state',
    operation,
    why: whySecond(context, operation),
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

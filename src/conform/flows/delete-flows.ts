import type { Operation } from '../../openapi/api.ts'
import type { FlowCase } from '../case.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import type { Context } from '../context.ts'
import { requestOf } from '../cases/draft.ts'
import { whyStatus } from '../checks/why-status.ts'
import { about, tagOf, type Resource } from '../cases/resource.ts'
import { whyOf } from './comparison.ts'
import { flowCase, isOk, seen, type FlowContext } from './flow-case.ts'
import { atOnce, isGone, listed, madeAgain, madeOne, PARALLEL, readOne } from './flow-steps.ts'

/** Deleted means gone, for good, and only once. */
export function deleteFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read, delete: removal } = resource
  if (!create || !removal) return []
  return [...(read ? [deletionRace(context, resource, removal, read)] : []), deletedIsGone(context, resource, removal)]
}

function deletedIsGone(context: Context, resource: Resource, removal: BaseRequest): FlowCase {
  const { operation } = removal.draft
  return flowCase(context, {
    name: 'deleted means gone',
    kind: 'state',
    operation,
    why: whyOf(context, removal),
    checks: ['deleted-readable', 'deleted-listed', 'update-spills'],
    play: async (flow) => {
      const { read, list } = resource
      const other = await madeOne(flow, resource)
      const made = await madeAgain(flow, resource, other)
      const current = read ? await readOne(flow, resource, read, made.id) : made.exchanged
      const deletion = requestOf(about(resource, removal, made.id, tagOf(current)))
      const before = list ? await listed(flow, resource, list) : []
      const removed = await flow.send(deletion, operation)
      if (!isOk(removed)) flow.notReached(`the deletion is refused: ${seen(removed)}`)
      const ids = { gone: made.id, left: other.id }
      if (read) await assertReadsLeft(flow, resource, read, ids)
      if (list) await assertListLeft(flow, resource, { list, before, ...ids })
      const again = await flow.send(deletion, operation)
      if (isOk(again)) {
        flow.fail('deleted-readable', 'what was deleted can be deleted again', {
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

async function assertReadsLeft(flow: FlowContext, resource: Resource, read: BaseRequest, ids: Ids): Promise<void> {
  const gone = await flow.send(requestOf(about(resource, read, ids.gone)), read.draft.operation)
  if (!isGone(gone))
    flow.fail('deleted-readable', 'what was deleted can still be read', { expected: '404 or 410', got: seen(gone) })
  const left = await flow.send(requestOf(about(resource, read, ids.left)), read.draft.operation)
  if (!isOk(left))
    flow.fail('update-spills', 'deleting one thing removes another', { expected: '2xx', got: seen(left) })
}

async function assertListLeft(
  flow: FlowContext,
  resource: Resource,
  { list, before, gone, left }: Ids & { readonly list: BaseRequest; readonly before: readonly string[] },
): Promise<void> {
  const ids = await listed(flow, resource, list)
  if (ids.includes(gone))
    flow.fail('deleted-listed', 'what was deleted is still in the list', {
      expected: `no ${gone}`,
      got: ids.join(', '),
    })
  const missing = before.filter((id) => id !== gone && !ids.includes(id))
  // A list that never had the other thing has not lost it.
  const isLost = !ids.includes(left) && (flow.context.api.strict || before.includes(left))
  if (missing.length > 0 || isLost)
    flow.fail('deleted-listed', 'deleting takes something else off the list', {
      expected: [...new Set([...missing, left])].join(', '),
      got: ids.join(', '),
    })
}

function whySecond(context: Context, operation: Operation): string {
  return whyStatus(context, operation, '404') ?? 'a second deletion is not described'
}

/** Of many who delete one thing at once, one has deleted it; to the others it is gone. */
function deletionRace(context: Context, resource: Resource, removal: BaseRequest, read: BaseRequest): FlowCase {
  const { operation } = removal.draft
  return flowCase(context, {
    name: 'of several who delete one thing exactly one succeeds',
    kind: 'state',
    operation,
    why: whySecond(context, operation),
    checks: ['lost-update'],
    play: async (flow) => {
      const made = await madeOne(flow, resource)
      const current = await readOne(flow, resource, read, made.id)
      const request = requestOf(about(resource, removal, made.id, tagOf(current)))
      const answers = await atOnce(flow, requestOf(about(resource, read, made.id)), PARALLEL, request)
      const winners = answers.filter(isOk).length
      if (winners === 0) flow.notReached('every deletion is refused')
      if (winners > 1)
        flow.fail('lost-update', 'several who delete one thing succeed', { expected: 'one', got: 'more than one' })
    },
  })
}

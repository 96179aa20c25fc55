import type { Pointer } from '../../openapi/api.ts'
import { isObject, pointerTo, valueAt } from '../../openapi/pointer.ts'
import { responseFor } from '../../openapi/responses.ts'
import type { FlowCase } from '../case.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import type { Context } from '../context.ts'
import { requestOf } from '../cases/draft.ts'
import { about, idIn, make, type Made, type Resource } from '../cases/resource.ts'
import { namingSchema } from '../checks/echo-differences.ts'
import { jsonOf } from '../checks/json-of.ts'
import type { Exchanged } from '../transport/transport.ts'
import { compareAnswers, compareWithSent, differences, promisesLocation, whyOf } from './comparison.ts'
import { makesRows, whyUnlisted, whyUnread } from '../cases/resource-promise.ts'
import { flowCase, isOk, seen, type FlowContext } from './flow-case.ts'
import { allRows } from './whole-list.ts'
import { listed, madeBefore, madeNowOrBefore, madeOne, PARALLEL } from './flow-steps.ts'

const ID_NOT_SAID = 'that each creation makes a thing of its own is not said'

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

function createdIsRead(context: Context, resource: Resource, create: BaseRequest, read: BaseRequest): FlowCase {
  const { operation } = create.draft
  const why = whyOf(context, create, read) ?? whyUnread(context, operation, read)
  return flowCase(context, {
    name: 'what was created can be read',
    kind: 'state',
    operation,
    why,
    checks: ['created-unreadable', 'created-differs'],
    play: async (flow) => {
      for (const made of await madeNowOrBefore(flow, resource)) {
        const answer = await flow.send(requestOf(about(resource, read, made.id)), read.draft.operation)
        if (!isOk(answer)) {
          return flow.fail('created-unreadable', 'what was created cannot be read', {
            expected: '2xx',
            got: seen(answer),
            why: promisesLocation(context, create) ? undefined : why,
          })
        }
        compareWithSent(flow, create, read, made, answer)
        holdId(flow, resource, made, answer, why)
        compareAnswers(flow, 'created-differs', 'reading answers otherwise than creating did', made.exchanged, answer)
      }
    },
  })
}

/** A list tells of a thing what its creation told, as far as it tells of it, and all of it that the document names. */
function holdRow(flow: FlowContext, create: BaseRequest, row: unknown, { exchanged }: Made, createdAt: Pointer): void {
  const { context } = flow
  const created = valueAt(jsonOf(exchanged), createdAt)
  if (!isObject(row) || !isObject(created)) return
  const isTold = (at: string): boolean => valueAt(row, at) !== undefined && valueAt(created, at) !== undefined
  const isNamed = namesIn(context, create, jsonOf(exchanged))
  const at = differences(created, row).find((each) => isTold(each) || (context.api.strict && isNamed(createdAt + each)))
  if (at === undefined) return
  flow.fail('created-differs', `the list shows what was created otherwise than creating did: ${at}`, {
    expected: JSON.stringify(valueAt(created, at)) ?? 'nothing',
    got: JSON.stringify(valueAt(row, at)) ?? 'nothing',
    // A list of somebody else's document may show less of a thing, or other things of it.
    ...(!context.api.strict && { why: 'that a list shows a thing as its creation does is not said' }),
  })
}

/** Whether the document has a name for what stands at a place of an answer. A server may add further properties. */
function namesIn(context: Context, { draft, status }: BaseRequest, answer: unknown): (at: Pointer) => boolean {
  const media = Object.values(responseFor(draft.operation.responses, status)?.content ?? {})[0]
  const applied = media?.schema ? context.schemas.applied(pointerTo(media.pointer, 'schema'), answer) : []
  return (at) => namingSchema(applied, at) !== undefined
}

/** The thing that is read is the one that was created, where both say which it is. */
function holdId(flow: FlowContext, resource: Resource, { id }: Made, answer: Exchanged, why: string | undefined): void {
  const { context } = flow
  const read = idIn(resource, valueAt(jsonOf(answer), resource.createdAt ?? ''))
  // What the path of somebody else's document names a thing by need not be its id.
  if (!context.api.strict || read === undefined || read === id) return
  flow.fail('created-differs', 'what is read has another id than what was created', {
    expected: id,
    got: read,
    why: resource.create && promisesLocation(context, resource.create) ? undefined : why,
    last: answer,
  })
}

function createdIsListed(context: Context, resource: Resource, create: BaseRequest, list: BaseRequest): FlowCase {
  const { operation } = create.draft
  return flowCase(context, {
    name: 'what was created is in the list',
    kind: 'state',
    operation,
    why: whyOf(context, create, list) ?? whyUnlisted(context, operation, list),
    checks: ['created-unlisted', 'created-differs'],
    play: async (flow) => {
      const before = await listed(flow, resource, list)
      const made = await madeOne(flow, resource)
      const rows = await allRows(flow, resource, list)
      const after = rows.flatMap((row) => idIn(resource, row) ?? [])
      const row = rows.find((each) => idIn(resource, each) === made.id)
      holdRow(flow, create, row, made, resource.createdAt ?? '')
      if (after.filter((id) => id === made.id).length !== 1) {
        flow.fail('created-unlisted', 'what was created is not in the list once', {
          expected: `${made.id} once`,
          got: after.join(', '),
        })
      }
      if (before.some((id) => !after.includes(id))) {
        flow.fail('created-unlisted', 'creating takes something else off the list', {
          expected: before.join(', '),
          got: after.join(', '),
        })
      }
    },
  })
}

function idsAreUnique(context: Context, resource: Resource, create: BaseRequest): FlowCase {
  const { operation } = create.draft
  return flowCase(context, {
    name: 'ids are unique',
    kind: 'state',
    operation,
    why: whyOf(context, create) ?? (makesRows(context, operation) ? undefined : ID_NOT_SAID),
    checks: ['id-repeated', 'created-unlisted'],
    play: async (flow) => {
      if (await isClientsChoice(flow, resource)) flow.notReached('the client chooses the ids')
      const inTurn = await madeInTurn(flow, resource)
      const atOnce = await madeAtOnce(flow, resource)
      const ids = [...inTurn, ...atOnce]
      const repeated = ids.filter((id, index) => ids.indexOf(id) !== index)
      if (repeated.length > 0)
        flow.fail('id-repeated', 'two things have one id', { expected: 'ids of their own', got: repeated.join(', ') })
      const all = resource.list ? await listed(flow, resource, resource.list) : atOnce
      const why = resource.list && whyUnlisted(context, operation, resource.list)
      const missing = atOnce.filter((id) => !all.includes(id))
      if (missing.length > 0)
        flow.fail('created-unlisted', 'some of the things that were created at once are not in the list', {
          expected: atOnce.join(', '),
          got: `no ${missing.join(', ')}`,
          ...(why !== undefined && { why }),
        })
    },
  })
}

/** Whether the id of what was created is one that was sent. */
async function isClientsChoice({ runner }: FlowContext, resource: Resource): Promise<boolean> {
  const made = await make(runner, resource)
  return 'id' in made && isObject(made.sent) && Object.values(made.sent).map(String).includes(made.id)
}

async function madeInTurn(flow: FlowContext, resource: Resource): Promise<string[]> {
  const ids = madeBefore(flow, resource).map(({ id }) => id)
  for (let index = 0; index < SEQUENTIAL && ids.length < SEQUENTIAL; index++) {
    const made = await make(flow.runner, resource)
    if ('id' in made) ids.push(made.id)
    else if (ids.length < 2) flow.notReached(`a second one cannot be created: ${seen(made.refused)}`)
    else break
  }
  return ids
}

async function madeAtOnce(flow: FlowContext, resource: Resource): Promise<string[]> {
  const ids: string[] = []
  // The first round opens the connections, so that the second arrives at once.
  for (let round = 0; round < 2; round++) {
    const made = await Promise.all(Array.from({ length: PARALLEL }, () => make(flow.runner, resource)))
    ids.push(...made.flatMap((each) => ('id' in each ? [each.id] : [])))
  }
  return ids
}

import type { FlowCase } from '../case.ts'
import type { Context } from '../context.ts'
import { requestOf } from '../cases/draft.ts'
import { about, make, tagOf, type Resource } from '../cases/resource.ts'
import { compareAnswers, compareWithChange, whyOf } from './comparison.ts'
import { jsonMedia, type BaseRequest } from '../cases/body-cases.ts'
import { whyUnread } from '../cases/resource-promise.ts'
import { richSample } from '../cases/sample.ts'
import { changedFrom, partsOf } from './changed-body.ts'
import { jsonOf } from '../checks/json-of.ts'
import { flowCase, isOk, seen } from './flow-case.ts'
import { madeAgain, madeOne, readOne } from './flow-steps.ts'

/** An update lasts and changes nothing else. */
export function updateFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read, update } = resource
  if (!create || !update || !read) return []
  return [wholeUpdate(context, resource, update, read), ...partialUpdate(context, resource, update, read)]
}

/** What an update does not name stays as it was; a `PUT` replaces all (RFC 9110, section 9.3.4). */
function partialUpdate(context: Context, resource: Resource, update: BaseRequest, read: BaseRequest): FlowCase[] {
  const { operation } = update.draft
  if (context.api.strict || operation.method === 'PUT' || partsOf(context, update, undefined).length === 0) return []
  return [
    flowCase(context, {
      name: 'an update of one property leaves the others as they were',
      kind: 'state',
      operation,
      why: whyOf(context, update, read) ?? whyUnread(context, operation, read),
      checks: ['update-lost', 'update-spills'],
      play: async (flow) => {
        const media = resource.create && jsonMedia(resource.create)
        const whole = media && richSample(context.schemas, media.schema, media.value)
        const plain = await make(flow.runner, resource, whole)
        const made = 'id' in plain ? plain : await madeOne(flow, resource)
        for (const part of partsOf(context, update, undefined)
          .slice(0, MOST_PARTS)
          .map((_, index) => index)) {
          const before = await readOne(flow, resource, read, made.id)
          const changing = partsOf(context, update, jsonOf(before))[part]
          if (!changing) continue
          const written = await flow.send(requestOf(about(resource, changing, made.id, tagOf(before))), operation)
          if (!isOk(written)) flow.notReached(`the update is refused: ${seen(written)}`)
          compareWithChange(flow, changing, before, await readOne(flow, resource, read, made.id))
        }
      },
    }),
  ]
}

/** Properties that are changed one by one. */
const MOST_PARTS = 3

function wholeUpdate(context: Context, resource: Resource, update: BaseRequest, read: BaseRequest): FlowCase {
  const operation = update.draft.operation
  const why = whyOf(context, update, read) ?? whyUnread(context, operation, read)
  return flowCase(context, {
    name: 'an update lasts and changes nothing else',
    kind: 'state',
    operation,
    why,
    checks: ['update-lost', 'update-spills'],
    play: async (flow) => {
      const other = await madeOne(flow, resource)
      const made = await madeAgain(flow, resource, other)
      const otherBefore = await readOne(flow, resource, read, other.id)
      const before = await readOne(flow, resource, read, made.id)
      const changing = changedFrom(context, update, jsonOf(before))
      const written = await flow.send(requestOf(about(resource, changing, made.id, tagOf(before))), operation)
      if (!isOk(written)) flow.notReached(`the update is refused: ${seen(written)}`)
      const after = await readOne(flow, resource, read, made.id)
      compareAnswers(flow, 'update-lost', 'the next read does not show what the update answered', written, after)
      compareWithChange(flow, changing, before, after)
      const otherAfter = await readOne(flow, resource, read, other.id)
      compareAnswers(flow, 'update-spills', 'the update changes another thing', otherBefore, otherAfter)
    },
  })
}

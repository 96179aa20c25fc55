import type { FlowCase } from '../case.ts'
import type { Context } from '../context.ts'
import { requestOf } from '../cases/draft.ts'
import { about, tagOf, type Resource } from '../cases/resource.ts'
import { compareAnswers, compareWithChange, whyOf } from './comparison.ts'
import { flowCase, isOk, seen } from './flow-case.ts'
import { madeAgain, madeOne, readOne } from './flow-steps.ts'

/** An update lasts and changes nothing else. */
export function updateFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read, update } = resource
  if (!create || !update || !read) return []
  const operation = update.draft.operation
  const why = whyOf(context, update, read)
  return [
    flowCase(context, {
      name: 'an update lasts and changes nothing else',
      kind: 'state',
      operation,
      why,
      checks: ['update-lost', 'update-spills'],
      play: async (flow) => {
        const other = await madeOne(flow, resource)
        const made = await madeAgain(flow, resource)
        const otherBefore = await readOne(flow, resource, read, other.id)
        const before = await readOne(flow, resource, read, made.id)
        const written = await flow.send(requestOf(about(resource, update, made.id, tagOf(before))), operation)
        if (!isOk(written)) flow.notReached(`the update is refused: ${seen(written)}`)
        const after = await readOne(flow, resource, read, made.id)
        compareAnswers(flow, 'update-lost', 'the next read does not show what the update answered', written, after)
        compareWithChange(flow, update, before, after)
        const otherAfter = await readOne(flow, resource, read, other.id)
        compareAnswers(flow, 'update-spills', 'the update changes another thing', otherBefore, otherAfter)
      },
    }),
  ]
}

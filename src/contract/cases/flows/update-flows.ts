import type { FlowCase } from '../../case.ts'
import type { Context } from '../context.ts'
import { requestOf } from '../draft.ts'
import { about, tagOf, type Resource } from '../resource.ts'
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

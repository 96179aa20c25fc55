import type { FlowCase } from '../case.ts'
import type { Context } from '../context.ts'
import { requestOf } from '../cases/draft.ts'
import { about, make, type Resource } from '../cases/resource.ts'
import { compareAnswers } from './comparison.ts'
import { flowCase, isOk, seen } from './flow-case.ts'

/** Reading is safe (RFC 9110, section 9.2.1). */
export function readFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read } = resource
  if (!read) return []
  const operation = read.draft.operation
  return [
    flowCase(context, {
      name: 'reading twice answers the same',
      kind: 'state',
      operation,
      why: 'that reading changes nothing follows from HTTP, not from the page',
      checks: ['update-spills'],
      changesNothing: true,
      play: async (flow) => {
        const made = read.draft.guessed && create ? await make(flow.runner, resource) : undefined
        const request = requestOf(made && 'id' in made ? about(resource, read, made.id) : read.draft)
        const first = await flow.send(request, operation)
        if (!isOk(first)) flow.notReached(`nothing can be read: ${seen(first)}`)
        const second = await flow.send(request, operation)
        compareAnswers(flow, 'update-spills', 'reading changes what is read', first, second)
      },
    }),
  ]
}

import type { FlowCase } from '../case.ts'
import { requestOf } from '../cases/draft.ts'
import { about, type Resource } from '../cases/resource.ts'
import type { Context } from '../context.ts'
import { whyOf } from './comparison.ts'
import { flowCase, isOk, seen } from './flow-case.ts'
import { madeOne } from './flow-steps.ts'

/**
 * Where nobody knows an id before, one is made first: another that a lenient reader of numbers takes for it is none, and an
 * answer about the thing is one about something else than was asked for.
 */
export function idFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read } = resource
  if (context.api.strict || !create || !read) return []
  const { operation } = read.draft
  const isRefused = ['404', '4XX', 'default'].some((code) => code in operation.responses)
  if (!isRefused) return []
  return [
    flowCase(context, {
      name: 'an id that is none is not taken for another',
      kind: 'state',
      operation,
      why: whyOf(context, create, read),
      checks: ['invalid-accepted'],
      play: async (flow) => {
        const made = await madeOne(flow, resource)
        const known = await flow.send(requestOf(about(resource, read, made.id)), operation)
        if (!isOk(known)) flow.notReached(`what was created cannot be read: ${seen(known)}`)
        for (const id of unlike(made.id)) {
          // How an id of another form is refused is not said.
          const answer = await flow.runner.send(requestOf(about(resource, read, id)))
          if (!isOk(answer)) continue
          flow.fail('invalid-accepted', 'an id that is none is read as another', {
            expected: '404',
            got: seen(answer),
            last: answer,
          })
          return
        }
      },
    }),
  ]
}

/** What `parseInt`, `Number` or a trim make the id of, numbers that no column holds, and an id cut short. */
function unlike(id: string): string[] {
  if (!/^\d+$/.test(id)) return id.length < 2 ? [] : [id.slice(0, -1), `${id}x`]
  return [`${id}abc`, `${id}.5`, String(2 ** 31), '9223372036854775808', '123456789012345678901234567890']
}

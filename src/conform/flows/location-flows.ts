import { valueAt } from '../../openapi/pointer.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import { jsonOf } from '../checks/json-of.ts'
import type { FlowCase } from '../case.ts'
import type { Exchanged } from '../transport/transport.ts'
import { whyOf } from './comparison.ts'
import type { Context } from '../context.ts'
import { requestOf } from '../cases/draft.ts'
import { flowCase } from './flow-case.ts'
import { madeOne } from './flow-steps.ts'
import { about, idIn, type Resource } from '../cases/resource.ts'

/** A `Location` leads to what was created (RFC 9110, section 10.2.2), as a whole and not by its last segment only. */
export function locationFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read } = resource
  const operation = create?.draft.operation
  const header = Object.values(operation?.responses ?? {}).flatMap(({ headers }) => headers['location'] ?? [])[0]
  if (!operation || !create || !read || !header) return []
  return [
    flowCase(context, {
      name: 'Location leads to what was created',
      kind: 'state',
      operation,
      pointer: pointerTo(header.pointer, 'schema'),
      why: header.inferred ?? whyOf(context, create, read),
      checks: ['created-unreadable'],
      play: async (flow) => {
        const made = await madeOne(flow, resource)
        const path = locationOf(made.exchanged)
        if (path === undefined) return flow.notReached('the answer has no Location')
        const id = idIn(resource, valueAt(jsonOf(made.exchanged), resource.createdAt ?? '')) ?? made.id
        const wanted = pathOf(requestOf(about(resource, read, id)).path)
        // A gateway may have put something before the path, and a family may have other bases.
        if (path.endsWith(wanted)) return
        flow.fail('created-unreadable', 'Location does not lead to what was created', { expected: wanted, got: path })
      },
    }),
  ]
}

function locationOf({ sent, outcome }: Exchanged): string | undefined {
  const location = outcome.kind === 'answer' ? outcome.headers['location'] : undefined
  if (location === undefined || !URL.canParse(location, sent.url)) return undefined
  return pathOf(new URL(location, sent.url).pathname)
}

/** Without the query, and with every sign written in one way. */
function pathOf(path: string): string {
  const [plain = ''] = path.split('?')
  try {
    return decodeURIComponent(plain)
  } catch {
    return plain
  }
}

import { responseFor } from '../../openapi/responses.ts'
import { isDeepStrictEqual } from 'node:util'
import { assumptionAt } from '../../openapi/assumption.ts'
import type { JsonObject } from '../../openapi/api.ts'
import { isObject, pointerTo } from '../../openapi/pointer.ts'
import type { FlowCase } from '../case.ts'
import { jsonOf } from '../checks/json-of.ts'
import { jsonMedia, type BaseRequest } from '../cases/body-cases.ts'
import type { Context } from '../context.ts'
import { requestOf } from '../cases/draft.ts'
import { flowCase, isOk } from './flow-case.ts'
import { madeBefore } from './flow-steps.ts'
import { about, make, type Resource } from '../cases/resource.ts'
import { richSample } from '../cases/sample.ts'

/**
 * Where a creation takes properties that its schema does not know, those that a read shows are the server's to decide: what was
 * sent for them must not be what is read.
 */
export function serverAssignedFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read } = resource
  const plain = create && jsonMedia(create)
  if (!create || !read || !plain || !isObject(plain.value)) return []
  const open = openSchema(context, plain.schema, plain.value)
  const decided = serverAssignedProperties(context, read, open?.known ?? [])
  if (!open || decided === undefined) return []
  const sent = { ...plain.value, ...decided }
  return [
    flowCase(context, {
      name: 'what the server decides cannot be sent along',
      kind: 'state',
      operation: create.draft.operation,
      pointer: open.pointer,
      why: assumptionAt(context.api.document, open.pointer) ?? 'the page does not say who decides these properties',
      checks: ['created-differs'],
      play: async (flow) => {
        const made = await make(flow.runner, resource, sent)
        const all = 'id' in made ? [made] : madeBefore(flow, resource)
        for (const each of all) {
          const answer = await flow.send(requestOf(about(resource, read, each.id)), read.draft.operation)
          const row = jsonOf(answer)
          if (!isOk(answer) || !isObject(row)) continue
          const taken = Object.entries(isObject(each.sent) ? each.sent : {}).filter(
            ([name, value]) => !open.known.includes(name) && isDeepStrictEqual(row[name], value),
          )
          for (const [name, value] of taken) {
            flow.fail('created-differs', `${name} is what was sent, although the server decides it`, {
              expected: `another ${name}`,
              got: JSON.stringify(value),
              last: answer,
            })
          }
        }
        if (all.length === 0) flow.notReached('nothing can be created with properties that the spec does not know')
      },
    }),
  ]
}

/** The schema that says in so many words that it is open, and the properties that it does know. */
function openSchema(
  context: Context,
  schema: string,
  value: unknown,
): { readonly pointer: string; readonly known: readonly string[] } | undefined {
  const applied = context.schemas.applied(schema, value).filter(({ at }) => at === '')
  const open = applied.find((each) => each.schema['additionalProperties'] === true)
  if (!open) return undefined
  return {
    pointer: pointerTo(open.pointer, 'additionalProperties'),
    known: applied.flatMap((each) => Object.keys(isObject(each.schema['properties']) ? each.schema['properties'] : {})),
  }
}

/** Other values for the single values at the top of a read, as the spec shows it. */
function serverAssignedProperties(
  context: Context,
  read: BaseRequest,
  known: readonly string[],
): JsonObject | undefined {
  const media = Object.values(responseFor(read.draft.operation.responses, read.status)?.content ?? {})[0]
  if (!media?.schema) return undefined
  const schema = pointerTo(media.pointer, 'schema')
  const shown = richSample(context.schemas, schema, Object.values(media.examples)[0]?.value)
  if (!isObject(shown)) return undefined
  const applied = context.schemas.applied(schema, shown)
  const others = Object.entries(shown).flatMap(([name, value]) => {
    if (known.includes(name)) return []
    const schemas = applied.filter(({ at }) => at === pointerTo('', name)).map(({ schema }) => schema)
    const other = otherValue(value, schemas)
    return other === undefined ? [] : [[name, other] as const]
  })
  return others.length > 0 ? Object.fromEntries(others) : undefined
}

function otherValue(value: unknown, schemas: readonly JsonObject[]): unknown {
  const listed = schemas.map((each) => each['enum']).find(Array.isArray) as unknown[] | undefined
  if (listed) return listed.find((each) => each !== value)
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (typeof value !== 'string') return undefined
  if (schemas.some(({ format }) => format === 'date-time')) return '2001-02-03T04:05:06Z'
  if (/^[0-9a-f]{24,}$/.test(value)) return [...value].toReversed().join('')
  return schemas.some((each) => 'format' in each || 'pattern' in each) ? undefined : `understudy ${value}`
}

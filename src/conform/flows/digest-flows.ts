import { responseFor } from '../../openapi/responses.ts'
import { createHash } from 'node:crypto'
import type { Pointer } from '../../openapi/api.ts'
import type { Digest } from '../apis/knowledge.ts'
import { knowledgeOf } from '../apis/knowledge-of.ts'
import { isObject, pointerTo, valueAt } from '../../openapi/pointer.ts'
import { jsonOf } from '../checks/json-of.ts'
import type { FlowCase } from '../case.ts'
import { withChange } from '../../openapi/walk.ts'
import type { Exchanged } from '../transport/transport.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import { whyOf } from './comparison.ts'
import type { Context } from '../context.ts'
import { requestOf } from '../cases/draft.ts'
import { flowCase, isOk, statusOf, type FlowContext } from './flow-case.ts'
import { madeOne } from './flow-steps.ts'
import { about, tagOf, type Resource } from '../cases/resource.ts'

/** The strings of an answer that are made of it, as `conform/apis/` knows. */
export function digestFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, update } = resource
  const example = create && exampleOf(create, String(create.status))
  if (!create || !example || digestedIn(context, create, String(create.status), example).length === 0) return []
  const { operation } = create.draft
  return [
    flowCase(context, {
      name: 'a digest is that of the answer it stands in',
      kind: 'state',
      operation,
      why: whyOf(context, create, ...(update ? [update] : [])),
      checks: ['body-schema'],
      play: async (flow) => {
        const made = await madeOne(flow, resource)
        holdDigests(flow, create, made.exchanged, example)
        if (!update) return
        const draft = about(resource, update, made.id, tagOf(made.exchanged))
        const written = await flow.send(requestOf(draft), update.draft.operation)
        if (isOk(written)) holdDigests(flow, update, written, example)
      },
    }),
  ]
}

function holdDigests(flow: FlowContext, base: BaseRequest, exchanged: Exchanged, example: unknown): void {
  const answer = jsonOf(exchanged)
  for (const { at, pointer, digest } of digestedIn(flow.context, base, String(statusOf(exchanged)), answer)) {
    const got = valueAt(answer, at)
    const expected = digestOf(inOrderOf(example, answer), at, digest)
    if (got === expected || got === digestOf(inOrderOf(example, answer, UPPER_LEVELS), at, digest)) continue
    flow.fail('body-schema', `${at} is not made of the answer as the spec says`, {
      expected,
      got: String(got),
      pointer,
      why: digest.why,
      last: exchanged,
    })
  }
}

interface Digested {
  readonly at: string
  readonly pointer: Pointer
  readonly digest: Digest
}

/** The places of an answer whose text is a digest. */
function digestedIn(context: Context, base: BaseRequest, status: string, answer: unknown): Digested[] {
  const media = responseFor(base.draft.operation.responses, status)?.content['application/json']
  const { digests } = knowledgeOf(context.api)
  if (!media?.schema || answer === undefined || digests === undefined) return []
  return context.schemas.applied(pointerTo(media.pointer, 'schema'), answer).flatMap(({ at, pointer }) => {
    const digest = digests[pointer]
    return digest === undefined ? [] : [{ at, pointer, digest }]
  })
}

function exampleOf({ draft }: BaseRequest, status: string): unknown {
  const examples = responseFor(draft.operation.responses, status)?.content['application/json']?.examples ?? {}
  return Object.values(examples)[0]?.value
}

function digestOf(answer: unknown, at: string, { hash, characters }: Digest): string {
  const text = JSON.stringify(withChange(answer, at, () => ''))
  const digest = createHash(hash).update(text).digest('base64').slice(0, characters)
  return `${Buffer.byteLength(text).toString(16)}-${digest}`
}

/** A server that keeps what it was sent further down as it came has its reasons, too. */
const UPPER_LEVELS = 2

/** The value with its properties in the order of the example; what the example lacks comes after, as it came. */
function inOrderOf(example: unknown, value: unknown, levels = Infinity): unknown {
  if (levels === 0 || !isObject(example) || !isObject(value)) return value
  const names = [...Object.keys(example).filter((name) => name in value), ...Object.keys(value)]
  return Object.fromEntries(
    [...new Set(names)].map((name) => [name, inOrderOf(example[name], value[name], levels - 1)]),
  )
}

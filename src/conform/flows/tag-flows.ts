import { assumptionAt } from '../../openapi/assumption.ts'
import type { FlowCase } from '../case.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import type { Context } from '../context.ts'
import { compareAnswers, whyOf } from './comparison.ts'
import { requestOf } from '../cases/draft.ts'
import { flowCase, isOk, seen, statusOf, type FlowContext } from './flow-case.ts'
import { atOnce, madeOne, PARALLEL, readOne } from './flow-steps.ts'
import { whyStatus } from '../checks/why-status.ts'
import { about, headerTagOf, tagOf, tagParameters, type Resource } from '../cases/resource.ts'
import type { Exchanged } from '../transport/transport.ts'

/** What entity tags promise: they change with the content, and a writer who has seen an old one is refused. */
export function tagFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read, update } = resource
  if (!create || !update || !read || tagParameters(update).length === 0) return []
  const { operation } = update.draft
  const pointer =
    operation.parameters.find(({ name }) => tagParameters(update).includes(name))?.pointer ?? operation.pointer
  const whyStale = whyStatus(context, operation, '412') ?? assumptionAt(context.api.document, pointer)
  const tagged: Tagged = { resource, update, read }
  const common = { kind: 'state', operation, pointer } as const
  return [
    flowCase(context, {
      ...common,
      name: 'an entity tag changes with the content',
      why: whyOf(context, update, read),
      checks: ['tag-unchanged'],
      play: (flow) => changeContent(flow, tagged),
    }),
    flowCase(context, {
      ...common,
      name: 'a stale entity tag is refused',
      why: whyStale,
      checks: ['stale-tag-accepted', 'refused-write-changed'],
      play: (flow) => writeWithStaleTag(flow, tagged),
    }),
    flowCase(context, {
      ...common,
      name: 'of several writers with one entity tag exactly one wins',
      why: whyStale,
      checks: ['lost-update'],
      play: (flow) => raceForOneTag(flow, tagged),
    }),
  ]
}

/** A resource whose update asks for an entity tag. */
interface Tagged {
  readonly resource: Resource
  readonly update: BaseRequest
  readonly read: BaseRequest
}

async function changeContent(flow: FlowContext, { resource, update, read }: Tagged): Promise<void> {
  const made = await madeOne(flow, resource)
  const first = await readOne(flow, resource, read, made.id)
  const again = await readOne(flow, resource, read, made.id)
  if (tagOf(first) === undefined) flow.notReached('answers carry no entity tag')
  if (tagOf(first) !== tagOf(again)) {
    flow.fail('tag-unchanged', 'the entity tag changes although nothing else does', {
      expected: String(tagOf(first)),
      got: String(tagOf(again)),
    })
  }
  const written = await flow.send(requestOf(about(resource, update, made.id, tagOf(first))), update.draft.operation)
  if (!isOk(written)) flow.notReached(`the update is refused: ${seen(written)}`)
  const after = await readOne(flow, resource, read, made.id)
  const why = 'which content a tag stands for is not described'
  if (tagOf(after) === tagOf(first)) {
    flow.fail('tag-unchanged', 'the entity tag stays as it was although the content changes', {
      expected: 'another tag',
      got: String(tagOf(after)),
      why,
    })
  }
  if (tagOf(written) !== tagOf(after)) {
    flow.fail('tag-unchanged', 'the update answers with another entity tag than the next read', {
      expected: String(tagOf(after)),
      got: String(tagOf(written)),
      why,
    })
  }
  holdHeader(flow, { create: made.exchanged, read: first, update: written })
}

/** Where an answer has its entity tag in the body and in the header, both are the same. */
function holdHeader(flow: FlowContext, answers: Readonly<Record<string, Exchanged>>): void {
  for (const [what, answer] of Object.entries(answers)) {
    const [tag, header] = [tagOf(answer), headerTagOf(answer)]
    if (header === undefined || header === tag) continue
    flow.fail('tag-unchanged', `the ${what} answers with another entity tag in its header than in its body`, {
      expected: String(tag),
      got: header,
      why: 'that the header repeats the tag of the body is not described',
      last: answer,
    })
  }
}

async function writeWithStaleTag(flow: FlowContext, { resource, update, read }: Tagged): Promise<void> {
  const made = await madeOne(flow, resource)
  const stale = tagOf(await readOne(flow, resource, read, made.id))
  const written = await flow.send(requestOf(about(resource, update, made.id, stale)), update.draft.operation)
  if (stale === undefined || !isOk(written)) return flow.notReached(`the first update is refused: ${seen(written)}`)
  const before = await readOne(flow, resource, read, made.id)
  if (tagOf(before) === stale) flow.notReached('the update has not changed the entity tag')
  const current = tagOf(before) ?? stale
  const removal = resource.delete
  const writers = [update, ...(removal && tagParameters(removal).length > 0 ? [removal] : [])]
  const wrong = [
    { kind: 'a stale entity tag', tag: stale },
    { kind: 'an entity tag in letters of another case', tag: inOtherCase(current) },
  ].filter(({ tag }) => tag !== current)
  for (const { base, kind, tag } of wrong.flatMap((each) => writers.map((base) => ({ ...each, base })))) {
    const { method, operation } = base.draft
    const refused = await flow.send(requestOf(about(resource, base, made.id, tag)), operation)
    const difference = { expected: '412', got: seen(refused) }
    if (statusOf(refused) < 400)
      return flow.fail('stale-tag-accepted', `${method} with ${kind} is accepted`, difference)
    if ('412' in operation.responses && statusOf(refused) !== 412)
      flow.fail('stale-tag-accepted', `${method} with ${kind} is refused with ${statusOf(refused)}`, difference)
  }
  const after = await readOne(flow, resource, read, made.id)
  compareAnswers(flow, 'refused-write-changed', 'a write with a stale entity tag changes something', before, after)
}

async function raceForOneTag(flow: FlowContext, { resource, update, read }: Tagged): Promise<void> {
  const made = await madeOne(flow, resource)
  const tag = tagOf(await readOne(flow, resource, read, made.id))
  if (tag === undefined) flow.notReached('answers carry no entity tag')
  const request = requestOf(about(resource, update, made.id, tag))
  const answers = await atOnce(flow, requestOf(about(resource, read, made.id)), PARALLEL, request)
  const winners = answers.filter(isOk).length
  if (winners === 0) flow.notReached('every writer is refused')
  if (winners !== 1)
    flow.fail('lost-update', 'several writers with one entity tag win', { expected: 'one', got: 'more than one' })
}

/** Tags are compared character by character (RFC 9110, section 8.8.3.2). */
function inOtherCase(tag: string): string {
  return tag.replace(/[a-z]/gi, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()))
}

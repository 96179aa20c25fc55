import { isDeepStrictEqual } from 'node:util'
import type { FlowCase, RequestCase } from '../case.ts'
import { jsonOf } from '../checks/json-of.ts'
import { brokenBodies, type BaseRequest } from '../cases/body-cases.ts'
import type { Context } from '../context.ts'
import { about, createdId, tagOf, type Resource } from '../cases/resource.ts'
import { compareAnswers } from './comparison.ts'
import { flowCase, isOk } from './flow-case.ts'
import { listed, madeOne, readOne } from './flow-steps.ts'

const WHY = 'that a refused request changes nothing goes without saying'

/** Refused writes, one after the other; then everything must be as it was. */
export function refusedFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, read, list, update } = resource
  if (!create) return []
  return [
    ...(list ? [refusedCreations(context, resource, create, list)] : []),
    ...(read && update ? [refusedUpdates(context, resource, update, read)] : []),
  ]
}

function refusedCreations(context: Context, resource: Resource, create: BaseRequest, list: BaseRequest): FlowCase {
  const { operation } = create.draft
  return flowCase(context, {
    name: 'refused creations leave the list as it was',
    kind: 'state',
    operation,
    why: WHY,
    checks: ['refused-write-changed'],
    play: async (flow) => {
      const before = await listed(flow, resource, list)
      for (const { request } of brokenSample(context, create)) {
        const refused = await flow.runner.send(request)
        const id = isOk(refused) ? createdId(resource, refused) : undefined
        if (id !== undefined) flow.notReached('a request that breaks the spec was accepted')
        const after = await listed(flow, resource, list)
        if (isDeepStrictEqual(before, after)) continue
        return flow.fail('refused-write-changed', 'a refused creation changes the list', {
          expected: before.join(', '),
          got: after.join(', '),
        })
      }
    },
  })
}

function refusedUpdates(context: Context, resource: Resource, update: BaseRequest, read: BaseRequest): FlowCase {
  const { operation } = update.draft
  return flowCase(context, {
    name: 'refused updates change nothing',
    kind: 'state',
    operation,
    why: WHY,
    checks: ['refused-write-changed'],
    play: async (flow) => {
      const made = await madeOne(flow, resource)
      const before = await readOne(flow, resource, read, made.id)
      const draft = about(resource, update, made.id, tagOf(before))
      for (const { request } of brokenSample(context, { ...update, draft })) {
        const refused = await flow.runner.send(request)
        if (isOk(refused)) flow.notReached('a request that breaks the spec was accepted')
        const after = await readOne(flow, resource, read, made.id)
        if (isDeepStrictEqual(jsonOf(before), jsonOf(after))) continue
        return compareAnswers(flow, 'refused-write-changed', 'a refused update changes something', before, after)
      }
    },
  })
}

/** A dozen of the bodies that break the schema. */
function brokenSample(context: Context, base: BaseRequest): RequestCase[] {
  const all = brokenBodies(context, base, new Set()).filter(
    (each) => each.name.includes('.') || each.name.includes('missing'),
  )
  return all.filter((_, index) => index % Math.max(1, Math.floor(all.length / 12)) === 0)
}

import { isDeepStrictEqual } from 'node:util'
import type { FlowRunner, Verdict } from '../case.ts'
import { requestOf } from '../cases/draft.ts'
import { about, make, type Resource } from '../cases/resource.ts'
import { jsonOf } from '../checks/json-of.ts'

/**
 * Not reached, where the server answers for what nobody has made, and answers two creations alike: it answers with examples and
 * keeps nothing, so that nothing can be said of what becomes of things.
 */
export async function keepsNothing(runner: FlowRunner, resource: Resource): Promise<Verdict | undefined> {
  const isEmpty =
    (!resource.read || (await answersForAnything(runner, resource))) &&
    (!resource.create || (await answersAlike(runner, resource)))
  return isEmpty ? { kind: 'not-reached', reason: 'the server answers with examples and keeps nothing' } : undefined
}

async function answersForAnything(runner: FlowRunner, resource: Resource): Promise<boolean> {
  const { parameter, read } = resource
  if (!read) return false
  const id = String(read.draft.values[`path:${parameter}`])
  // Of the same form, but hardly the id of anything.
  const other = /\d/.test(id) ? id.replaceAll(/\d/g, (digit) => String((Number(digit) + 3) % 10)) : `${id}x`
  const { outcome } = await runner.send(requestOf(about(resource, read, other)))
  return outcome.kind === 'answer' && outcome.status < 300
}

async function answersAlike(runner: FlowRunner, resource: Resource): Promise<boolean> {
  if (!resource.create) return false
  const [one, other] = [await make(runner, resource), await make(runner, resource)]
  if ('refused' in one || 'refused' in other) return false
  const answer = jsonOf(one.exchanged)
  return answer !== undefined && isDeepStrictEqual(answer, jsonOf(other.exchanged))
}

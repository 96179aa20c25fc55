import { isObject } from '../../openapi/pointer.ts'
import type { Exchanged, OutgoingRequest } from '../transport/transport.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import { requestOf } from '../cases/draft.ts'
import { isOk, seen, statusOf, type FlowContext } from './flow-case.ts'
import { about, createdId, idIn, make, type Made, type Resource } from '../cases/resource.ts'
import { allRows } from './whole-list.ts'

/** How many do the same at once. */
export const PARALLEL = 8

/** Creates one thing; ends the flow where that is refused. */
export async function madeOne(flow: FlowContext, resource: Resource): Promise<Made> {
  const made = await make(flow.runner, resource)
  if ('id' in made) return made
  return flow.notReached(`nothing can be created: ${seen(made.refused)}`)
}

/** One thing that is made now, or where the server makes no more of them, all that this run has made before. */
export async function madeNowOrBefore(flow: FlowContext, resource: Resource): Promise<readonly Made[]> {
  const made = await make(flow.runner, resource)
  if ('id' in made) return [made]
  const earlier = madeBefore(flow, resource).map((each) => plainly(resource, each))
  return earlier.length > 0 ? earlier : flow.notReached(`nothing can be created: ${seen(made.refused)}`)
}

/** What this run has made before, on a server where it stays. */
export function madeBefore({ runner }: FlowContext, resource: Resource): readonly Made[] {
  return runner.earlier((resource.create as BaseRequest).draft.operation.id).flatMap((exchanged) => {
    const id = createdId(resource, exchanged)
    return id === undefined ? [] : [{ id, exchanged, sent: sentJson(exchanged) }]
  })
}

/** A server may have taken what is no JSON. */
function sentJson({ sent: { body } }: Exchanged): unknown {
  if (typeof body !== 'string') return undefined
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** With those properties of what was sent alone that the plain request has, too: a server need not take others. */
function plainly({ create }: Resource, made: Made): Made {
  const plain = create?.draft.body.kind === 'json' ? create.draft.body.value : undefined
  if (!isObject(plain) || !isObject(made.sent)) return made
  return { ...made, sent: Object.fromEntries(Object.entries(made.sent).filter(([name]) => name in plain)) }
}

/** A second thing beside the first: where that is refused, one of its kind may be all that there can be. */
export async function madeAgain(flow: FlowContext, resource: Resource, first?: Made): Promise<Made> {
  const made = await make(flow.runner, resource)
  if ('id' in made && made.id === first?.id) return flow.notReached('the client chooses the ids')
  if ('id' in made) return made
  return flow.notReached(`a second one cannot be created: ${seen(made.refused)}`)
}

/** Reads one thing; ends the flow where that is refused. */
export async function readOne(
  flow: FlowContext,
  resource: Resource,
  read: BaseRequest,
  id: string,
): Promise<Exchanged> {
  const answer = await flow.send(requestOf(about(resource, read, id)), read.draft.operation)
  if (!isOk(answer)) flow.notReached(`what was created cannot be read: ${seen(answer)}`)
  return answer
}

/** Sends a request several times at once, on connections that are open already: otherwise they would arrive one by one. */
export async function atOnce(
  flow: FlowContext,
  read: OutgoingRequest,
  times: number,
  request: OutgoingRequest,
): Promise<Exchanged[]> {
  const sendAll = (each: OutgoingRequest): Promise<Exchanged[]> =>
    Promise.all(Array.from({ length: times }, () => flow.runner.send(each)))
  await sendAll(read)
  return sendAll(request)
}

/** The ids of the whole list, in its order. */
export async function listed(flow: FlowContext, resource: Resource, list: BaseRequest): Promise<string[]> {
  const rows = await allRows(flow, resource, list)
  return rows.flatMap((row) => idIn(resource, row) ?? [])
}

/** Whether the answer says that there is no such thing (any more). */
export function isGone(exchanged: Exchanged): boolean {
  return statusOf(exchanged) === 404 || statusOf(exchanged) === 410
}

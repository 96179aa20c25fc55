import type { Exchanged, OutgoingRequest } from '../transport.ts'
import type { Base } from './body-cases.ts'
import { requestOf } from './draft.ts'
import { isOk, seen, statusOf, type Scene } from './flow-case.ts'
import { about, idIn, make, rowsOf, wholeList, type Made, type Resource } from './resource.ts'

/** Creates one thing; ends the flow where that is refused. */
export async function madeOne(scene: Scene, resource: Resource): Promise<Made> {
  const made = await make(scene.stage, resource)
  if ('id' in made) return made
  return scene.notReached(`nothing can be created: ${seen(made.refused)}`)
}

/** A second thing beside the first: where that is refused, one of its kind may be all that there can be. */
export async function madeAgain(scene: Scene, resource: Resource): Promise<Made> {
  const made = await make(scene.stage, resource)
  if ('id' in made) return made
  return scene.notReached(`a second one cannot be created: ${seen(made.refused)}`)
}

/** Reads one thing; ends the flow where that is refused. */
export async function readOne(scene: Scene, resource: Resource, read: Base, id: string): Promise<Exchanged> {
  const answer = await scene.send(requestOf(about(resource, read, id)), read.draft.operation)
  if (!isOk(answer)) scene.notReached(`what was created cannot be read: ${seen(answer)}`)
  return answer
}

/** Sends a request several times at once, on connections that are open already: otherwise they would arrive one by one. */
export async function atOnce(
  scene: Scene,
  read: OutgoingRequest,
  times: number,
  request: OutgoingRequest,
): Promise<Exchanged[]> {
  const sendAll = (each: OutgoingRequest): Promise<Exchanged[]> =>
    Promise.all(Array.from({ length: times }, () => scene.stage.send(each)))
  await sendAll(read)
  return sendAll(request)
}

/** The ids of the whole list, in its order. */
export async function listed(scene: Scene, resource: Resource, list: Base): Promise<string[]> {
  const answer = await scene.send(wholeList(list), list.draft.operation)
  const rows = isOk(answer) ? rowsOf(answer) : undefined
  if (rows === undefined) return scene.notReached(`the list cannot be read: ${seen(answer)}`)
  return rows.flatMap((row) => idIn(resource, row) ?? [])
}

/** Whether the answer says that there is no such thing (any more). */
export function isGone(exchanged: Exchanged): boolean {
  return statusOf(exchanged) === 404 || statusOf(exchanged) === 410
}

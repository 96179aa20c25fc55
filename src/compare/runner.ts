import { isObject } from '../openapi/pointer.ts'
import { withItem } from '../conform/cases/item-path.ts'
import { createdId, tagOf } from '../conform/cases/resource.ts'
import { linkedBody } from '../conform/run/links.ts'
import type { Exchanged, OutgoingRequest, Transport } from '../conform/transport/transport.ts'
import type { Step, Take } from './step.ts'

export type Side = 'mock' | 'target'

/** Plays steps on one of the two servers and remembers what it answers. */
export interface Runner {
  play(step: Step): Promise<Exchanged>
}

export function createRunner(side: Side, transport: Transport): Runner {
  const answers = new Map<number, Exchanged>()
  const tags = new Map<string, string>()
  return {
    play: async (step) => {
      const request = step.takes.reduce((request, take) => taken(request, take, answers, tags), step.request[side])
      const exchanged = await transport.send(request)
      answers.set(step.number, exchanged)
      const tag = tagOf(exchanged)
      if (tag !== undefined) tags.set(thingOf(exchanged), tag)
      return exchanged
    },
  }
}

function taken(
  request: OutgoingRequest,
  take: Take,
  answers: ReadonlyMap<number, Exchanged>,
  tags: ReadonlyMap<string, string>,
): OutgoingRequest {
  const source = answers.get(take.from)
  if (!source) return request
  switch (take.kind) {
    case 'id': {
      const id = createdId(take.resource, source)
      return id === undefined ? request : { ...request, path: withItem(take.resource, request.path, id) }
    }
    case 'tag': {
      const tag = tags.get(plain(request.path))
      if (tag === undefined) return request
      const value = take.header === 'if-match' ? `"${tag}"` : tag
      return {
        ...request,
        headers: request.headers.map(([name, old]) => [name, name === take.header ? value : old] as const),
      }
    }
    case 'link': {
      const body = jsonIn(request)
      return isObject(body)
        ? { ...request, body: JSON.stringify({ ...body, ...linkedBody(take.link, source) }) }
        : request
    }
  }
}

/** The path of the thing that an answer is about: that of `Location` for what was created. */
function thingOf({ sent, outcome }: Exchanged): string {
  const location = outcome.kind === 'answer' && outcome.status === 201 ? outcome.headers['location'] : undefined
  if (location === undefined) return plain(sent.path)
  try {
    return new URL(location, sent.url).pathname.slice(prefixLength(sent))
  } catch {
    return plain(sent.path)
  }
}

/** How much of the path belongs to the base URL. */
function prefixLength({ url, path }: Exchanged['sent']): number {
  return new URL(url).pathname.length - plain(path).length
}

function plain(path: string): string {
  return path.split('?')[0] ?? path
}

/** Requests that are wrong on purpose may have a body that is no JSON. */
function jsonIn({ body }: OutgoingRequest): unknown {
  try {
    return typeof body === 'string' ? (JSON.parse(body) as unknown) : undefined
  } catch {
    return undefined
  }
}

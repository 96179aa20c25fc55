import type { Api, MediaTypeSpec, Operation, ResponseSpec } from '../../openapi/api.ts'
import { isJson, isXml } from '../../openapi/media-type.ts'
import type { Session } from '../session/session.ts'
import { type DocumentedValue, documentedValue, exampleValue, freshValue } from '../handlers/documented-value.ts'
import { concreteType } from '../handlers/file-samples.ts'
import type { Exchange, Refusal, Reply, RequestHead } from '../handlers/handler.ts'
import { mediaFor } from './check-answer.ts'
import { errorValue } from './error-body.ts'
import { csvOf } from './media-text.ts'
import { negotiate } from './negotiate.ts'
import type { PreferredAnswer } from './preference.ts'

interface ChosenBody {
  readonly body: unknown
  readonly mediaType: string | undefined
}

/** Chooses the body of an answer among the media types that its response declares. */
export interface BodyChooser {
  /** The body of a reply in the type that the client would rather have, as far as the response declares it. */
  accepted(reply: Reply, response: ResponseSpec | undefined, exchange: Exchange): ChosenBody
  /** The example or the made value that a request prefers. */
  preferred(wanted: PreferredAnswer, asked: Preferring): ChosenBody & { readonly isContradictory: boolean }
  /** Whether the answer depends on `Accept`. */
  varies(response: ResponseSpec | undefined): boolean
}

interface Preferring {
  readonly operation: Operation
  readonly request: RequestHead
  readonly session: Session
}

export function createBodyChooser(api: Api): BodyChooser {
  const typesByResponse = new Map<ResponseSpec, readonly string[]>()
  const typesOf = (response: ResponseSpec): readonly string[] => {
    const types = typesByResponse.get(response) ?? jsonFirst(Object.keys(response.content))
    typesByResponse.set(response, types)
    return types
  }
  const shownByMedia = new Map<MediaTypeSpec, () => DocumentedValue>()
  const shown = (name: string, media: MediaTypeSpec, mediaType: string): DocumentedValue => {
    const show = shownByMedia.get(media) ?? documentedValue(api, `${name} ${mediaType}`, { media, mediaType })
    shownByMedia.set(media, show)
    return show()
  }

  const accepted: BodyChooser['accepted'] = (reply, response, { operation, request }) => {
    const { body } = reply
    if (body === undefined || !response) return { body, mediaType: reply.mediaType }
    const types = typesOf(response)
    const own = reply.mediaType ?? types[0]
    if (types.length < 2) return { body, mediaType: own && concreteType(own) }
    const chosen = negotiate([own ?? '', ...types.filter((type) => type !== own)], acceptOf(request)) ?? own ?? ''
    const media = mediaFor(response.content, chosen)
    if (chosen === own || !media) return { body, mediaType: own && concreteType(own) }
    const mediaType = concreteType(chosen)
    if (!isSame(own ?? '', mediaType, media, body)) return { body: shown(operation.id, media, chosen).value, mediaType }
    return { body: mediaType === 'text/csv' ? csvOf(body) : body, mediaType }
  }

  const preferred: BodyChooser['preferred'] = (
    { status, response, example, dynamic },
    { operation, request, session },
  ) => {
    const types = typesOf(response).filter((type) => {
      return example === undefined || Object.hasOwn(mediaFor(response.content, type)?.examples ?? {}, example)
    })
    const chosen = negotiate(types, acceptOf(request)) ?? types[0]
    const media = chosen === undefined ? undefined : response.content[chosen]
    if (chosen === undefined || !media || status === 204 || status === 304)
      return { body: undefined, mediaType: undefined, isContradictory: false }
    const mediaType = concreteType(chosen)
    const named = example === undefined ? undefined : media.examples[example]
    const { value, isContradictory } = dynamic
      ? freshValue(api, session.world.state(api.name).ids.hex('prefer', 16), media)
      : named
        ? exampleValue(api, media, named.value)
        : status >= 400 && isUnshown(media, chosen)
          ? errorValue(api, preferredRefusal(status), media)
          : shown(`${operation.id} ${status}`, media, chosen)
    return { body: value, mediaType, isContradictory }
  }

  return { accepted, preferred, varies: (response) => response !== undefined && typesOf(response).length > 1 }
}

/** Whether an error is JSON of which no example is given: then it is told like any refusal of that status. */
function isUnshown({ schema, examples }: MediaTypeSpec, mediaType: string): boolean {
  return isJson(mediaType) && schema !== undefined && Object.keys(examples).length === 0
}

function preferredRefusal(status: number): Refusal {
  return { kind: 'refusal', by: 'rule', status, message: `The request prefers the status ${status}.` }
}

function jsonFirst(types: readonly string[]): string[] {
  return types.toSorted((a, b) => Number(isJson(b)) - Number(isJson(a)))
}

function acceptOf({ headers }: RequestHead): string | undefined {
  const { accept } = headers
  return typeof accept === 'string' ? accept : accept?.join(', ')
}

/** Whether a value can be written in another type as it is: JSON of another name, XML by the schema, rows as CSV. */
function isSame(own: string, other: string, media: MediaTypeSpec, body: unknown): boolean {
  if (!(isJson(own) || isXml(own))) return false
  if (other === 'text/csv') return Object.keys(media.examples).length === 0
  return (isJson(other) || isXml(other)) && media.validate(body).length === 0
}

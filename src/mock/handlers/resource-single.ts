import { isObject } from '../../openapi/pointer.ts'
import type { JsonObject } from '../../openapi/api.ts'
import { sampleOf } from '../../openapi/sample.ts'
import { documentedReply } from './example.ts'
import { documentedValue, successOf } from './documented-value.ts'
import { type Exchange, type Handler, reply } from './handler.ts'
import { mergePatch } from './merge-patch.ts'
import type { Resource } from './resource-operation.ts'

/**
 * What is read and written at one path (`/settings`, `/users/{id}/profile`): the documented example until somebody writes, then
 * what was written. Rows are kept under the path of the request.
 */
export function singleHandler(resource: Resource): Handler {
  const { answer, api, collection, operation, use, status } = resource
  const { media, mediaType } = successOf(operation)
  const show = media && mediaType !== undefined ? documentedValue(api, operation.id, { media, mediaType }) : undefined
  const stored = ({ state, request }: Exchange): JsonObject | undefined => {
    const value = state.collection(collection.name).get(request.path)?.['value']
    return isObject(value) ? value : undefined
  }
  if (use.role === 'read')
    return (exchange) => {
      const value = stored(exchange)
      if (value) return reply(status, value)
      return show && mediaType !== undefined ? documentedReply(status, mediaType, show()) : reply(status)
    }
  return (exchange) => {
    const before = stored(exchange)
    const shown = show?.().value
    const hint = before ?? (isObject(shown) ? shown : undefined)
    const sent = use.role === 'patch' ? mergePatch(hint ?? {}, exchange.body) : exchange.body
    const value = written(resource, sent, hint)
    exchange.state.collection(collection.name).put({ id: exchange.request.path, value })
    if (status === 204 || !media) return reply(status)
    if (use.answerAt !== undefined) return reply(status, answer.view(value))
    // An answer of another shape tells of something else than what was written.
    return show && mediaType !== undefined ? documentedReply(status, mediaType, show()) : reply(status)
  }
}

/** What was sent, completed by what the server has. */
function written({ api, collection }: Resource, sent: unknown, hint: unknown): JsonObject {
  const { properties } = collection.schema
  const schema = isObject(properties) ? properties['value'] : {}
  const validate = (value: unknown): ReturnType<typeof collection.validate> =>
    collection.validate({ id: '', value }).map((error) => ({ ...error, at: error.at.replace(/^\/value/, '') }))
  const { value } = sampleOf(api.document, schema, {
    name: `${api.name}/${collection.name}`,
    validate,
    properties: 'stored',
    sent: isObject(sent) ? sent : {},
    hint,
  })
  return isObject(value) ? value : {}
}

import type { Api, MediaTypeSpec, Operation } from '../../openapi/api.ts'
import { isJson } from '../../openapi/media-type.ts'
import { isObject } from '../../openapi/pointer.ts'
import { statusOf } from '../../openapi/responses.ts'
import { generatedValue } from '../../fixtures/generate.ts'
import { type Handler, reply } from './handler.ts'

/** Answers with the first documented success, for operations that are neither resource nor rule. */
export function exampleHandler(operation: Operation): Handler | undefined {
  const success = successOf(operation)
  if (!success) return undefined
  const { status, media } = success
  if (!media) return () => reply(status)
  const [example] = Object.values(media.examples)
  return example && (({ body }) => reply(status, withSent(media, example.value, body)))
}

/** Answers with a value that the schema of the first success allows, the same for every request and every start. */
export function sampleHandler(api: Api, operation: Operation): Handler | undefined {
  const { status, media, mediaType = '' } = successOf(operation) ?? {}
  if (status === undefined || !media?.schema) return undefined
  const value = generatedValue(api, operation.id, media)
  if (value === undefined || !(isJson(mediaType) || typeof value === 'string')) return undefined
  return ({ body }) => reply(status, withSent(media, value, body))
}

interface Success {
  readonly status: number
  readonly media: MediaTypeSpec | undefined
  readonly mediaType: string | undefined
}

/** A document that knows `default` only means every status by it, 200 too. */
function successOf({ responses }: Operation): Success | undefined {
  const codes = Object.keys(responses)
  const code = codes.find((each) => each.startsWith('2')) ?? codes.find((each) => each === 'default')
  if (code === undefined) return undefined
  const content = responses[code]?.content ?? {}
  const names = Object.keys(content)
  const name = names.find(isJson) ?? names[0]
  const status = statusOf(code)
  return { status, media: name === undefined ? undefined : content[name], mediaType: name }
}

/** Whoever sends a member expects it back, as far as the schema lets it. */
function withSent(media: MediaTypeSpec, value: unknown, body: unknown): unknown {
  if (!isObject(value) || !isObject(body)) return value
  const sent = Object.entries(body).filter(([name]) => name in value)
  const merged = { ...value, ...Object.fromEntries(sent) }
  return media.validate(merged).length === 0 ? merged : value
}

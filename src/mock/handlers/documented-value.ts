import type { Api, MediaTypeSpec, Operation, ResponseSpec } from '../../openapi/api.ts'
import { isJson, isStructured } from '../../openapi/media-type.ts'
import { isObject, valueAt } from '../../openapi/pointer.ts'
import { statusOf, successKey } from '../../openapi/responses.ts'
import { sampleOf } from '../../openapi/sample.ts'
import { foldedShape } from '../../openapi/sample-shape.ts'
import { fileOf } from './file-samples.ts'

/** What a document shows, or implies, as the body of a media type. */
export interface DocumentedValue {
  readonly value: unknown
  /** It breaks the schema, and that is the document's own doing: an example that contradicts it, or a schema without values. */
  readonly isContradictory: boolean
}

/** Shows a media type's first example, or a value made by its schema; made and validated when it is first asked for. */
export function documentedValue(
  api: Api,
  name: string,
  { media, mediaType }: { readonly media: MediaTypeSpec; readonly mediaType: string },
): () => DocumentedValue {
  let made: DocumentedValue | undefined
  return () => (made ??= shown(api, name, media, mediaType))
}

/** Shows one of the examples of a media type. Adds a note where it contradicts its schema. */
export function exampleValue(api: Api, media: MediaTypeSpec, value: unknown): DocumentedValue {
  const [error] = media.validate(value)
  if (!error) return { value, isContradictory: false }
  api.addNote({
    what: `the example contradicts its schema: ${error.at || 'the whole'} ${error.message}`,
    pointer: media.pointer,
    instead: 'it is served as it is, and is no violation',
  })
  return { value, isContradictory: true }
}

/** A value made by the schema of a media type. Adds a note where none was found that the schema allows. */
export function madeValue(api: Api, name: string, media: MediaTypeSpec): DocumentedValue {
  const { value, errors } = sampleOf(api.document, media.schema ?? {}, {
    name: `${api.name}/${name}`,
    validate: media.validate,
  })
  const [error] = errors
  if (!error) return { value, isContradictory: false }
  api.addNote({
    what: `no value was found that the schema allows: ${error.at || 'the whole'} ${error.message}`,
    pointer: media.pointer,
    instead: 'the nearest value is served, and is no violation',
  })
  return { value, isContradictory: true }
}

/** A value made by the schema alone, another one for each name: no example of the document is in it. */
export function freshValue(api: Api, name: string, media: MediaTypeSpec): DocumentedValue {
  const { value, errors } = sampleOf(api.document, media.schema ?? {}, {
    name,
    validate: media.validate,
    isInvented: true,
  })
  return { value, isContradictory: errors.length > 0 }
}

function shown(api: Api, name: string, media: MediaTypeSpec, mediaType: string): DocumentedValue {
  const [example] = Object.values(media.examples)
  if (example) return exampleValue(api, media, example.value)
  const items = streamItems(api, media, name)
  if (items) return { value: items, isContradictory: false }
  const file = fileOf(mediaType)
  if (file !== undefined && !tellsValue(api, media) && media.validate(file).length === 0)
    return { value: file, isContradictory: false }
  return madeValue(api, name, media)
}

/** Whether the schema itself shows what a value of it is. */
function tellsValue(api: Api, { schema }: MediaTypeSpec): boolean {
  const shape = foldedShape(api.document, schema, 0).schema
  return ['const', 'enum', 'example', 'examples', 'default'].some((keyword) => shape[keyword] !== undefined)
}

/** Three items of a stream, by `itemSchema` (OpenAPI 3.2); `undefined` where a media type declares none. */
function streamItems(api: Api, media: MediaTypeSpec, name: string): unknown[] | undefined {
  const declared = valueAt(api.document, media.pointer)
  const schema = isObject(declared) ? declared['itemSchema'] : undefined
  if (!isObject(schema)) return undefined
  return [0, 1, 2].map((index) => sampleOf(api.document, schema, { name: `${api.name}/${name}/${index}` }).value)
}

/** The success of an operation that is meant when nothing else is said. */
export interface Success {
  readonly status: number
  /** `undefined` where nothing is declared. */
  readonly response: ResponseSpec | undefined
  readonly mediaType: string | undefined
  readonly media: MediaTypeSpec | undefined
}

/**
 * The first success of an operation, JSON before other types; a document that knows `default` only means every status by it,
 * one that knows only redirects means the first of them, and one that knows none means 200 without a body.
 */
export function successOf({ responses }: Operation): Success {
  const code = successKey(responses) ?? Object.keys(responses).find((key) => key.startsWith('3'))
  if (code === undefined) return { status: 200, response: undefined, mediaType: undefined, media: undefined }
  const response = responses[code]
  const names = Object.keys(response?.content ?? {})
  const mediaType = names.find(isJson) ?? names.find(isStructured) ?? names[0]
  return {
    status: statusOf(code),
    response,
    mediaType,
    media: mediaType === undefined ? undefined : response?.content[mediaType],
  }
}

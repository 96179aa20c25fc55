import type { Api, CollectionSpec, JsonObject, MediaTypeSpec, Operation, ResourceUse } from '../../openapi/api.ts'
import { namesAt, schemaBehind } from '../../openapi/entity.ts'
import { isJson, isStructured } from '../../openapi/media-type.ts'
import { isObject, pointerTo, tokensOf, valueAt } from '../../openapi/pointer.ts'
import { sampleOf } from '../../openapi/sample.ts'
import type { SchemaError, Validator } from '../../openapi/validator.ts'
import type { Row } from '../../store/collection.ts'
import { responseFor, statusOf } from '../../openapi/responses.ts'
import { type DocumentedValue, documentedValue } from './documented-value.ts'
import type { Exchange } from './handler.ts'

/** How the answers of an operation hold the rows of its collection. */
export interface AnswerShape {
  /** The body around one row; `undefined` where the response has none. */
  ofRow(status: number, row: Row, exchange: Exchange): unknown
  /** A row as this answer shows it, which may be by another schema than the collection's. */
  view(row: Row): unknown
  /** The body with something else at the place of the row or the rows. */
  around(inner: unknown, envelope: unknown): unknown
  /** What the document shows of the whole body: the envelope to put rows into. */
  envelope(): unknown
  /** Whether the envelope breaks its schema, and that is the document's own doing. */
  isContradictory(): boolean
}

export function createAnswerShape(
  api: Api,
  operation: Operation,
  collection: CollectionSpec,
  use: ResourceUse,
): AnswerShape {
  const { answerAt, role } = use
  const shown = new Map<MediaTypeSpec, () => DocumentedValue>()
  const envelopeOf = (media: MediaTypeSpec): DocumentedValue => {
    const show = shown.get(media) ?? documentedValue(api, operation.id, { media, mediaType: 'application/json' })
    shown.set(media, show)
    return show()
  }
  const mediaOf = (status: number): MediaTypeSpec | undefined => jsonMedia(operation, status)
  const first = (): MediaTypeSpec | undefined =>
    Object.keys(operation.responses)
      .map((code) => mediaOf(statusOf(code)))
      .find(Boolean)
  const around: AnswerShape['around'] = (inner, envelope) =>
    answerAt === undefined ? envelope : withAt(envelope, tokensOf(answerAt), inner)
  const rowAt = role === 'list' ? pointerTo(answerAt ?? '', 0) : (answerAt ?? '')
  const validateRow: Validator = (row) => {
    const media = first()
    if (!media || answerAt === undefined) return []
    const body = around(role === 'list' ? [row] : row, answerAt === '' ? undefined : envelopeOf(media).value)
    const errors = media.validate(body).filter(({ at }) => at === rowAt || at.startsWith(`${rowAt}/`))
    return errors.map((error) => ({ ...error, at: error.at.slice(rowAt.length) }))
  }
  let isImpossible = false
  const view = createView(api, collection, use, {
    validate: validateRow,
    impossible: ([error]) => {
      isImpossible = true
      api.addNote({
        what: `no value was found that the schema allows: ${error?.at || 'the whole'} ${error?.message}`,
        pointer: use.answerSchema ?? operation.pointer,
        instead: 'the nearest value is served, and is no violation',
      })
    },
  })
  return {
    ofRow: (status, row, exchange) => {
      const media = mediaOf(status)
      if (!media) return undefined
      const sent = sentRow(use, exchange)
      if (answerAt === '') return view(row, sent)
      const envelope = envelopeOf(media).value
      return answerAt === undefined ? told(envelope, row, collection, role) : around(view(row, sent), envelope)
    },
    view: (row) => view(row, {}),
    around,
    envelope: () => {
      const media = first()
      return media && envelopeOf(media).value
    },
    isContradictory: () =>
      isImpossible || (answerAt !== '' && [...shown.values()].some((show) => show().isContradictory)),
  }
}

/** JSON of the response for a status, or a range that takes it. */
function jsonMedia({ responses }: Operation, status: number): MediaTypeSpec | undefined {
  const content = Object.entries(responseFor(responses, status)?.content ?? {})
  const [, media] =
    content.find(([type]) => isJson(type)) ?? content.find(([type]) => isStructured(type)) ?? content[0] ?? []
  return media
}

/** An answer that says something about a row without showing it: its key, and that it is deleted. */
function told(envelope: unknown, row: Row, { key }: CollectionSpec, role: ResourceUse['role']): unknown {
  if (!isObject(envelope)) return envelope
  const more: Record<string, unknown> = {}
  if (key in envelope && typeof envelope[key] === typeof row[key]) more[key] = row[key]
  if (role === 'delete' && typeof envelope['deleted'] === 'boolean') more['deleted'] = true
  return { ...envelope, ...more }
}

/** What a request says of a row: its body, or the part of it that the row is in. */
export function sentRow({ requestAt }: ResourceUse, { body }: Pick<Exchange, 'body'>): JsonObject {
  const sent = requestAt === '' ? body : (valueAt(body, requestAt) ?? body)
  return isObject(sent) ? sent : {}
}

interface Judge {
  readonly validate: Validator
  /** Told of what even the best value breaks. */
  readonly impossible: (errors: readonly SchemaError[]) => void
}

type View = (row: Row, sent: JsonObject) => unknown

/**
 * Rows as they are where the answer has their own schema; else those of their properties that it knows and what was sent beside
 * them, completed, and made anew where it means something else by a name.
 */
function createView(
  api: Api,
  { pointer, name }: CollectionSpec,
  { answerSchema }: ResourceUse,
  { validate, impossible }: Judge,
): View {
  const root = api.document
  if (answerSchema === undefined || schemaBehind(root, pointer) === answerSchema) return (row) => row
  const seen = new WeakMap<Row, unknown>()
  let names: ReadonlySet<string> | undefined
  let own: ReadonlySet<string> | undefined
  return (row, body) => {
    names ??= new Set(namesAt(root, answerSchema))
    if (names.size === 0) return row
    own ??= new Set(namesAt(root, pointer))
    const beside = Object.entries(body).filter(([each]) => names?.has(each) && !own?.has(each))
    const known = beside.length === 0 ? seen.get(row) : undefined
    if (known !== undefined) return known
    const sent = Object.fromEntries([...Object.entries(row).filter(([each]) => names?.has(each)), ...beside])
    const schema = valueAt(root, answerSchema) as JsonObject
    const options = { name: `${api.name}/${name}`, properties: 'required', sent, validate } as const
    const { value, errors } = sampleOf(root, schema, options)
    if (errors.length > 0) impossible(errors)
    if (beside.length === 0) seen.set(row, value)
    return value
  }
}

function withAt(value: unknown, tokens: readonly string[], inner: unknown): unknown {
  const [token, ...rest] = tokens
  if (token === undefined) return inner
  if (Array.isArray(value)) return value.with(Number(token), withAt(value[Number(token)], rest, inner))
  const holder = isObject(value) ? value : {}
  return { ...holder, [token]: withAt(holder[token], rest, inner) }
}

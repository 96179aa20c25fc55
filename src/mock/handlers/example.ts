import { isDeepStrictEqual } from 'node:util'
import type { Api, JsonObject, MediaTypeSpec, Operation } from '../../openapi/api.ts'
import { namesAt } from '../../openapi/entity.ts'
import { isObject, pointerTo } from '../../openapi/pointer.ts'
import { sampleOf } from '../../openapi/sample.ts'
import { foldedShape } from '../../openapi/sample-shape.ts'
import { type DocumentedValue, documentedValue, successOf } from './documented-value.ts'
import { type Exchange, type Handler, type Reply, reply } from './handler.ts'

/** Answers with the first documented success, for operations that are neither resource nor rule. */
export function exampleHandler(api: Api, operation: Operation): Handler | undefined {
  const { media } = successOf(operation)
  return !media || Object.keys(media.examples).length > 0 ? answering(api, operation) : undefined
}

/** Answers with a value that the schema of the first success allows, the same for every request and every start. */
export function sampleHandler(api: Api, operation: Operation): Handler {
  return answering(api, operation)
}

function answering(api: Api, operation: Operation): Handler {
  const { status, media, mediaType } = successOf(operation)
  if (!media || mediaType === undefined) return () => reply(status)
  const show = documentedValue(api, operation.id, { media, mediaType })
  const echo = createEcho(api, operation, media)
  return (exchange) => documentedReply(status, mediaType, echo(show(), exchange))
}

/** A reply that the document itself is answerable for. */
export function documentedReply(status: number, mediaType: string, { value, isContradictory }: DocumentedValue): Reply {
  return { ...reply(status, value), mediaType, ...(isContradictory && { isContradictory }) }
}

type Echo = (shown: DocumentedValue, exchange: Exchange) => DocumentedValue

/** Whoever sends a property expects it back where the answer knows it: what the path names, and what the body holds. */
function createEcho(api: Api, { parameters }: Operation, media: MediaTypeSpec): Echo {
  let known: ReadonlySet<string> | undefined
  const inPath = parameters.filter(({ in: place }) => place === 'path').map(({ name }) => name)
  return (shown, { body, path }) => {
    const { value } = shown
    if (!isObject(value) || shown.isContradictory) return shown
    known ??= knownNames(api, media)
    const named = Object.fromEntries(inPath.map((name) => [name, path[name]]))
    const sent = Object.entries({ ...named, ...(isObject(body) ? body : {}) })
    const echoed = sent.filter(([name]) => known?.has(name) || Object.hasOwn(value, name))
    return echoed.length === 0 ? shown : { ...shown, value: withEchoed(api, media, value, echoed) }
  }
}

/** All of it if the schema allows that, in another of its alternatives too, or else each property that it does. */
function withEchoed(
  api: Api,
  media: MediaTypeSpec,
  value: Readonly<Record<string, unknown>>,
  sent: readonly (readonly [string, unknown])[],
): unknown {
  const whole = { ...value, ...Object.fromEntries(sent) }
  const [first, ...others] = alternativesOf(api, media)
  // What was sent may be of another alternative than what is shown.
  const isOther = others.length > 0 && sent.some(([name]) => !Object.hasOwn(value, name))
  const other = isOther || isObject(first?.['discriminator']) ? madeWith(api, media, sent) : undefined
  if (other !== undefined) return other
  if (media.validate(whole).length === 0) return whole
  let kept = value
  for (const [name, each] of sent) {
    const next = { ...kept, [name]: each }
    if (media.validate(next).length === 0) kept = next
  }
  return kept
}

/** A value made around what was sent; `undefined` where none can have all of it. */
function madeWith(api: Api, media: MediaTypeSpec, sent: readonly (readonly [string, unknown])[]): unknown {
  const { value, errors } = sampleOf(api.document, media.schema ?? {}, {
    name: `${api.name}/echo`,
    validate: media.validate,
    sent: Object.fromEntries(sent),
  })
  return errors.length === 0 && hasAll(value, sent) ? value : undefined
}

function knownNames(api: Api, media: MediaTypeSpec): ReadonlySet<string> {
  const own = media.schema ? namesAt(api.document, pointerTo(media.pointer, 'schema')) : []
  return new Set([
    ...own,
    ...alternativesOf(api, media).flatMap(({ properties }) => Object.keys(isObject(properties) ? properties : {})),
  ])
}

/** The schema of an answer with each of its alternatives. */
function alternativesOf({ document }: Api, { schema }: MediaTypeSpec): JsonObject[] {
  const first = foldedShape(document, schema, 0)
  const count = Math.min(first.alternatives, MAX_ALTERNATIVES)
  return [
    first.schema,
    ...Array.from({ length: count - 1 }, (_, index) => foldedShape(document, schema, index + 1).schema),
  ]
}

/** More alternatives than this are not looked through for what was sent. */
const MAX_ALTERNATIVES = 50

function hasAll(value: unknown, sent: readonly (readonly [string, unknown])[]): boolean {
  return isObject(value) && sent.every(([name, each]) => isDeepStrictEqual(value[name], each))
}

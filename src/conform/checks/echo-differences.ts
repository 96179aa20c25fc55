import { isDeepStrictEqual } from 'node:util'
import type { Operation, Pointer } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { isObject, pointerOfRef, pointerTo, tokensOf, valueAt } from '../../openapi/pointer.ts'
import { responseFor, successKeys } from '../../openapi/responses.ts'
import type { Applied } from '../../openapi/walk.ts'
import { knowledgeOf } from '../apis/knowledge-of.ts'
import { isNamedByPath } from '../cases/named-by-path.ts'
import { areOfOneResource } from '../cases/resource-promise.ts'
import type { Context } from '../context.ts'

/** A property that was sent and did not come back as it was. */
export interface EchoDifference {
  /** Into the request body. */
  readonly member: string
  /** Into the spec. */
  readonly pointer: Pointer
  readonly sent: unknown
  readonly got: unknown
  readonly why: string | undefined
}

const MIN_OVERLAP = 0.5

/**
 * Compares what was sent with what the answer of `answering` says of the same properties. Which properties an answer repeats
 * follows from its schema and from the examples: a property that no example repeats, such as a password, is not expected.
 */
export function echoDifferences(
  context: Context,
  sending: Operation,
  answering: Operation,
  status: string,
  sent: unknown,
  got: unknown,
): EchoDifference[] {
  if (!isObject(sent)) return []
  const media = Object.values(responseFor(answering.responses, status)?.content ?? {})[0]
  if (!media?.schema) return []
  const schema = pointerTo(media.pointer, 'schema')
  const applied = context.schemas.applied(schema, got)
  const container = containerIn(sent, got)
  const quiet = unrepeated(sending)
  const isPromised = areOfOneResource(context.api, sending, answering)
  return Object.entries(sent).flatMap(([name, value]) => {
    if (quiet.lost.has(name) || isNamedByPath(context, sending, name)) return []
    const at = container === undefined ? exampleCounterpart(sending, name) : pointerTo(container, name)
    if (at === undefined) return []
    const knowing = namingSchema(applied, at)
    if (!knowing) return []
    const received = valueAt(got, at)
    if (repeats(value, received, !context.api.strict) || isOneWay(context, knowing, name)) return []
    const pointer = pointerTo(knowing.pointer, 'properties', name)
    // What the answer's own schema refuses cannot come back.
    if (!context.api.strict && context.schemas.validate(pointer)(value).length > 0) return []
    const why =
      assumptionAt(context.api.document, media.pointer) ??
      knowing.inferred ??
      assumptionAt(context.api.document, pointer) ??
      whyItsOwn(context, pointer, received) ??
      (isPromised ? undefined : 'the document does not say that the answer repeats what was sent') ??
      (quiet.changed.has(name) ? 'the example of the page answers another value than it sends' : undefined)
    return [{ member: name, pointer, sent: value, got: received, why }]
  })
}

/** The schema that applies to an answer and has a name for what stands at a place of it. */
export function namingSchema(applied: readonly Applied[], at: Pointer): Applied | undefined {
  const tokens = tokensOf(at)
  const name = tokens.at(-1) ?? ''
  const holder = pointerTo('', ...tokens.slice(0, -1))
  return applied.find(
    ({ at: place, schema: { properties } }) => place === holder && isObject(properties) && name in properties,
  )
}

/** Why a value is the server's own: what its schema refuses is nobody's. */
function whyItsOwn({ api, schemas }: Context, pointer: Pointer, received: unknown): string | undefined {
  const why = knowledgeOf(api).ownValues?.[pointer]
  return why !== undefined && schemas.validate(pointer)(received).length === 0 ? why : undefined
}

/** Whether only one side may say it: what is `writeOnly` does not come back, what is `readOnly` the server decides. */
function isOneWay({ api }: Context, { schema }: Applied, name: string): boolean {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  if (api.strict) return false
  const one = properties[name]
  const place = isObject(one) && typeof one['$ref'] === 'string' ? pointerOfRef(one['$ref']) : undefined
  const shape = place === undefined ? one : valueAt(api.document, place)
  return [one, shape].some((each) => isObject(each) && (each['writeOnly'] === true || each['readOnly'] === true))
}

/**
 * Whether everything that was sent is in what came; more may be there, and a time may be written in another way. A lenient
 * comparison asks no more of the objects below than the properties that came.
 */
function repeats(sent: unknown, got: unknown, isLenient = false): boolean {
  if (isDeepStrictEqual(sent, got)) return true
  if (typeof sent === 'string' && typeof got === 'string')
    return isTime(sent) && isTime(got) && Date.parse(sent) === Date.parse(got)
  if (Array.isArray(sent) && Array.isArray(got))
    return sent.length === got.length && sent.every((each, index) => repeats(each, got[index], isLenient))
  if (!isObject(sent) || !isObject(got)) return false
  const known = Object.entries(sent).filter(([name]) => !isLenient || name in got)
  return known.every(([name, value]) => repeats(value, got[name], isLenient))
}

function isTime(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text)
}

/** The object in the answer that has most of the names that were sent. */
function containerIn(sent: object, got: unknown): string | undefined {
  const names = Object.keys(sent)
  const [best] = objectsIn(got, '', 0)
    .map(({ at, value }) => ({ at, overlap: names.filter((name) => name in value).length / names.length }))
    .toSorted((one, other) => other.overlap - one.overlap)
  return best !== undefined && best.overlap >= MIN_OVERLAP ? best.at : undefined
}

function objectsIn(value: unknown, at: string, depth: number): { at: string; value: object }[] {
  if (!isObject(value) || depth > 2) return []
  return [
    { at, value },
    ...Object.entries(value).flatMap(([name, each]) => objectsIn(each, pointerTo(at, name), depth + 1)),
  ]
}

interface Pair {
  readonly sent: object
  readonly got: unknown
}

function examplePairs(operation: Operation): Pair[] {
  const { responses } = operation
  const answers = successKeys(responses).flatMap((key) => Object.values(responses[key]?.content ?? {}))
  return Object.values(operation.requestBody?.content ?? {}).flatMap((media) =>
    Object.entries(media.examples).flatMap(([name, { value }]) => {
      const counterpart = answers.map((answer) => answer.examples[name]?.value).find((each) => each !== undefined)
      return isObject(value) && counterpart !== undefined ? [{ sent: value, got: counterpart }] : []
    }),
  )
}

interface Unrepeated {
  readonly lost: ReadonlySet<string>
  readonly changed: ReadonlySet<string>
}

const knownUnrepeated = new WeakMap<Operation, Unrepeated>()

/** The properties that the examples send and do not repeat, and those that they repeat with another value; found out once. */
function unrepeated(operation: Operation): Unrepeated {
  const found = knownUnrepeated.get(operation) ?? findUnrepeated(operation)
  knownUnrepeated.set(operation, found)
  return found
}

function findUnrepeated(operation: Operation): Unrepeated {
  const lost = new Set<string>()
  const changed = new Set<string>()
  for (const { sent, got } of examplePairs(operation)) {
    const container = containerIn(sent, got)
    if (container === undefined) continue
    for (const [name, value] of Object.entries(sent)) {
      const received = valueAt(got, pointerTo(container, name))
      if (
        received === undefined ||
        Array.isArray(received) !== Array.isArray(value) ||
        isObject(received) !== isObject(value)
      )
        lost.add(name)
      else if (!repeats(value, received)) changed.add(name)
    }
  }
  return { lost, changed }
}

/** Where the examples repeat a single property, for answers that repeat too little to be recognised as a whole. */
function exampleCounterpart(operation: Operation, name: string): string | undefined {
  for (const { sent, got } of examplePairs(operation)) {
    const value = (sent as Record<string, unknown>)[name]
    if (typeof value !== 'string' || value === '') continue
    const places = objectsIn(got, '', 0).filter((each) => (each.value as Record<string, unknown>)[name] === value)
    if (places.length === 1) return pointerTo(places[0]?.at ?? '', name)
  }
  return undefined
}

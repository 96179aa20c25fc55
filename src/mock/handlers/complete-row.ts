import type { Api, CollectionSpec, JsonObject, Operation, ResourceUse } from '../../openapi/api.ts'
import { withOrigin } from '../../fixtures/origin.ts'
import { namesAt, propertiesAt } from '../../openapi/entity.ts'
import { isObject, pointerTo, valueAt } from '../../openapi/pointer.ts'
import { randomOf } from '../../openapi/random.ts'
import { sampleOf } from '../../openapi/sample.ts'
import { foldedShape } from '../../openapi/sample-shape.ts'
import { textFor } from '../../openapi/sample-text.ts'
import type { Row } from '../../store/collection.ts'
import { unusedKey } from '../../store/unused-key.ts'
import { successOf } from './documented-value.ts'
import type { Exchange } from './handler.ts'

/** Makes whole rows of what clients send: the answer's schema wants more than they know. */
export interface RowMaker {
  /** A new row; `fixed` are attributes that nobody may choose. */
  created(sent: JsonObject, fixed: JsonObject, exchange: Exchange): Row
  /** What was sent in the place of a row, which keeps what only the server sets. */
  replaced(before: Row, sent: JsonObject, exchange: Exchange): Row
  /** A changed row in which everything has the type that the schema wants. */
  patched(changed: Row, exchange: Exchange): Row
}

/** What the schema of a collection says of one property. */
interface Attribute {
  readonly name: string
  readonly schema: JsonObject
  readonly isRequired: boolean
  readonly isReadOnly: boolean
}

export function createRowMaker(api: Api, operation: Operation, collection: CollectionSpec, use: ResourceUse): RowMaker {
  const { key } = collection
  let found: readonly Attribute[] | undefined
  const attributes = (): readonly Attribute[] => (found ??= attributesOf(api, collection))
  const own = (sent: JsonObject): JsonObject =>
    withoutForeign(api, operation, collection, withoutReadOnly(sent, attributes()))
  const keySchema = (): JsonObject => ({
    ...parameterSchema(api, collection),
    ...attributes().find(({ name }) => name === key)?.schema,
  })
  // Whoever reads the row writes its key into a path, where it has to be what the parameter allows.
  const pathKey = (exchange: Exchange): string | number => {
    const schema = parameterSchema(api, collection)
    const isText = isOfType(keySchema(), 'string') && isOfType(schema, 'integer')
    return isText ? String(newKey(collection, schema, exchange)) : newKey(collection, keySchema(), exchange)
  }
  const complete = (sent: JsonObject, hint?: unknown): Row => {
    const { value, errors } = sampleOf(api.document, collection.schema, {
      name: `${api.name}/${collection.name}`,
      validate: collection.validate,
      properties: 'stored',
      sent,
      hint,
    })
    const row = isObject(value) ? value : {}
    const whole = isKey(row[key]) ? row : { ...row, [key]: sent[key] }
    const [error] = errors
    if (!error) return whole
    api.addNote({
      what: `no whole row of ${collection.name} was found: ${error.at || 'it'} ${error.message}`,
      pointer: collection.pointer,
      instead: 'the nearest one is kept, and is no violation',
    })
    return withOrigin(whole, { isContradictory: true })
  }
  return {
    created: (sent, fixed, exchange) => {
      const known = own(sent)
      const named = isKey(known[key]) ? known[key] : pathKey(exchange)
      const times = timesFor(attributes(), known, exchange)
      return complete({ ...times, ...known, [key]: named, ...fixed }, shownRow(operation, use, key))
    },
    replaced: (before, sent) => {
      const known = own(sent)
      const kept = attributes().filter(
        ({ name, isReadOnly, isRequired }) => isReadOnly || (isRequired && !(name in known)),
      )
      return complete({ ...known, ...picked(before, kept), [key]: before[key] })
    },
    patched: (changed) => {
      const known = withoutForeign(api, operation, collection, changed)
      return collection.validate(known).length === 0 ? known : complete(known)
    },
  }
}

/** What the path parameter that names a row says of it: the schema of the row may say less. */
function parameterSchema({ operations, resources }: Api, { name }: CollectionSpec): JsonObject {
  const read = operations.find(({ id }) => resources[id]?.collection === name && resources[id].parameter !== undefined)
  const parameter = read && resources[read.id]?.parameter
  return read?.parameters.find((each) => each.in === 'path' && each.name === parameter)?.schema ?? {}
}

function attributesOf(api: Api, { pointer, schema }: CollectionSpec): Attribute[] {
  const { required } = foldedShape(api.document, schema, 0).schema
  const names = new Set(Array.isArray(required) ? (required as unknown[]) : [])
  return [...propertiesAt(api.document, pointer)].map(([name, place]) => {
    const shape = foldedShape(api.document, valueAt(api.document, place), 0).schema
    return { name, schema: shape, isRequired: names.has(name), isReadOnly: shape['readOnly'] === true }
  })
}

function withoutReadOnly(sent: JsonObject, attributes: readonly Attribute[]): JsonObject {
  const hidden = new Set(attributes.filter(({ isReadOnly }) => isReadOnly).map(({ name }) => name))
  return hidden.size === 0 ? sent : Object.fromEntries(Object.entries(sent).filter(([name]) => !hidden.has(name)))
}

/**
 * Without what the request has a name for and the row has none, such as a password: the answer may repeat it, the row never
 * shows it. What nobody has a name for stays.
 */
function withoutForeign(
  api: Api,
  { requestBody }: Operation,
  collection: CollectionSpec,
  sent: JsonObject,
): JsonObject {
  const names = new Set(namesAt(api.document, collection.pointer))
  if (api.strict || names.size === 0 || isOpen(api, collection)) return sent
  const declared = new Set(
    Object.values(requestBody?.content ?? {}).flatMap(({ pointer }) =>
      namesAt(api.document, pointerTo(pointer, 'schema')),
    ),
  )
  const entries = Object.entries(sent).filter(([name]) => names.has(name) || !declared.has(name))
  return entries.length === Object.keys(sent).length ? sent : Object.fromEntries(entries)
}

/** Whether the schema of a row says itself that it may have properties without a name. */
function isOpen({ document }: Api, { schema }: CollectionSpec): boolean {
  const { additionalProperties } = foldedShape(document, schema, 0).schema
  return additionalProperties === true || isObject(additionalProperties)
}

function picked(row: Row, attributes: readonly Attribute[]): JsonObject {
  return Object.fromEntries(attributes.filter(({ name }) => name in row).map(({ name }) => [name, row[name]]))
}

/** When it was made, for the times that only a server can know. */
function timesFor(attributes: readonly Attribute[], sent: JsonObject, { state }: Exchange): JsonObject {
  const now = state.clock.iso()
  const entries = attributes
    .filter(({ name, isRequired, isReadOnly }) => (isRequired || isReadOnly) && !(name in sent))
    .flatMap(({ name, schema }): (readonly [string, string])[] => {
      if (schema['format'] === 'date-time') return [[name, now]]
      return schema['format'] === 'date' ? [[name, now.slice(0, 'yyyy-mm-dd'.length)]] : []
    })
  return Object.fromEntries(entries)
}

/** The row in the example of the answer, without what is new in every row. */
function shownRow(operation: Operation, { answerAt }: ResourceUse, key: string): unknown {
  const [example] = Object.values(successOf(operation).media?.examples ?? {})
  const row = answerAt === undefined ? undefined : valueAt(example?.value, answerAt)
  return isObject(row) ? Object.fromEntries(Object.entries(row).filter(([name]) => name !== key)) : undefined
}

function newKey(collection: CollectionSpec, schema: JsonObject, exchange: Exchange): string | number {
  const { ids } = exchange.state
  const rows = exchange.state.collection(collection.name)
  const { format, type, pattern } = schema
  if (format === 'uuid') return unusedKey(rows, () => ids.uuid(collection.name))
  if ([type].flat().some((each) => each === 'integer' || each === 'number'))
    return unusedKey(rows, () => ids.next(collection.name, Math.max(leastOf(schema), 1)))
  if (pattern === undefined && schema['maxLength'] === undefined && schema['minLength'] === undefined)
    return unusedKey(rows, () => ids.hex(collection.name, 24))
  const text = (): string => {
    const random = randomOf(ids.hex(collection.name, 24))
    return textFor(schema, { name: collection.key, random, words: undefined })
  }
  return unusedKey(rows, text)
}

function isOfType({ type }: JsonObject, wanted: string): boolean {
  return [type].flat().includes(wanted)
}

/** The smallest whole number that the bounds of a key leave. */
function leastOf({ minimum, exclusiveMinimum }: JsonObject): number {
  if (typeof minimum === 'number') return Math.ceil(minimum)
  return typeof exclusiveMinimum === 'number' ? Math.floor(exclusiveMinimum) + 1 : 1
}

function isKey(value: unknown): value is string | number {
  return (typeof value === 'string' && value !== '') || typeof value === 'number'
}

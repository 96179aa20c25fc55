import { originOf, withOrigin } from '../../fixtures/origin.ts'
import type { Api, Operation, ResourceUse } from '../../openapi/api.ts'
import { isObject, pointerTo, tokensOf, valueAt } from '../../openapi/pointer.ts'
import { responseFor, statusOf, successKeys } from '../../openapi/responses.ts'
import { describeErrors } from '../engine/describe-error.ts'
import type { SchemaError } from '../../openapi/validator.ts'
import type { Row } from '../../store/collection.ts'
import { createRowMaker } from './complete-row.ts'
import { successOf } from './documented-value.ts'
import { exampleHandler, sampleHandler } from './example.ts'
import {
  type Exchange,
  type Handler,
  located,
  type Refusal,
  refuse,
  reply,
  type Reply,
  type Result,
} from './handler.ts'
import { applyJsonPatch } from './json-patch.ts'
import { mergePatch } from './merge-patch.ts'
import type { Resource } from './resource-operation.ts'
import { createScope } from './resource-scope.ts'
import { createAnswerShape, sentRow } from './resource-answer.ts'
import { listHandler } from './resource-list.ts'
import { singleHandler } from './resource-single.ts'

/**
 * The handler that follows from path, method and shapes alone: list, create, read, replace, patch and delete of a collection.
 * `undefined` where the operation is none of a collection.
 */
export function resourceHandler(api: Api, operation: Operation): Handler | undefined {
  const use = api.resources[operation.id]
  const collection = use && api.collections[use.collection]
  if (!collection) return undefined
  const { status } = successOf(operation)
  const answer = createAnswerShape(api, operation, collection, use)
  const rows = createRowMaker(api, operation, collection, use)
  const resource: Resource = {
    api,
    operation,
    collection,
    use,
    status,
    scope: createScope(api, collection, use),
    answer,
    rows,
  }
  return use.isSingle ? singleHandler(resource) : handlers[use.role](resource)
}

const handlers: Readonly<Record<ResourceUse['role'], (resource: Resource) => Handler>> = {
  list: listHandler,
  create: createHandler,
  read: readHandler,
  replace: replaceHandler,
  patch: (resource) => onRow(resource, (row, exchange) => patchRow(resource, row, exchange)),
  delete: (resource) => onRow(resource, (row, exchange) => deleteRow(resource, row, exchange)),
}

function onRow(resource: Resource, act: (row: Row, exchange: Exchange) => Result): Handler {
  const { collection, use, scope } = resource
  return (exchange) => {
    const key = keyIn(use, exchange)
    const row = exchange.state.collection(collection.name).get(key)
    return row && scope.holds(row, exchange) ? act(row, exchange) : missing(resource, exchange)
  }
}

/**
 * Where nothing but reading is declared, no 404 among it, and nobody has put rows there, each id has what the document shows:
 * a mock that knew one user only would be of no use to anybody.
 */
function readHandler(resource: Resource): Handler {
  const { api, operation, collection, use } = resource
  const read = onRow(resource, (row, exchange) => answerWith(resource, row, exchange))
  if (!use.isReadOnly || responseFor(operation.responses, 404) !== undefined) return read
  const show = exampleHandler(api, operation) ?? sampleHandler(api, operation)
  return (exchange) => {
    const table = exchange.state.collection(collection.name)
    const isOpen =
      !table.get(keyIn(use, exchange)) &&
      table.size <= MAX_SHOWN &&
      [...table.all()].every((row) => originOf(row)?.isExample)
    return isOpen ? show(exchange) : read(exchange)
  }
}

/** A document shows no more rows than this. */
const MAX_SHOWN = 100

function keyIn({ parameter = '' }: ResourceUse, { path }: Exchange): string {
  return String(path[parameter])
}

/** Who does not know which rows there are is told of the first ones. */
function missing({ collection, use, scope }: Resource, exchange: Exchange): Refusal {
  const { name, key } = collection
  const rows = exchange.state.collection(name).find({ limit: MAX_NAMED })
  const known = rows.filter((row) => scope.holds(row, exchange)).map((row) => JSON.stringify(row[key]))
  const rest =
    known.length === 0 ? 'which has none' : `which has ${known.join(', ')}${rows.length < MAX_NAMED ? '' : ', …'}`
  return refuse(404, `There is no row ${JSON.stringify(keyIn(use, exchange))} in ${name}, ${rest}.`)
}

const MAX_NAMED = 5

function createHandler(resource: Resource): Handler {
  const { operation, collection, status, scope, rows, use } = resource
  const sendsLocation = 'location' in (responseFor(operation.responses, status)?.headers ?? {})
  const refusesTaken = '409' in operation.responses
  return (exchange) => {
    const table = exchange.state.collection(collection.name)
    const row = withOrigin(
      rows.created(sentRow(use, exchange), scope.attributes(exchange), exchange),
      scope.origin(exchange),
    )
    const key = String(row[collection.key])
    const before = table.get(key)
    // A document that shows the same row as sent and as read means no conflict by it.
    if (before && (refusesTaken || resource.api.strict) && !originOf(before)?.isExample)
      return refuse(conflictOf(operation), `${collection.name} already has ${JSON.stringify(key)}.`)
    const location = `${exchange.request.path.replace(/\/$/, '')}/${encodeURIComponent(key)}`
    return answerWith(resource, table.put(row), exchange, sendsLocation ? { location } : undefined)
  }
}

/** A row that is not there is created where the operation declares that. */
function replaceHandler(resource: Resource): Handler {
  const { collection, operation, use, scope, rows } = resource
  const creates = '201' in operation.responses
  return (exchange) => {
    const table = exchange.state.collection(collection.name)
    const key = keyIn(use, exchange)
    const found = table.get(key)
    const before = found && scope.holds(found, exchange) ? found : undefined
    if (!before && !creates) return missing(resource, exchange)
    const attributes = {
      ...scope.attributes(exchange),
      ...(!before && { [collection.key]: exchange.path[use.parameter ?? ''] }),
    }
    const sent = sentRow(use, exchange)
    const row = before ? rows.replaced(before, sent, exchange) : rows.created(sent, attributes, exchange)
    const stored = table.put(withOrigin(row, before ? originOf(before) : scope.origin(exchange)))
    const codes = successKeys(operation.responses)
    const code = before ? codes.find((each) => each !== '201') : '201'
    return answerWith({ ...resource, status: code === undefined ? resource.status : statusOf(code) }, stored, exchange)
  }
}

/** RFC 6902 for a list of operations, RFC 7396 for an object. */
function patchRow(resource: Resource, row: Row, exchange: Exchange): Result {
  const { collection, operation, rows, use } = resource
  const { body } = exchange
  if (!Array.isArray(body) || !isJsonPatch(resource, body)) {
    const changed = keepKey(resource, row, mergePatch(row, sentRow(use, exchange)))
    const removed = invalidRow(resource, changed, row, isTakenFrom(row))
    return removed ?? store(resource, row, rows.patched(changed, exchange), exchange)
  }
  const patched = applyJsonPatch(row, body)
  if ('problem' in patched) {
    const status = patched.isTest && '409' in operation.responses ? 409 : invalidStatus(operation)
    return refuse(status, `The patch cannot be applied: ${patched.problem}.`)
  }
  if (!isObject(patched.value))
    return refuse(invalidStatus(operation), `A row of ${collection.name} must stay an object.`)
  const changed = keepKey(resource, row, patched.value)
  return invalidRow(resource, changed, row, () => true) ?? store(resource, row, changed, exchange)
}

/** A list of anything else changes no row, unless it is sent as what a JSON Patch is sent as. */
function isJsonPatch({ api, operation }: Resource, body: readonly unknown[]): boolean {
  const types = Object.keys(operation.requestBody?.content ?? {})
  return api.strict || body.every(isObject) || types.some((type) => /json-?patch/.test(type))
}

function store(resource: Resource, before: Row, row: Row, exchange: Exchange): Reply {
  const table = exchange.state.collection(resource.collection.name)
  return answerWith(resource, table.put(withOrigin(row, originOf(before))), exchange)
}

function deleteRow(resource: Resource, row: Row, exchange: Exchange): Reply {
  exchange.state.collection(resource.collection.name).delete(String(row[resource.collection.key]))
  return answerWith(resource, row, exchange)
}

function answerWith(
  { status, answer }: Pick<Resource, 'status' | 'answer'>,
  row: Row,
  exchange: Exchange,
  headers?: Readonly<Record<string, string>>,
): Reply {
  const body = status === 204 ? undefined : answer.ofRow(status, row, exchange)
  const isContradictory = originOf(row)?.isContradictory === true || answer.isContradictory()
  return { ...reply(status, body, headers), ...(isContradictory && { isContradictory }) }
}

function keepKey({ collection }: Resource, row: Row, changed: Row): Row {
  return { ...changed, [collection.key]: row[collection.key] }
}

/**
 * Whether a required property is missing that a row has had: null took it away. What never was there is made up, and so
 * is what an element of a list lacks: a merge patch puts a whole list in the place of the old one (RFC 7396).
 */
function isTakenFrom(row: Row): (error: SchemaError) => boolean {
  return ({ keyword, at, params }) => {
    const holder = valueAt(row, at)
    const missing = params['missingProperty']
    if (keyword !== 'required' || !isObject(holder) || typeof missing !== 'string') return false
    return holder[missing] !== undefined && !isInList(row, at)
  }
}

function isInList(row: Row, at: string): boolean {
  const tokens = tokensOf(at)
  return tokens.some((_, depth) => Array.isArray(valueAt(row, pointerTo('', ...tokens.slice(0, depth)))))
}

/** The refusal of a change after which the row would break its schema in ways that count, and did not before. */
function invalidRow(
  { collection, operation }: Resource,
  row: Row,
  before: Row,
  counts: (error: SchemaError) => boolean,
): Refusal | undefined {
  const known = new Set(collection.validate(before).map(({ pointer, at }) => `${pointer} ${at}`))
  const broken = collection.validate(row).filter((error) => counts(error) && !known.has(`${error.pointer} ${error.at}`))
  if (broken.length === 0) return undefined
  const errors = broken.map((error) => located(error, 'body', error.at))
  return refuse(invalidStatus(operation), `The result would break the specification: ${describeErrors(errors)}.`, {
    by: 'validation',
    ...(broken[0] && { pointer: broken[0].pointer }),
    errors,
  })
}

function conflictOf(operation: Operation): number {
  return '409' in operation.responses ? 409 : 400
}

function invalidStatus(operation: Operation): number {
  return '422' in operation.responses && !('400' in operation.responses) ? 422 : 400
}

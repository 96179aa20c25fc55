import { applyPatch, type Operation as PatchOperation } from 'rfc6902'
import type { Api, CollectionSpec, JsonObject, Operation } from '../../openapi/api.ts'
import { isObject } from '../../openapi/pointer.ts'
import { memberShapes, shapeOf } from '../../openapi/shape.ts'
import type { Row } from '../../store/collection.ts'
import { unusedKey } from '../../store/unused-key.ts'
import { responseFor, statusOf } from '../../openapi/responses.ts'
import { describeError } from '../engine/error-body.ts'
import { type Exchange, type Handler, located, type Refusal, refuse, reply, type Result } from './handler.ts'
import type { Resource } from './addressed-collection.ts'
import { listHandler } from './resource-list.ts'

/**
 * The handler that follows from path and method alone: list, create, read, replace, patch and delete of a collection.
 * `undefined` where the path is none of a collection.
 */
export function resourceHandler(api: Api, operation: Operation): Handler | undefined {
  const { method, path } = operation
  const item = /\/([^/{}]+)\/\{([^/{}]+)\}$/.exec(path)
  if (item) {
    const resource = resourceOf(api, operation, item[1] as string)
    return resource && itemHandlers[method]?.(resource, item[2] as string)
  }
  const list = /\/([^/{}]+)$/.exec(path)
  const resource = list && resourceOf(api, operation, list[1] as string)
  if (!resource) return undefined
  if (method === 'GET') return listHandler(resource)
  return method === 'POST' ? createHandler(resource) : undefined
}

function resourceOf(api: Api, operation: Operation, name: string): Resource | undefined {
  const collection = api.collections[name]
  if (!collection) return undefined
  const properties = propertiesOf(api, collection)
  const parents = [...operation.path.matchAll(/\{([^}]+)\}(?=\/)/g)].map(([, parameter]) => parameter as string)
  return { api, operation, collection, scope: parents.filter((parameter) => parameter in properties) }
}

const itemHandlers: Readonly<Record<string, (resource: Resource, parameter: string) => Handler>> = {
  GET: (resource, parameter) => onRow(resource, parameter, (row) => reply(successOf(resource), row)),
  PUT: (resource, parameter) => onRow(resource, parameter, (row, exchange) => replaceRow(resource, row, exchange)),
  PATCH: (resource, parameter) => onRow(resource, parameter, (row, exchange) => patchRow(resource, row, exchange)),
  DELETE: (resource, parameter) => onRow(resource, parameter, (row, exchange) => deleteRow(resource, row, exchange)),
}

function onRow(resource: Resource, parameter: string, act: (row: Row, exchange: Exchange) => Result): Handler {
  const { name } = resource.collection
  return (exchange) => {
    const key = String(exchange.path[parameter])
    const row = exchange.state.collection(name).get(key)
    const inScope = row && resource.scope.every((attribute) => row[attribute] === exchange.path[attribute])
    return inScope ? act(row, exchange) : refuse(404, `There is no row ${JSON.stringify(key)} in ${name}.`)
  }
}

function createHandler(resource: Resource): Handler {
  const { api, operation, collection } = resource
  const status = successOf(resource)
  const answersWithRow = Object.keys(responseFor(operation.responses, status)?.content ?? {}).length > 0
  const sendsLocation = 'location' in (responseFor(operation.responses, status)?.headers ?? {})
  return (exchange) => {
    const rows = exchange.state.collection(collection.name)
    const given = isObject(exchange.body) ? exchange.body : {}
    const row = { ...defaultsOf(api, collection, given, exchange), ...scopeOf(resource, exchange), ...given }
    const key = String(row[collection.key])
    if (rows.get(key)) return refuse(conflictOf(operation), `${collection.name} already has ${JSON.stringify(key)}.`)
    const invalid = invalidRow(resource, row)
    if (invalid) return invalid
    const stored = rows.put(row)
    const location = `${exchange.request.path.replace(/\/$/, '')}/${encodeURIComponent(key)}`
    return reply(status, answersWithRow ? stored : undefined, sendsLocation ? { location } : undefined)
  }
}

function replaceRow(resource: Resource, row: Row, exchange: Exchange): Result {
  const { collection } = resource
  const given = isObject(exchange.body) ? exchange.body : {}
  const kept = Object.fromEntries(serverAttributes(resource.api, collection).map((name) => [name, row[name]]))
  return storeRow(resource, { ...given, ...kept, [collection.key]: row[collection.key] }, exchange)
}

/** RFC 6902 for a list of operations, RFC 7396 for an object. */
function patchRow(resource: Resource, row: Row, exchange: Exchange): Result {
  const { body } = exchange
  if (!Array.isArray(body)) return storeRow(resource, keepKey(resource, row, mergePatch(row, body)), exchange)
  const copy = structuredClone(row)
  const problem = applyPatch(copy, body as PatchOperation[]).find((each) => each !== null)
  if (problem) return refuse(400, `The patch cannot be applied: ${problem.message}.`)
  return storeRow(resource, keepKey(resource, row, copy), exchange)
}

function storeRow(resource: Resource, row: Row, exchange: Exchange): Result {
  const invalid = invalidRow(resource, row)
  if (invalid) return invalid
  const stored = exchange.state.collection(resource.collection.name).put(row)
  const status = successOf(resource)
  const silent =
    status === 204 || Object.keys(responseFor(resource.operation.responses, status)?.content ?? {}).length === 0
  return reply(status, silent ? undefined : stored)
}

function deleteRow(resource: Resource, row: Row, exchange: Exchange): Result {
  const { operation, collection } = resource
  exchange.state.collection(collection.name).delete(String(row[collection.key]))
  const status = successOf(resource)
  const silent = Object.keys(responseFor(operation.responses, status)?.content ?? {}).length === 0
  return reply(status, silent ? undefined : row)
}

function mergePatch(target: unknown, patch: unknown): Row {
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(isObject(patch) ? patch : {})) {
    if (value === null) delete merged[name]
    else merged[name] = isObject(value) ? mergePatch(merged[name], value) : value
  }
  return merged
}

function keepKey({ collection }: Resource, row: Row, changed: Row): Row {
  return { ...changed, [collection.key]: row[collection.key] }
}

function invalidRow({ collection, operation }: Resource, row: Row): Refusal | undefined {
  const [error] = collection.validate(row)
  if (!error) return undefined
  const broken = located(error, 'body', error.at)
  return refuse(invalidStatus(operation), `The result would break the specification: ${describeError(broken)}.`, {
    by: 'validation',
    pointer: error.pointer,
    errors: [broken],
  })
}

/** What the server adds to a new row: its key, the times of its making, the schema's defaults. */
function defaultsOf(api: Api, collection: CollectionSpec, given: JsonObject, exchange: Exchange): JsonObject {
  const required = new Set(shapeOf(api, collection.schema)['required'] as string[] | undefined)
  const entries = Object.entries(propertiesOf(api, collection)).map(([name, schema]) => {
    const wanted = name === collection.key || required.has(name) || schema['readOnly'] === true
    return [
      name,
      name in given
        ? undefined
        : (schema['default'] ?? (wanted ? madeValue(collection, name, schema, exchange) : undefined)),
    ]
  })
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function madeValue(collection: CollectionSpec, name: string, schema: JsonObject, exchange: Exchange): unknown {
  const { clock, ids } = exchange.state
  if (schema['format'] === 'date-time') return clock.iso()
  if (schema['format'] === 'date') return clock.iso().slice(0, 'yyyy-mm-dd'.length)
  if (name !== collection.key) return undefined
  const rows = exchange.state.collection(collection.name)
  if (schema['format'] === 'uuid') return unusedKey(rows, () => ids.uuid(collection.name))
  if (schema['type'] !== 'integer' && schema['type'] !== 'number')
    return unusedKey(rows, () => ids.hex(collection.name, 24))
  return unusedKey(rows, () => ids.next(collection.name, rows.size + 1))
}

function serverAttributes(api: Api, collection: CollectionSpec): string[] {
  return Object.entries(propertiesOf(api, collection)).flatMap(([name, schema]) =>
    schema['readOnly'] === true ? name : [],
  )
}

function scopeOf(resource: Resource, exchange: Exchange): JsonObject {
  return Object.fromEntries(resource.scope.map((name) => [name, exchange.path[name]]))
}

function propertiesOf(api: Api, collection: CollectionSpec): Record<string, JsonObject> {
  return memberShapes(api, collection.schema)
}

function successOf({ operation }: Resource): number {
  const status = Object.keys(operation.responses).find((code) => code.startsWith('2'))
  return status === undefined ? 200 : statusOf(status)
}

function conflictOf(operation: Operation): number {
  return '409' in operation.responses ? 409 : 400
}

function invalidStatus(operation: Operation): number {
  return '422' in operation.responses && !('400' in operation.responses) ? 422 : 400
}

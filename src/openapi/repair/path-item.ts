import { type Draft, type Holder, isDraft } from './draft.ts'
import { type At, below } from './at.ts'
import { objectIn, visitMap, visitRequestBody, visitResponse } from './content.ts'
import { visitParameters } from './parameter.ts'
import type { Repair, Visit } from './repair.ts'
import { typeNameOf } from './schema.ts'
import { mendRequirements } from './security.ts'
import { swaggerOperation } from './swagger-operation.ts'

export const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'] as const

/** A path item: its operations, those of 3.2 too. */
export const visitPathItem: Visit = (repair, holder, key, at) => {
  const item = objectIn(repair, holder, key, at, 'pathItem')
  if (!item) return noteSiblings(repair, holder[key], at)
  mendServers(repair, item, at)
  if (repair.version === '2.0') for (const method of methods) swaggerOperation(repair, item, method, at)
  visitParameters(repair, item, at)
  for (const method of methods) if (method in item) visitOperation(repair, item, method, at)
  const more = item['additionalOperations']
  if (more === undefined) return
  if (!isDraft(more)) {
    delete item['additionalOperations']
    return
  }
  for (const method of Object.keys(more)) visitOperation(repair, more, method, below(at, 'additionalOperations'))
}

function noteSiblings(repair: Repair, item: unknown, at: At): void {
  if (!isDraft(item)) return
  const surplus = methods.filter((method) => method in item)
  if (surplus.length > 0) repair.note(at, `has ${surplus.join(', ')} beside a $ref`, 'only what the $ref leads to is served')
}

function visitOperation(repair: Repair, item: Holder, method: string, above: At): void {
  const at = below(above, method)
  const operation = item[method]
  if (!isDraft(operation)) {
    repair.note(at, `is ${typeNameOf(operation)} where an operation is expected`, 'it is left out')
    delete item[method]
    return
  }
  if (repair.seen('pathItem', operation)) return
  mendOperation(repair, operation, at)
}

function mendOperation(repair: Repair, operation: Draft, at: At): void {
  const { operationId, tags } = operation
  if (operationId !== undefined && (typeof operationId !== 'string' || operationId.trim() === '')) delete operation['operationId']
  if (tags !== undefined && !(Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')))
    operation['tags'] = Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : []
  visitParameters(repair, operation, at)
  if ('requestBody' in operation) visitRequestBody(repair, operation, 'requestBody', below(at, 'requestBody'))
  visitResponses(repair, operation, at)
  visitMap(repair, operation, 'callbacks', at, visitCallback)
  mendRequirements(repair, operation, at)
  mendServers(repair, operation, at)
}

export const visitCallback: Visit = (repair, holder, key, at) => {
  const callback = objectIn(repair, holder, key, at, 'callback')
  if (!callback) return
  for (const expression of Object.keys(callback))
    if (!expression.startsWith('x-')) visitPathItem(repair, callback, expression, below(at, expression))
}

function visitResponses(repair: Repair, operation: Draft, at: At): void {
  const { responses } = operation
  const place = below(at, 'responses')
  if (!isDraft(responses)) {
    const what = responses === undefined ? 'declares no responses' : `has ${typeNameOf(responses)} for responses`
    repair.count(responses === undefined ? at : place, what, 'it is answered with 200 and no body, and any answer is right')
    operation['responses'] = { default: { description: '' } }
    return
  }
  for (const status of Object.keys(responses)) {
    if (status.startsWith('x-')) delete (responses)[status]
    else if (isStatus(status)) visitResponse(repair, responses, status, below(place, status))
    else {
      repair.note(below(place, status), `${JSON.stringify(status)} is not a status`, 'it is left out')
      delete (responses)[status]
    }
  }
  if (!Object.keys(responses).some((status) => /^[123]|^default$/i.test(status))) {
    repair.count(place, 'has no response of success', 'it is answered with 200 and no body, and any answer is right')
    ;(responses)['default'] = { description: '' }
  }
}

function isStatus(status: string): boolean {
  return /^(?:[1-5](?:\d\d|xx)|default)$/i.test(status)
}

/** Servers as an array of objects with a URL. */
export function mendServers(repair: Repair, owner: Draft, at: At): void {
  const { servers } = owner
  if (servers === undefined) return
  const list: unknown[] = Array.isArray(servers) ? servers : [servers]
  const kept = list.filter((server) => isDraft(server) && typeof server['url'] === 'string')
  if (Array.isArray(servers) && kept.length === list.length) return
  repair.note(below(at, 'servers'), 'has an entry that is no server with a URL', 'it is left out')
  owner['servers'] = kept
}

import { UnderstudyError } from '../../errors.ts'
import type { Api, Operation } from '../../openapi/api.ts'
import { successOf } from './documented-value.ts'
import { exampleHandler, sampleHandler } from './example.ts'
import type { Handler, Rules } from './handler.ts'
import { resourceHandler } from './resource.ts'

export type HandlerKind = 'rules' | 'resource' | 'example' | 'sample'

/** A handler for every operation: the API's own rule, else the generic resource, else the documented example, else a sample. */
export function resolveHandlers(api: Api, rules: Rules): Readonly<Record<string, Handler>> {
  const ids = new Set(api.operations.map((operation) => operation.id))
  const surplus = Object.keys(rules.handlers).find((id) => !ids.has(id))
  if (surplus !== undefined) {
    throw new UnderstudyError(
      'HANDLER_UNKNOWN',
      `has a handler for ${surplus}, an operation that ${api.file} does not have`,
      `apis/${api.name}`,
    )
  }
  // Of a large document of somebody else most operations are never called: each gets its handler with its first request.
  const handler = api.strict ? handlerFor : handlerOnFirstUse
  return Object.fromEntries(api.operations.map((operation) => [operation.id, handler(api, operation, rules)]))
}

function handlerOnFirstUse(api: Api, operation: Operation, rules: Rules): Handler {
  let handler: Handler | undefined
  return (exchange) => (handler ??= handlerFor(api, operation, rules))(exchange)
}

/** Which of the kinds answers an operation. */
export function handlerKind(api: Api, operation: Operation, rules: Rules): HandlerKind {
  if (ownHandler(rules, operation)) return 'rules'
  if (resourceHandler(api, operation)) return 'resource'
  return exampleHandler(api, operation) ? 'example' : 'sample'
}

function handlerFor(api: Api, operation: Operation, rules: Rules): Handler {
  const handler = ownHandler(rules, operation) ?? resourceHandler(api, operation)
  if (handler) return handler
  if (api.strict && successOf(operation).response === undefined) {
    throw new UnderstudyError(
      'HANDLER_UNKNOWN',
      `${operation.id} has no handler: give it one in apis/${api.name}, or a 2XX response with an example, or make its path a resource`,
      `${api.file}#${operation.pointer}`,
    )
  }
  return exampleHandler(api, operation) ?? sampleHandler(api, operation)
}

/** An operation may be called `toString`, which every object has. */
function ownHandler({ handlers }: Rules, { id }: Operation): Handler | undefined {
  return Object.hasOwn(handlers, id) ? handlers[id] : undefined
}

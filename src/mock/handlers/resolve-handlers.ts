import { UnderstudyError } from '../../errors.ts'
import type { Api, Operation } from '../../openapi/api.ts'
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
  return Object.fromEntries(api.operations.map((operation) => [operation.id, handlerFor(api, operation, rules)]))
}

/** Which of the kinds answers an operation; `undefined` if none can. */
export function handlerKind(api: Api, operation: Operation, rules: Rules): HandlerKind | undefined {
  if (rules.handlers[operation.id]) return 'rules'
  if (resourceHandler(api, operation)) return 'resource'
  if (exampleHandler(operation)) return 'example'
  return sampleHandler(api, operation) && 'sample'
}

function handlerFor(api: Api, operation: Operation, rules: Rules): Handler {
  const handler =
    rules.handlers[operation.id] ??
    resourceHandler(api, operation) ??
    exampleHandler(operation) ??
    sampleHandler(api, operation)
  if (handler) return handler
  throw new UnderstudyError(
    'HANDLER_UNKNOWN',
    `${operation.id} has no handler: give it one in apis/${api.name}, or a 2XX response with an example, or make its path a resource`,
    `${api.file}#${operation.pointer}`,
  )
}

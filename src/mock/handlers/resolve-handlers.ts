import { UnderstudyError } from '../../errors.ts'
import type { Api, Operation } from '../../openapi/api.ts'
import { statusOf } from '../../openapi/responses.ts'
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
  if (!api.strict) return bareHandler(operation)
  throw new UnderstudyError(
    'HANDLER_UNKNOWN',
    `${operation.id} has no handler: give it one in apis/${api.name}, or a 2XX response with an example, or make its path a resource`,
    `${api.file}#${operation.pointer}`,
  )
}

/** The first declared status that is no refusal, and nothing else; a redirection leads to where it came from. */
function bareHandler({ responses }: Operation): Handler {
  const keys = Object.keys(responses)
  const key = ['2', '3', 'd']
    .map((start) => keys.find((each) => each.startsWith(start)))
    .find((each) => each !== undefined)
  const status = statusOf(key ?? 'default')
  return ({ request }) =>
    status >= 300 && status < 400
      ? { kind: 'reply', status, headers: { location: request.path } }
      : { kind: 'reply', status }
}

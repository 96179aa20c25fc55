import type { JsonObject } from '../openapi/api.ts'
import { isObject } from '../openapi/pointer.ts'
import type { Mock } from './part.ts'

/** What a path parameter is called in the examples of the page: each command works after the one that makes the thing. */
export const exampleNames = { session: 't1', snapshot: 'before', fault: 'fault-1' } as const

/** A body for each call that takes one, such that the command on the page works as pasted, whatever APIs are served. */
function exampleBodies({ engines, states }: Mock): JsonObject {
  const [operation] = engines.flatMap(({ plans }) => plans.map((plan) => plan.operation))
  const [state] = states.names
  return {
    createSession: { id: exampleNames.session, now: '2030-01-01T00:00:00Z' },
    putSnapshot: {
      format: 'understudy-snapshot-1',
      seed: 1,
      clock: { mode: 'frozen', nowMs: Date.parse('2030-01-01T00:00:00Z') },
      ids: {},
      faults: { next: 1, faults: [] },
      rows: {},
    },
    putClock: { advanceMs: 60_000 },
    addFault: { kind: 'status', status: 503, count: 1 },
    ...(state !== undefined && { setProviderState: { state } }),
    ...(operation && { verifyRequests: { operationId: operation.id, count: 0 } }),
  }
}

/** The paths with an example for each body. */
export function withExamples(paths: JsonObject, mock: Mock): JsonObject {
  const examples = exampleBodies(mock)
  return mapObjects(paths, (item) => mapObjects(item, (operation) => withExample(operation, examples)))
}

function mapObjects(members: JsonObject, change: (member: JsonObject) => JsonObject): JsonObject {
  const entries = Object.entries(members)
  return Object.fromEntries(entries.map(([name, value]) => [name, isObject(value) ? change(value) : value]))
}

function withExample(operation: JsonObject, examples: JsonObject): JsonObject {
  const { operationId, requestBody } = operation
  const example = examples[String(operationId)]
  if (example === undefined || !isObject(requestBody) || !isObject(requestBody['content'])) return operation
  const content = mapObjects(requestBody['content'], (media) => ({ ...media, example }))
  return { ...operation, requestBody: { ...requestBody, content } }
}

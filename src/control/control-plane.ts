import type { JsonObject } from '../openapi/api.ts'
import { compileApi } from '../openapi/compile.ts'
import { version } from '../version.ts'
import { clockPart } from './clock-part.ts'
import { evidencePart } from './evidence-part.ts'
import { withExamples } from './examples.ts'
import { faultsPart } from './faults-part.ts'
import { mockPart } from './mock-part.ts'
import { type ControlPart, json, type Mock, problem } from './part.ts'
import { sessionsPart } from './sessions-part.ts'
import { statePart } from './state-part.ts'
import { createEngine, type Engine } from '../mock/engine/engine.ts'
import { problemBody } from '../mock/engine/error-body.ts'
import { reply } from '../mock/handlers/handler.ts'

/** Everything that a mock can be asked. */
const mockParts: readonly ControlPart[] = [mockPart, statePart, sessionsPart, clockPart, faultsPart, evidencePart]

/** What a proxy can be asked: it has no state to steer, but it has seen things. */
export const proxyParts: readonly ControlPart[] = [mockPart, evidencePart]

/** The API under `/__mock`: an engine like the others, whose handlers act on the session of the request. */
export function createControlPlane(mock: Mock, parts = mockParts): Engine {
  const root = controlDocument(parts, mock)
  const api = compileApi({ file: 'control-plane.json', root })
  const handlers = Object.assign({}, ...parts.map((part) => part.handlers(mock))) as ReturnType<ControlPart['handlers']>
  return createEngine(
    api,
    {
      handlers: { ...handlers, getControlDocument: () => reply(200, root) },
      errorBody: problemBody,
      refusesUnknownQuery: true,
    },
    true,
  )
}

/** OpenAPI 3.1, compiled, validated and served like the documents of the APIs. */
function controlDocument(parts: readonly ControlPart[], mock: Mock): JsonObject {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Understudy control plane',
      version,
      description:
        'Steers the mock itself. Like any request, a call acts on the session that the path prefix `/~<id>` or else the header `x-mock-session` names, without either on the default one.',
    },
    servers: [{ url: '/', description: 'This mock itself' }],
    security: [],
    tags: parts.map(({ tag }) => tag),
    paths: {
      '/__mock/openapi.json': {
        get: {
          operationId: 'getControlDocument',
          tags: ['mock'],
          summary: 'This document',
          responses: { '200': json('OpenAPI 3.1.', { type: 'object' }) },
        },
      },
      ...withExamples(Object.assign({}, ...parts.map(({ paths }) => paths)) as JsonObject, mock),
    },
    components: {
      responses: {
        NotFound: problem('There is no such path, or no such session.'),
        MethodNotAllowed: {
          ...problem('The path has no such method.'),
          headers: { Allow: { required: true, schema: { type: 'string' } } },
        },
      },
      schemas: {
        ...(Object.assign({}, ...parts.map(({ schemas }) => schemas)) as JsonObject),
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status', 'detail'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            detail: { type: 'string' },
          },
        },
      },
    },
  }
}

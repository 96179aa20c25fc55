import type { JsonObject } from '../../spec/api.ts'
import { version } from '../../version.ts'

/** The OpenAPI document of the control plane; compiled, validated and served like those of the APIs. */
export const controlDocument: JsonObject = {
  openapi: '3.1.0',
  info: {
    title: 'Understudy control plane',
    version,
    description:
      'Steers the mock itself: its state, its provider states and what it noticed. Like any request, a call acts on the session named by the header `x-mock-session` or the path prefix `/~<id>`.',
  },
  servers: [{ url: '/' }],
  security: [],
  tags: [
    { name: 'mock', description: 'Is it there, and what does it serve' },
    { name: 'state', description: 'The rows of a session' },
    { name: 'evidence', description: 'What happened in a session' },
  ],
  paths: {
    '/__mock/health': {
      get: {
        operationId: 'getHealth',
        tags: ['mock'],
        summary: 'Is the mock ready, and what does it serve?',
        responses: { '200': json('The mock is ready.', { $ref: '#/components/schemas/Health' }) },
      },
    },
    '/__mock/openapi.json': {
      get: {
        operationId: 'getControlDocument',
        tags: ['mock'],
        summary: 'This document',
        responses: { '200': json('OpenAPI 3.1.', { type: 'object' }) },
      },
    },
    '/__mock/credentials': {
      get: {
        operationId: 'getCredentials',
        tags: ['mock'],
        summary: 'Every credential that works at this moment, and whom it stands for',
        responses: { '200': json('Credentials by API.', { $ref: '#/components/schemas/Credentials' }) },
      },
    },
    '/__mock/reset': {
      post: {
        operationId: 'resetSession',
        tags: ['state'],
        summary: 'Back to the seed: state, ids, clock, records',
        responses: { '204': { description: 'The session is as it was at its start.' } },
      },
    },
    '/__mock/state': {
      get: {
        operationId: 'getState',
        tags: ['state'],
        summary: 'The rows of every collection',
        responses: { '200': json('Rows by API and collection.', { $ref: '#/components/schemas/State' }) },
      },
      put: {
        operationId: 'putState',
        tags: ['state'],
        summary: 'Replace the rows of the collections that are sent; every row is checked first, and one that does not fit leaves all as it was',
        requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/State' } } } },
        responses: { '204': { description: 'The rows were put.' }, ...badRequests() },
      },
    },
    '/__mock/states': {
      post: {
        operationId: 'setProviderState',
        tags: ['state'],
        summary: 'Make a provider state true, or tear it down again (the body that the Pact verifier sends)',
        requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/StateRequest' } } } },
        responses: { '200': json('The values that the state provides.', { type: 'object' }), ...badRequests() },
      },
    },
    '/__mock/violations': {
      get: {
        operationId: 'getViolations',
        tags: ['evidence'],
        summary: 'Answers of the mock that broke its own specs',
        responses: { '200': json('The count, and the latest of them.', { $ref: '#/components/schemas/Violations' }) },
      },
    },
  },
  components: {
    responses: {
      NotFound: problem('There is no such path.'),
      MethodNotAllowed: {
        ...problem('The path has no such method.'),
        headers: { Allow: { required: true, schema: { type: 'string' } } },
      },
    },
    schemas: {
      Health: object({
        status: { const: 'ready' },
        version: { type: 'string' },
        apis: { type: 'array', items: { type: 'string' } },
        seed: { type: 'integer' },
        now: { type: 'string', format: 'date-time' },
      }),
      Credentials: {
        type: 'object',
        additionalProperties: {
          type: 'array',
          items: {
            type: 'object',
            required: ['id', 'description', 'headers'],
            properties: {
              id: { type: 'string' },
              description: { type: 'string' },
              headers: { type: 'object', additionalProperties: { type: 'string' } },
            },
          },
        },
      },
      State: {
        type: 'object',
        additionalProperties: {
          type: 'object',
          additionalProperties: { type: 'array', items: { type: 'object' } },
        },
      },
      StateRequest: object(
        {
          state: { type: 'string', minLength: 1 },
          params: { type: 'object' },
          action: { enum: ['setup', 'teardown'] },
          consumer: { type: 'string' },
        },
        ['state'],
      ),
      Violations: object({
        count: { type: 'integer' },
        violations: {
          type: 'array',
          items: object({
            operationId: { type: 'string' },
            status: { type: 'integer' },
            pointer: { type: 'string' },
            message: { type: 'string' },
            at: { type: 'string', format: 'date-time' },
          }),
        },
      }),
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

/** A closed object; all members are required unless a list says which. */
function object(properties: JsonObject, required: readonly string[] = Object.keys(properties)): JsonObject {
  return { type: 'object', required, properties, additionalProperties: false }
}

function json(description: string, schema: JsonObject): JsonObject {
  return { description, content: { 'application/json': { schema } } }
}

function problem(description: string): JsonObject {
  return { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } }
}

/** What every call with a body may be refused with. */
function badRequests(): JsonObject {
  return {
    '400': problem('The body is not what this call takes.'),
    '413': problem('The body is too large.'),
    '415': problem('The body is not JSON.'),
  }
}

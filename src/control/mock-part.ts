import type { JsonObject } from '../openapi/api.ts'
import { version } from '../version.ts'
import { asCredential, CREDENTIALS } from '../mock/engine/authenticate.ts'
import type { Engine } from '../mock/engine/engine.ts'
import { type Credential, reply } from '../mock/handlers/handler.ts'
import type { Session } from '../mock/session/session.ts'
import { type ControlPart, dateTime, json, object, ref } from './part.ts'

/** Is it there, what does it serve, and who may ask. */
export const mockPart: ControlPart = {
  tag: { name: 'mock', description: 'Is it there, what does it serve, and who may ask' },
  paths: {
    '/__mock/health': {
      get: {
        operationId: 'getHealth',
        tags: ['mock'],
        summary: 'Is the mock ready, and what does it serve?',
        responses: { '200': json('The mock is ready.', ref('Health')) },
      },
    },
    '/__mock/credentials': {
      get: {
        operationId: 'getCredentials',
        tags: ['mock'],
        summary: 'Every credential that works at this moment, and whom it stands for',
        responses: { '200': json('Credentials by API.', ref('Credentials')) },
      },
    },
  },
  schemas: {
    Health: object({
      status: { const: 'ready' },
      version: { type: 'string' },
      apis: { type: 'array', items: { type: 'string' } },
      seed: { type: 'integer' },
      now: dateTime,
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
  },
  handlers: ({ engines }) => ({
    getHealth: (_exchange, { world }) =>
      reply(200, {
        status: 'ready',
        version,
        apis: engines.map(({ api }) => api.name),
        seed: world.seed,
        now: world.clock.iso(),
      }),
    getCredentials: (_exchange, session) => reply(200, credentialsOf(engines, session)),
  }),
}

function credentialsOf(engines: readonly Engine[], session: Session): JsonObject {
  return Object.fromEntries(engines.map((engine) => [engine.api.name, workingCredentials(engine, session)]))
}

function workingCredentials({ api, rules }: Engine, session: Session): readonly Credential[] {
  const state = session.world.state(api.name)
  return rules.credentials?.(state) ?? [...state.collection(CREDENTIALS).all()].map(asCredential)
}

import type { FastifyPluginCallback } from 'fastify'
import { workingCredentials } from '../mock/engine/authenticate.ts'
import type { Engine } from '../mock/engine/engine.ts'
import { dateTime, object } from '../mock/session/json-schema.ts'
import type { Session } from '../mock/session/session.ts'
import { allNotesOf } from '../openapi/all-notes.ts'
import type { JsonObject } from '../openapi/api.ts'
import { version } from '../version.ts'
import type { ControlOptions } from './control-options.ts'
import { json } from './route-schema.ts'

export const mockTag = { name: 'mock', description: 'Health, credentials, notes and this document' }

const tags = ['mock']

const healthSchema = object({
  status: { const: 'ready' },
  version: { type: 'string' },
  apis: { type: 'array', items: { type: 'string' } },
  seed: { type: 'integer' },
  now: dateTime,
})

const credentialsSchema = {
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
}

const notesSchema = object({
  notes: {
    type: 'array',
    items: {
      type: 'object',
      required: ['api', 'what', 'file', 'pointer', 'instead'],
      properties: {
        api: { type: 'string' },
        what: { type: 'string' },
        file: { type: 'string' },
        pointer: { type: 'string' },
        instead: { type: 'string' },
        count: { type: 'integer' },
      },
    },
  },
})

/** Is it there, what does it serve, and who may ask. */
export const mockRoutes: FastifyPluginCallback<ControlOptions> = (app, { engines, document }, done) => {
  app.get(
    '/openapi.json',
    {
      schema: {
        operationId: 'getControlDocument',
        tags,
        summary: 'Read this document',
        description: 'The control plane as an OpenAPI document.',
        response: { 200: json('OpenAPI 3.1.', { type: 'object' }) },
      },
    },
    () => document(),
  )
  app.get(
    '/health',
    {
      schema: {
        operationId: 'getHealth',
        tags,
        summary: 'Check the health',
        description: 'Whether the mock is ready, and what it serves.',
        response: { 200: json('The mock is ready.', healthSchema) },
      },
    },
    ({ mockSession: { world } }) => ({
      status: 'ready',
      version,
      apis: engines.map(({ api }) => api.name),
      seed: world.seed,
      now: world.clock.iso(),
    }),
  )
  app.get(
    '/credentials',
    {
      schema: {
        operationId: 'getCredentials',
        tags,
        summary: 'List credentials',
        description: 'Every credential that works at this moment, and whom it stands for.',
        response: { 200: json('Credentials by API.', credentialsSchema) },
      },
    },
    ({ mockSession }) => credentialsOf(engines, mockSession),
  )
  app.get(
    '/notes',
    {
      schema: {
        operationId: 'getNotes',
        tags,
        summary: 'List notes',
        description: 'What of the documents could not be used, and what the mock does instead.',
        response: { 200: json('Notes in the order of the documents.', notesSchema) },
      },
    },
    () => ({ notes: engines.flatMap(({ api }) => allNotesOf(api)) }),
  )
  done()
}

function credentialsOf(engines: readonly Engine[], session: Session): JsonObject {
  return Object.fromEntries(
    engines.map((engine) => [engine.api.name, workingCredentials(engine.rules, session.world.state(engine.api.name))]),
  )
}

import type { FastifyPluginCallback } from 'fastify'
import { object, ref } from '../mock/session/json-schema.ts'
import { type StateRequest, stateRequestSchema } from '../mock/session/provider-states.ts'
import type { Rows } from '../mock/session/state-rows.ts'
import type { ControlOptions } from './control-options.ts'
import { badRequests, empty, json } from './route-schema.ts'

export const stateTag = { name: 'state', description: 'The rows of a session' }

const tags = ['state']

/** The rows of a session. */
export const stateRoutes: FastifyPluginCallback<ControlOptions> = (app, { control }, done) => {
  app.post(
    '/reset',
    {
      schema: {
        operationId: 'resetSession',
        tags,
        summary: 'Reset the session',
        description: 'Puts back rows, ids, clock, faults and overrides, and empties the journal and the violations.',
        response: { 204: empty('The session is as it was at its start.') },
      },
    },
    ({ mockSession }, reply) => {
      mockSession.reset()
      return reply.code(204).send()
    },
  )
  app.get(
    '/state',
    {
      schema: {
        operationId: 'getState',
        tags,
        summary: 'Read the state',
        description: 'The rows of every collection.',
        response: { 200: json('Rows by API and collection.', ref('State')) },
      },
    },
    ({ mockSession }) => control.rows(mockSession),
  )
  app.put<{ Body: Rows }>(
    '/state',
    {
      schema: {
        operationId: 'putState',
        tags,
        summary: 'Replace the state',
        description:
          'Replaces the rows of the collections that are sent. Every row is checked against the specs first; one that does not fit leaves everything as it was.',
        body: ref('State'),
        response: { 204: empty('The rows were put.'), ...badRequests },
      },
    },
    ({ mockSession, body }, reply) => {
      control.putRows(mockSession, body)
      return reply.code(204).send()
    },
  )
  app.get(
    '/states',
    {
      schema: {
        operationId: 'listProviderStates',
        tags,
        summary: 'List provider states',
        response: { 200: json('Their names.', object({ states: { type: 'array', items: { type: 'string' } } })) },
      },
    },
    () => ({ states: control.states.names }),
  )
  app.post<{ Body: StateRequest & { readonly action?: string } }>(
    '/states',
    {
      schema: {
        operationId: 'setProviderState',
        tags,
        summary: 'Set a provider state',
        description: 'Sets a provider state up or tears it down. The body is the one that the Pact verifier sends.',
        body: { ...stateRequestSchema, examples: [{ state: control.states.names[0] ?? '' }] },
        response: { 200: json('The values that the state provides.', { type: 'object' }), ...badRequests },
      },
    },
    ({ mockSession, body }) => control.setState(mockSession, body),
  )
  done()
}

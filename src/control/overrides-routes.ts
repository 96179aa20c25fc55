import type { FastifyPluginCallback } from 'fastify'
import { object, ref } from '../mock/session/json-schema.ts'
import { newOverrideSchema } from '../mock/session/override-schema.ts'
import type { NewOverride } from '../mock/session/overrides.ts'
import type { ControlOptions } from './control-options.ts'
import { badRequests, empty, exampleNames, json, pathParameter, problem } from './route-schema.ts'

export const overridesTag = { name: 'overrides', description: 'Answers that are replaced in a session' }

const tags = ['overrides']

/** Answers that are replaced in a session. */
export const overridesRoutes: FastifyPluginCallback<ControlOptions> = (app, { control, engines }, done) => {
  app.get(
    '/overrides',
    {
      schema: {
        operationId: 'listOverrides',
        tags,
        summary: 'List overrides',
        description: 'The overrides of the session, and how many requests each has answered.',
        response: {
          200: json(
            'Overrides in the order in which they were added.',
            object({ overrides: { type: 'array', items: ref('Override') } }),
          ),
        },
      },
    },
    ({ mockSession }) => ({ overrides: mockSession.overrides.list }),
  )
  app.post<{ Body: NewOverride }>(
    '/overrides',
    {
      schema: {
        operationId: 'addOverride',
        tags,
        summary: 'Add an override',
        description:
          'Replaces the answer of an operation. The first override that matches a request answers it. What is left out is filled in: the status by the first success, the body by a documented example. The answer is checked against the spec unless `unchecked` is true. Faults strike before and after it as they do elsewhere.',
        body: { ...newOverrideSchema, examples: [exampleOf(engines)] },
        response: {
          201: json('The override.', ref('Override')),
          ...badRequests,
          409: problem('There are too many overrides.'),
        },
      },
    },
    ({ mockSession, body }, reply) => reply.code(201).send(control.addOverride(mockSession, body)),
  )
  app.delete(
    '/overrides',
    {
      schema: {
        operationId: 'deleteOverrides',
        tags,
        summary: 'Remove all overrides',
        response: { 204: empty('None is left.') },
      },
    },
    ({ mockSession }, reply) => {
      mockSession.overrides.clear()
      return reply.code(204).send()
    },
  )
  app.delete<{ Params: { readonly id: string } }>(
    '/overrides/:id',
    {
      schema: {
        operationId: 'deleteOverride',
        tags,
        summary: 'Remove an override',
        params: pathParameter('id', 'The id from the response that created it.', exampleNames.override),
        response: { 204: empty('It is gone.'), 404: problem('There is no such override.') },
      },
    },
    ({ mockSession, params }, reply) => {
      control.removeOverride(mockSession, params.id)
      return reply.code(204).send()
    },
  )
  done()
}

/** An override that fits whatever API is served. */
function exampleOf(engines: ControlOptions['engines']): NewOverride {
  return { operationId: engines[0]?.api.operations[0]?.id ?? '', status: 503, times: 1, body: {}, unchecked: true }
}

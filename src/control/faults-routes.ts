import type { FastifyPluginCallback } from 'fastify'
import { newFaultSchema } from '../mock/session/fault-schema.ts'
import { faultPresets, type NewFault } from '../mock/session/faults.ts'
import { object, ref } from '../mock/session/json-schema.ts'
import type { ControlOptions } from './control-options.ts'
import { badRequests, empty, exampleNames, json, pathParameter, problem } from './route-schema.ts'

export const faultsTag = { name: 'faults', description: 'Faults of a session' }

const tags = ['faults']

/** What goes wrong in a session. */
export const faultsRoutes: FastifyPluginCallback<ControlOptions> = (app, { control }, done) => {
  app.get(
    '/faults',
    {
      schema: {
        operationId: 'listFaults',
        tags,
        summary: 'List faults',
        description: 'The faults of the session, and how often each was applied.',
        response: {
          200: json(
            'Faults in the order in which they were added, and the presets.',
            object({
              faults: { type: 'array', items: ref('Fault') },
              presets: { type: 'array', items: { type: 'string' } },
            }),
          ),
        },
      },
    },
    ({ mockSession }) => ({ faults: mockSession.faults.list, presets: Object.keys(faultPresets) }),
  )
  app.post<{ Body: NewFault }>(
    '/faults',
    {
      schema: {
        operationId: 'addFault',
        tags,
        summary: 'Add a fault',
        description: 'The first fault that matches a request is applied to it.',
        body: { ...newFaultSchema, examples: [{ kind: 'status', status: 503, count: 1 }] },
        response: {
          201: json('The fault.', ref('Fault')),
          ...badRequests,
          409: problem('There are too many faults.'),
        },
      },
    },
    ({ mockSession, body }, reply) => reply.code(201).send(control.addFault(mockSession, body)),
  )
  app.delete(
    '/faults',
    {
      schema: {
        operationId: 'deleteFaults',
        tags,
        summary: 'End all faults',
        response: { 204: empty('None is left.') },
      },
    },
    ({ mockSession }, reply) => {
      mockSession.faults.clear()
      return reply.code(204).send()
    },
  )
  app.delete<{ Params: { readonly id: string } }>(
    '/faults/:id',
    {
      schema: {
        operationId: 'deleteFault',
        tags,
        summary: 'End a fault',
        params: pathParameter('id', 'The id from the response that created it.', exampleNames.fault),
        response: { 204: empty('It is gone.'), 404: problem('There is no such fault.') },
      },
    },
    ({ mockSession, params }, reply) => {
      control.removeFault(mockSession, params.id)
      return reply.code(204).send()
    },
  )
  done()
}

import { UnderstudyError } from '../errors.ts'
import { reply, refuse, type Result } from '../mock/handlers/handler.ts'
import type { ProviderStates, StateRequest } from '../mock/session/provider-states.ts'
import type { Session } from '../mock/session/session.ts'
import { planRows, type Rows, rowsOf } from '../mock/session/state-rows.ts'
import { badRequests, type ControlPart, json, jsonBody, object, ref } from './part.ts'

/** The rows of a session. */
export const statePart: ControlPart = {
  tag: { name: 'state', description: 'The rows of a session' },
  paths: {
    '/__mock/reset': {
      post: {
        operationId: 'resetSession',
        tags: ['state'],
        summary: 'Back to the beginning of the session: rows, ids, clock, faults, journal, violations',
        responses: { '204': { description: 'The session is as it was at its start.' } },
      },
    },
    '/__mock/state': {
      get: {
        operationId: 'getState',
        tags: ['state'],
        summary: 'The rows of every collection',
        responses: { '200': json('Rows by API and collection.', ref('State')) },
      },
      put: {
        operationId: 'putState',
        tags: ['state'],
        summary: 'Replace the rows of the collections that are sent',
        description: 'Every row is checked against the specs first; one that does not fit leaves everything as it was.',
        requestBody: jsonBody(ref('State')),
        responses: { '204': { description: 'The rows were put.' }, ...badRequests() },
      },
    },
    '/__mock/states': {
      get: {
        operationId: 'listProviderStates',
        tags: ['state'],
        summary: 'The provider states that can be set',
        responses: { '200': json('Their names.', object({ states: { type: 'array', items: { type: 'string' } } })) },
      },
      post: {
        operationId: 'setProviderState',
        tags: ['state'],
        summary: 'Make a provider state true, or tear it down again (the body that the Pact verifier sends)',
        requestBody: jsonBody(ref('StateRequest')),
        responses: { '200': json('The values that the state provides.', { type: 'object' }), ...badRequests() },
      },
    },
  },
  schemas: {
    State: {
      type: 'object',
      additionalProperties: { type: 'object', additionalProperties: { type: 'array', items: { type: 'object' } } },
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
  },
  handlers: ({ engines, states }) => {
    const apis = engines.map(({ api }) => api)
    return {
      resetSession: (_exchange, session) => {
        session.reset()
        return reply(204)
      },
      getState: (_exchange, { world }) => reply(200, rowsOf(apis, world)),
      putState: ({ body }, { world }) => {
        const planned = planRows(apis, world, body as Rows)
        if ('misfit' in planned) return refuse(400, `${planned.misfit.pointer} ${planned.misfit.message}.`)
        planned.put()
        return reply(204)
      },
      listProviderStates: () => reply(200, { states: states.names }),
      setProviderState: ({ body }, session) =>
        setProviderState(states, session, body as StateRequest & { action?: string }),
    }
  },
}

function setProviderState(
  states: ProviderStates,
  session: Session,
  request: StateRequest & { action?: string },
): Result {
  const { action, state, params } = request
  const api = states.apiOf(state)
  if (!api) {
    const known = states.names.map((each) => JSON.stringify(each)).join(', ')
    return refuse(400, `There is no provider state ${JSON.stringify(state)}. Known: ${known}.`)
  }
  if (action === 'teardown') {
    session.restoreRows(api.name)
    return reply(200, {})
  }
  try {
    return reply(200, states.setUp(session.world, { state, ...(params && { params }) }))
  } catch (error) {
    if (error instanceof UnderstudyError) return refuse(400, `${error.message}.`)
    throw error
  }
}

import { faultKinds, faultPresets, type NewFault, ruleOf, unknownTarget } from '../mock/session/faults.ts'
import { refuse, reply } from '../mock/handlers/handler.ts'
import { exampleNames } from './examples.ts'
import { badRequests, type ControlPart, dateTime, json, jsonBody, object, pathParameter, problem, ref } from './part.ts'

const MAX_FAULTS = 100
const MAX_DELAY_MS = 600_000

const ruleProperties = {
  kind: { enum: faultKinds, description: 'What goes wrong.' },
  operationId: { type: 'string', description: 'Only this operation.' },
  api: { type: 'string', description: 'Only this API.' },
  status: {
    type: 'integer',
    minimum: 400,
    maximum: 599,
    description: 'For `status`, in the API’s own error format; 503 without it.',
  },
  delayMs: {
    type: 'integer',
    minimum: 0,
    maximum: MAX_DELAY_MS,
    description: 'For `delay` and `drip`; 1000 without it.',
  },
  phase: {
    enum: ['before', 'after'],
    description:
      'Before or after the state changes. Without it: `before` for `status`, `delay` and `drop`, `after` for what spoils an answer; these spoil the answer of a `status` fault when `before`.',
  },
  count: { type: 'integer', minimum: 1, description: 'Over after so many requests.' },
  rate: {
    type: 'number',
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'The share of requests that it hits; which ones follows from the seed.',
  },
  header: { type: 'string', minLength: 1, description: 'Only requests with this header: `name` or `name: value`.' },
  expiresInMs: { type: 'integer', minimum: 1, description: 'Over after this time, by the session’s clock.' },
} as const

/** What goes wrong in a session. */
export const faultsPart: ControlPart = {
  tag: { name: 'faults', description: 'What goes wrong in a session' },
  paths: {
    '/__mock/faults': {
      get: {
        operationId: 'listFaults',
        tags: ['faults'],
        summary: 'The faults of the session, and how often each has struck',
        responses: { '200': json('Faults in the order of their making, and the presets.', ref('Faults')) },
      },
      post: {
        operationId: 'addFault',
        tags: ['faults'],
        summary: 'Let something go wrong; the first fault that matches a request strikes',
        requestBody: jsonBody(ref('NewFault')),
        responses: {
          '201': json('The fault.', ref('Fault')),
          ...badRequests(),
          '409': problem('There are too many faults.'),
        },
      },
      delete: {
        operationId: 'deleteFaults',
        tags: ['faults'],
        summary: 'End all faults of the session',
        responses: { '204': { description: 'None is left.' } },
      },
    },
    '/__mock/faults/{id}': {
      delete: {
        operationId: 'deleteFault',
        tags: ['faults'],
        summary: 'End one fault',
        parameters: [pathParameter('id', 'The id that its making answered with.', exampleNames.fault)],
        responses: { '204': { description: 'It is gone.' }, '404': problem('There is no such fault.') },
      },
    },
  },
  schemas: {
    NewFault: {
      ...object(
        {
          ...ruleProperties,
          preset: { enum: Object.keys(faultPresets), description: 'A well-known bad day; other members refine it.' },
        },
        [],
      ),
      anyOf: [{ required: ['kind'] }, { required: ['preset'] }],
    },
    Fault: object({ id: { type: 'string' }, ...ruleProperties, hits: { type: 'integer' }, expiresAt: dateTime }, [
      'id',
      'kind',
      'hits',
    ]),
    Faults: object({
      faults: { type: 'array', items: ref('Fault') },
      presets: { type: 'array', items: { type: 'string' } },
    }),
  },
  handlers: ({ engines }) => ({
    listFaults: (_exchange, { faults }) => reply(200, { faults: faults.list, presets: Object.keys(faultPresets) }),
    addFault: ({ body }, { faults }) => {
      const rule = ruleOf(body as NewFault)
      const unknown = unknownTarget(
        engines.map(({ api }) => api),
        rule,
      )
      // A fault that could never strike is a typing mistake, and says so at once.
      if (unknown) return refuse(400, `There is no ${unknown} ${JSON.stringify(rule[unknown])}.`)
      if (faults.list.length >= MAX_FAULTS)
        return refuse(409, `There are ${MAX_FAULTS} faults already; end some first.`)
      return reply(201, faults.add(rule))
    },
    deleteFaults: (_exchange, { faults }) => {
      faults.clear()
      return reply(204)
    },
    deleteFault: ({ path }, { faults }) =>
      faults.remove(String(path['id'])) ? reply(204) : refuse(404, `There is no fault ${JSON.stringify(path['id'])}.`),
  }),
}

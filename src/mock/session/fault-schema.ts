import { dateTime, object } from './json-schema.ts'
import { faultKinds, faultPresets } from './faults.ts'

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
  count: { type: 'integer', minimum: 1, description: 'How many requests it applies to.' },
  rate: {
    type: 'number',
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'The share of requests that it applies to; the seed decides which.',
  },
  header: { type: 'string', minLength: 1, description: 'Only requests with this header: `name` or `name: value`.' },
  expiresInMs: { type: 'integer', minimum: 1, description: 'How long it applies, by the session’s clock.' },
} as const

/** What asks for a fault, as the library and `POST /__mock/faults` take it. */
export const newFaultSchema = {
  ...object(
    {
      ...ruleProperties,
      preset: { enum: Object.keys(faultPresets), description: 'A named fault; other properties refine it.' },
    },
    [],
  ),
  anyOf: [{ required: ['kind'] }, { required: ['preset'] }],
}

/** A fault as it is listed and kept in a snapshot. */
export const faultSchema = {
  $id: 'Fault',
  ...object({ id: { type: 'string' }, ...ruleProperties, hits: { type: 'integer' }, expiresAt: dateTime }, [
    'id',
    'kind',
    'hits',
  ]),
}

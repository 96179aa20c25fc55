import { count, object, text } from '../mock/session/json-schema.ts'

/** What was used of the APIs that are served. */
export const coverageSchema = object({
  percent: { type: 'number', minimum: 0, maximum: 100 },
  operations: {
    type: 'array',
    items: object({
      api: text,
      operationId: text,
      requests: count,
      statuses: {
        type: 'object',
        description: 'Declared status → how often it was answered.',
        additionalProperties: count,
      },
      undeclared: {
        type: 'object',
        description: 'Statuses of faults and refusals that the spec does not declare.',
        additionalProperties: count,
      },
      parameters: {
        type: 'object',
        description: '`query limit` → used.',
        additionalProperties: { type: 'boolean' },
      },
      values: {
        type: 'object',
        description: 'Enum values by place, such as `body /userRole`: value → used.',
        additionalProperties: { type: 'object', additionalProperties: { type: 'boolean' } },
      },
    }),
  },
})

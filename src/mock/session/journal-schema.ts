import { count, dateTime, object, text } from './json-schema.ts'

/** An entry of the journal. */
export const requestSchema = {
  $id: 'Request',
  type: 'object',
  required: ['id', 'at', 'api', 'operationId', 'method', 'path', 'query', 'headers', 'body', 'status', 'response'],
  properties: {
    id: { type: 'integer' },
    at: dateTime,
    api: { type: ['string', 'null'] },
    operationId: { type: ['string', 'null'] },
    method: text,
    path: text,
    query: text,
    headers: { type: 'object' },
    status: { type: 'integer', description: '0 where a fault dropped the connection.' },
    refusedBy: text,
    fault: { type: 'string', description: 'The fault that was applied.' },
    override: { type: 'string', description: 'The override that answered.' },
    body: true,
    response: object({ headers: { type: 'object' }, body: true }),
  },
  additionalProperties: false,
}

/** A page of the journal. */
export const journalSchema = object({
  requests: { type: 'array', items: { $ref: 'Request#' } },
  total: count,
  evicted: count,
})

import { object } from './json-schema.ts'

const text = { type: ['string', 'number', 'boolean'] }
const texts = { type: 'object', additionalProperties: text }

const ruleProperties = {
  operationId: { type: 'string', description: 'The operation whose answer is replaced.' },
  api: { type: 'string', description: 'Where several APIs have an operation of that name.' },
  match: {
    type: 'object',
    description: 'Only requests that match all of this.',
    properties: {
      path: {
        type: ['string', 'object'],
        additionalProperties: text,
        description: 'The path as sent, or path parameters.',
      },
      query: { ...texts, description: 'Query parameters by name.' },
      header: { ...texts, description: 'Headers by name.' },
      body: { description: 'Properties that the request body must have, at any depth; arrays must be equal.' },
    },
    additionalProperties: false,
  },
  times: { type: 'integer', minimum: 1, description: 'How many requests it answers; 1 is once.' },
  status: {
    type: 'integer',
    minimum: 200,
    maximum: 599,
    description: 'Without it: that of the example, or the first success of the operation.',
  },
  headers: {
    type: 'object',
    description: 'Response headers by name.',
    // What no header can be (RFC 9110, 5.1 and 5.5) would break the connection instead of the client.
    propertyNames: { pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" },
    additionalProperties: { type: 'string', pattern: String.raw`^[\t\u0020-\u007e\u0080-\u00ff]*$` },
  },
  body: { description: 'JSON, or a string for a media type that is not JSON. Without it: a documented example.' },
  example: { type: 'string', description: 'A documented example by name, in place of a body.' },
  unchecked: { type: 'boolean', description: 'Whether the answer may break the spec.' },
} as const

/** What asks for an override, as the library and `POST /__mock/overrides` take it. */
export const newOverrideSchema = object(ruleProperties, ['operationId'])

/** An override as it is listed and kept in a snapshot. */
export const overrideSchema = {
  $id: 'Override',
  ...object({ id: { type: 'string' }, ...ruleProperties, hits: { type: 'integer', minimum: 0 } }, [
    'id',
    'operationId',
    'status',
    'headers',
    'hits',
  ]),
}

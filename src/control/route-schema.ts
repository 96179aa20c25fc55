import type { JsonObject } from '../openapi/api.ts'
import { ref } from '../mock/session/json-schema.ts'

/** RFC 9457, as every refusal of the control plane is written. */
export const problemSchema = {
  $id: 'Problem',
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
  },
}

/** A response of a call, as Fastify and @fastify/swagger read it. */
interface ResponseSchema {
  readonly description: string
  readonly type?: 'null'
  readonly content?: Readonly<Record<string, { readonly schema: JsonObject }>>
}

/** A JSON answer. */
export function json(description: string, schema: JsonObject): ResponseSchema {
  return { description, content: { 'application/json': { schema } } }
}

/** An answer without a body. */
export function empty(description: string): ResponseSchema {
  return { description, type: 'null' }
}

export function problem(description: string): ResponseSchema {
  return { description, content: { 'application/problem+json': { schema: ref('Problem') } } }
}

/** What every call with a body may be refused with. */
export const badRequests = {
  400: problem('The request is not valid.'),
  413: problem('The body is too large.'),
  415: problem('The body is not JSON.'),
}

/** The schema of one path parameter; the example makes the command on the docs page work as pasted. */
export function pathParameter(name: string, description: string, example: string): JsonObject {
  return { type: 'object', properties: { [name]: { type: 'string', description, examples: [example] } } }
}

/** The schema of a query: what it does not name is refused. */
export function query(properties: JsonObject): JsonObject {
  return { type: 'object', properties, additionalProperties: false }
}

/** Paging of the lists that may grow: `limit` rows after the first `skip`. */
export const paging = {
  limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100, description: 'At most so many.' },
  skip: { type: 'integer', minimum: 0, default: 0, description: 'How many to skip.' },
} as const

/** What a page of a list is asked with. */
export interface Paging {
  readonly limit?: number
  readonly skip?: number
}

/** What path parameters are called in the examples of the page: each command works after the one that makes the thing. */
export const exampleNames = { session: 't1', snapshot: 'before', fault: 'fault-1', override: 'override-1' } as const

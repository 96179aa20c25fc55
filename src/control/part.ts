import type { OpenAPIV3_1 } from 'openapi-types'
import type { JsonObject } from '../openapi/api.ts'
import type { Engine } from '../mock/engine/engine.ts'
import type { Handler } from '../mock/handlers/handler.ts'
import type { ProviderStates } from '../mock/session/provider-states.ts'
import type { Sessions } from '../mock/session/sessions.ts'

/** What the control plane steers. */
export interface Mock {
  readonly engines: readonly Engine[]
  readonly sessions: Sessions
  readonly states: ProviderStates
}

/** `PathItemObject` of the package wants each operation to be one of OpenAPI 3.0, too, which none with a 3.1 schema is. */
type PathItem = {
  readonly [method in 'get' | 'put' | 'post' | 'delete']?: OpenAPIV3_1.OperationObject
} & { readonly parameters?: readonly OpenAPIV3_1.ParameterObject[] }

/** A group of calls: their OpenAPI paths and schemas, and the handlers by operationId. */
export interface ControlPart {
  readonly tag: { readonly name: string; readonly description: string }
  readonly paths: Readonly<Record<string, PathItem>>
  /** JSON Schema 2020-12, of which `openapi-types` knows less than the judges do. */
  readonly schemas: JsonObject
  readonly handlers: (mock: Mock) => Readonly<Record<string, Handler>>
}

/** A closed object; all members are required unless a list says which. */
export function object(properties: JsonObject, required: readonly string[] = Object.keys(properties)): JsonObject {
  return { type: 'object', required, properties, additionalProperties: false }
}

export function ref(schema: string): OpenAPIV3_1.ReferenceObject {
  return { $ref: `#/components/schemas/${schema}` }
}

type Schema = JsonObject | OpenAPIV3_1.ReferenceObject

export function json(description: string, schema: Schema): OpenAPIV3_1.ResponseObject {
  return { description, content: { 'application/json': { schema } } }
}

export function jsonBody(schema: Schema, required = true): OpenAPIV3_1.RequestBodyObject {
  return { required, content: { 'application/json': { schema } } }
}

export function problem(description: string): OpenAPIV3_1.ResponseObject {
  return { description, content: { 'application/problem+json': { schema: ref('Problem') } } }
}

/** What every call with a body may be refused with. */
export function badRequests(): OpenAPIV3_1.ResponsesObject {
  return {
    '400': problem('The request is not what this call takes.'),
    '413': problem('The body is too large.'),
    '415': problem('The body is not JSON.'),
  }
}

export function pathParameter(name: string, description: string, example: string): OpenAPIV3_1.ParameterObject {
  return { name, in: 'path', required: true, description, example, schema: { type: 'string' } }
}

export function queryParameter(name: string, description: string, schema: JsonObject): OpenAPIV3_1.ParameterObject {
  return { name, in: 'query', description, schema }
}

/** Paging of the lists that may grow: `limit` rows after the first `skip`. */
export const paging: OpenAPIV3_1.ParameterObject[] = [
  queryParameter('limit', 'At most so many.', { type: 'integer', minimum: 1, maximum: 1000, default: 100 }),
  queryParameter('skip', 'Leave out so many first.', { type: 'integer', minimum: 0, default: 0 }),
]

export const name = { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,64}$' } as const
export const dateTime = { type: 'string', format: 'date-time' } as const

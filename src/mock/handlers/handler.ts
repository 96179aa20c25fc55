import type { Credential } from '../../fixtures/seed.ts'
import type { Operation, Pointer } from '../../openapi/api.ts'
import type { SchemaError } from '../../openapi/validator.ts'
import type { State } from '../../store/state.ts'
import type { RefusedBy } from './refused-by.ts'
import type { RequestHead } from './request-head.ts'

export type { Credential } from '../../fixtures/seed.ts'
export { refusalStages, type RefusedBy } from './refused-by.ts'
export type { RequestHead } from './request-head.ts'

/** A request that passed routing, security, media type, size, syntax and schema. */
export interface Exchange {
  readonly operation: Operation
  readonly request: RequestHead
  /** Path, query and header parameters by name (headers in lower case), decoded by their schemas. */
  readonly path: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, unknown>>
  readonly cookies: Readonly<Record<string, unknown>>
  /** The parsed JSON body, or for `multipart/form-data` the text fields by name; `undefined` where there is none. */
  readonly body: unknown
  readonly files: readonly UploadedFile[]
  /** The row of the collection `credentials` that the request authenticated with, if any. */
  readonly credential: Credential | undefined
  /** The API's collections, clock and ids in the session of the request. */
  readonly state: State
}

export interface UploadedFile {
  readonly field: string
  /** The base name only: path parts, quotes and control characters are gone. Empty where no name was sent. */
  readonly name: string
  readonly mediaType: string
  readonly sizeBytes: number
}

export interface Reply {
  readonly kind: 'reply'
  readonly status: number
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** JSON, or `undefined` for no body. Rows of the store may be embedded as they are: their JSON text is cached. */
  readonly body?: unknown
  /** The JSON text of the body, where the handler has made it anyway. */
  readonly json?: string | undefined
  /** The declared media type that the body is of. Default: the JSON one that the response declares. */
  readonly mediaType?: string
  /** The document's own example contradicts the document's schema: what breaks in this body is no violation of ours. */
  readonly isContradictory?: boolean
}

export interface Refusal {
  readonly kind: 'refusal'
  readonly by: RefusedBy
  readonly status: number
  /** One sentence for the person who sent the request. */
  readonly message: string
  /** The API's own code, where it has one (`interaction.already.registered`, `404.4`, `USERNAME_EXISTS`). */
  readonly code?: string
  /** Where the spec states the rule; the engine fills in the response's pointer when a handler gives none. */
  readonly pointer?: Pointer
  readonly headers?: Readonly<Record<string, string>>
  /** For `validation`: every broken keyword, located in the request. */
  readonly errors?: readonly LocatedError[]
  /** Anything else that the API's error format wants to say. */
  readonly details?: Readonly<Record<string, unknown>>
}

export interface LocatedError extends SchemaError {
  readonly in: 'path' | 'query' | 'querystring' | 'header' | 'cookie' | 'body'
  /** The parameter's name, or the JSON pointer into the body. */
  readonly name: string
}

/** A schema's error with the place of its value in the request. */
export function located(error: SchemaError, place: LocatedError['in'], name: string): LocatedError {
  // Written out, because V8 makes another hidden class for every object that is spread and then added to.
  const { at, keyword, pointer, message, params } = error
  return { at, keyword, pointer, message, params, in: place, name }
}

export type Result = Reply | Refusal

/** One per operation, synchronous: a request is one step of the state, so nothing can come between its reads and writes. */
export type Handler = (exchange: Exchange) => Result

/** What the engine knows when it asks an API for an error body; `operation` is missing where routing failed. */
export interface RefusalContext {
  readonly operation: Operation | undefined
  readonly request: RequestHead
  readonly state: State
}

export interface ErrorBody {
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Another status than the refusal's own. */
  readonly status?: number
  /** Default: `application/json`. */
  readonly contentType?: string
  /** The document shows no body that its own schema allows: what breaks is no violation of ours. */
  readonly isContradictory?: boolean
}

export type Authentication = { readonly kind: 'authenticated'; readonly credential: Credential | undefined } | Refusal

/** What no schema can say of an API: the default export of `src/apis/<api>.ts`. */
export interface Rules {
  /** By operationId. An operation without one gets the generic resource handler or its documented example. */
  readonly handlers: Readonly<Record<string, Handler>>
  /** The API's error format. Default: filled in from the schema of the declared error response. */
  readonly errorBody?: (refusal: Refusal, context: RefusalContext) => ErrorBody
  /** Replaces the generic check of the declared security schemes against the collection `credentials`. */
  readonly authenticate?: (operation: Operation, request: RequestHead, state: State) => Authentication
  /** Rewrites other accepted notations of a query into the documented one, before decoding: `[name, value]` pairs, percent-decoded. */
  readonly normalizeQuery?: (operation: Operation, pairs: readonly QueryPair[]) => readonly QueryPair[]
  /** Chooses the media type of a JSON answer from the request; default `application/json; charset=utf-8`. */
  readonly responseType?: (request: RequestHead) => string
  /** The credentials that work at this moment. Default: all rows of the collection `credentials`. */
  readonly credentials?: (state: State) => readonly Credential[]
}

export type QueryPair = readonly [name: string, value: string]

export function reply(
  status: number,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
  json?: string,
): Reply {
  return { kind: 'reply', status, body, headers, json }
}

/** A refusal that a handler decides from the state (403, an unknown row, 409, 412, a contract). */
export function refuse(
  status: number,
  message: string,
  more: Partial<Omit<Refusal, 'kind' | 'status' | 'message'>> = {},
): Refusal {
  return { kind: 'refusal', by: 'rule', status, message, ...more }
}

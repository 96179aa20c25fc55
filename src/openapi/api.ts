import type { ExampleSpec } from './example-spec.ts'
import type { ApiName, JsonObject, OperationId, Pointer } from './json.ts'
import type { FoundNote, Note, Place } from './note.ts'
import type { Validator } from './validator.ts'
import type { Parameter, TextTypes } from './parameter.ts'

export type { ExampleSpec } from './example-spec.ts'
export type { ApiName, JsonObject, OperationId, Pointer } from './json.ts'

/** One OpenAPI document, compiled: everything that a request, a case or a page needs to know of it. */
export interface Api {
  /** The file's name without its ending: `polis` for `openapi/polis.yaml`. */
  readonly name: ApiName
  readonly file: string
  /** Every file that it was read from, absolute or a URL, its own one first; `-` for standard input, none for a document made in memory. */
  readonly files: readonly string[]
  readonly title: string
  /** Whether the document is held to the strictest reading: our own are, somebody else's only if asked for. */
  readonly strict: boolean
  /** What was set aside of a document that is not held to the strictest reading; grows while operations are first used. */
  readonly notes: readonly Note[]
  /** Adds a note that is found late; a place that has the same note already gets no second one. */
  addNote(note: FoundNote): void
  /** The place in the user's own files of what stands at a pointer of `document`. */
  placeOf(pointer: Pointer): Place
  /** Always in the shape of OpenAPI 3.1 and in one piece, whatever version and files it was read from. */
  readonly document: JsonObject
  /** Path prefixes under which the API is served: the path parts of `servers`, `''` for the root. */
  readonly bases: readonly string[]
  /** Path prefixes that belong to the API as a whole; an unknown path below one is this API's 404. */
  readonly families: readonly string[]
  readonly operations: readonly Operation[]
  /** Requests that the API sends to others; the path of each is the name of the webhook. */
  readonly webhooks: readonly Operation[]
  readonly collections: Readonly<Record<string, CollectionSpec>>
  /** What an operation does to a collection, by operationId; an operation without one is none of a resource. */
  readonly resources: Readonly<Record<OperationId, ResourceUse>>
  readonly securitySchemes: Readonly<Record<string, SecurityScheme>>
  /** `components.responses.NotFound` and `MethodNotAllowed`: what is said where no operation applies. */
  readonly unroutable: { readonly notFound?: ResponseSpec; readonly methodNotAllowed?: ResponseSpec }
}

export interface Operation {
  readonly id: OperationId
  readonly api: ApiName
  /** Upper case. */
  readonly method: string
  /** The path template of the document, such as `/v2/interactions/{id}`. */
  readonly path: string
  /** What the query has to have for a request to be this operation's, where two paths differ in nothing else. */
  readonly query?: readonly QueryCondition[]
  /** Path prefixes of servers of its own or of its path; it is served below those of the API, too. */
  readonly bases?: readonly string[]
  readonly pointer: Pointer
  readonly summary: string
  readonly description: string
  readonly parameters: readonly Parameter[]
  readonly requestBody?: RequestBodySpec
  /** The media types of its body, lower case, without parameters: known before the body is compiled. */
  readonly requestMediaTypes: readonly string[]
  /** By status as text, as the document writes it: `200`, `4XX`, `4xx` or `default`; `responseFor` finds the one that is meant. */
  readonly responses: Readonly<Record<string, ResponseSpec>>
  /** Alternatives, each a list of schemes that must all hold; `[]` inside means that no credentials are fine. */
  readonly security: readonly (readonly string[])[]
  /** Why the operation as a whole is an assumption of ours, if it is one. */
  readonly inferred?: string
}

export interface QueryCondition {
  readonly name: string
  /** `undefined` for any value. */
  readonly value: string | undefined
}

export interface RequestBodySpec {
  readonly pointer: Pointer
  readonly required: boolean
  /** By media type, lower case, without parameters. */
  readonly content: Readonly<Record<string, MediaTypeSpec>>
}

export interface MediaTypeSpec {
  readonly pointer: Pointer
  readonly schema: JsonObject | undefined
  readonly validate: Validator
  /** Named examples with their `$ref`s resolved. */
  readonly examples: Readonly<Record<string, ExampleSpec>>
}

export interface ResponseSpec {
  /** Where the response is written down, behind any `$ref`. */
  readonly pointer: Pointer
  readonly description: string
  readonly content: Readonly<Record<string, MediaTypeSpec>>
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, HeaderSpec>>
  readonly inferred?: string
}

export interface HeaderSpec {
  readonly pointer: Pointer
  readonly required: boolean
  readonly schema: JsonObject
  readonly types: TextTypes
  readonly validate: Validator
  readonly inferred?: string
}

export interface CollectionSpec {
  readonly name: string
  readonly pointer: Pointer
  /** The attribute that identifies a row. */
  readonly key: string
  readonly schema: JsonObject
  readonly validate: Validator
}

/** What an operation does to the rows of a collection, as its path, its method and the shapes of its bodies tell. */
export interface ResourceUse {
  readonly collection: string
  readonly role: 'list' | 'create' | 'read' | 'replace' | 'patch' | 'delete'
  /** The path parameter that names the row; `undefined` for lists and for what is kept under its path. */
  readonly parameter: string | undefined
  /** Whether the collection has no key of its own: its rows are kept under the path of the request. */
  readonly isSingle: boolean
  /** Whether nothing but reading its rows one by one is declared: nobody lists or changes them. */
  readonly isReadOnly: boolean
  /** JSON pointer to the row, or to the list of rows, in the answer's body; `undefined` where the answer has neither. */
  readonly answerAt: Pointer | undefined
  /** Where the schema of the row in the answer stands, behind references: it may be another one than the collection's. */
  readonly answerSchema: Pointer | undefined
  /** JSON pointer to the row in the request's body. */
  readonly requestAt: Pointer
  /** Path parameters of the parents: the attribute of the rows that each names, if they have one. */
  readonly scope: readonly { readonly parameter: string; readonly attribute: string | undefined }[]
}

export type SecurityScheme =
  | { readonly kind: 'http'; readonly scheme: string; readonly pointer: Pointer; readonly inferred?: string }
  | {
      readonly kind: 'apiKey'
      readonly in: 'header' | 'query' | 'cookie'
      readonly name: string
      readonly pointer: Pointer
      readonly inferred?: string
    }

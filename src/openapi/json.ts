export type ApiName = string & { readonly brand?: 'ApiName' }
export type OperationId = string & { readonly brand?: 'OperationId' }
/** An RFC 6901 pointer into the API's OpenAPI document, without the leading `#`. */
export type Pointer = string

export type JsonObject = { readonly [member: string]: unknown }

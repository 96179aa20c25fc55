import type { Pointer } from './json.ts'

/** One way in which a value breaks its schema. */
export interface SchemaError {
  /** JSON pointer into the value that was validated, `''` for the whole. */
  readonly at: string
  /** The keyword that it breaks, such as `required`. */
  readonly keyword: string
  /** JSON pointer into the OpenAPI document, to the keyword. */
  readonly pointer: Pointer
  readonly message: string
  /** Ajv's own parameters of the keyword, such as `{ missingProperty: 'id' }`. */
  readonly params: Readonly<Record<string, unknown>>
}

/** Validates a JSON value by a schema of the document; an empty list means that it is valid. */
export type Validator = (value: unknown) => readonly SchemaError[]

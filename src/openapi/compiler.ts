import type { JsonObject, Pointer } from './api.ts'
import { invalid, resolve, type SpecDocument } from './document.ts'
import { assumptionAt } from './assumption.ts'
import { createValidators, formats, type Validators } from './validators.ts'
import { checkSchema, type KeywordCheck } from './keywords.ts'
import { isObject, valueAt } from './pointer.ts'

/** What every part of the compiler asks of the document. */
export interface Compiler {
  readonly document: SpecDocument
  readonly root: JsonObject
  readonly validators: Validators
  /** The object at a pointer, behind `$ref`s; throws when it is something else. */
  object(pointer: Pointer): JsonObject
  /** Where the object really stands, behind `$ref`s. */
  place(pointer: Pointer): Pointer
  /** Checks the schema at a pointer and returns it, `$ref` not followed. */
  schema(pointer: Pointer): JsonObject
  inferred(pointer: Pointer): { inferred?: string }
}

export function createCompiler(document: SpecDocument): Compiler {
  const { root } = document
  const check: KeywordCheck = { document, formats, checked: new Set() }
  return {
    document,
    root,
    validators: createValidators(document),
    object: (pointer) => {
      const { value, pointer: place } = resolve(document, pointer)
      if (!isObject(value)) throw invalid(document, place, 'must be an object')
      return value
    },
    place: (pointer) => resolve(document, pointer).pointer,
    schema: (pointer) => {
      const schema = valueAt(root, pointer)
      checkSchema(check, schema, pointer)
      return isObject(schema) ? schema : {}
    },
    inferred: (pointer) => optional('inferred', assumptionAt(root, pointer)),
  }
}

export function unique(list: readonly string[]): string[] {
  return [...new Set(list)]
}

/** `{ [key]: value }`, or nothing where the value is missing: what `exactOptionalPropertyTypes` wants of an optional member. */
export function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value })
}

import type { JsonObject, Pointer } from './api.ts'
import { invalid, resolve, type SpecDocument } from './document.ts'
import { assumptionAt } from './assumption.ts'
import { formats } from './formats.ts'
import { createValidators, type Validators } from './validators.ts'
import { checkSchema, type KeywordCheck } from './keywords.ts'
import type { Notes } from './note.ts'
import { isObject, valueAt } from './pointer.ts'

/** What every part of the compiler asks of the document. */
export interface Compiler {
  readonly document: SpecDocument
  readonly root: JsonObject
  /** Where a document that is not held to the strictest reading gets its notes; `undefined` means that mistakes are errors. */
  readonly notes: Notes | undefined
  readonly validators: Validators
  /** The object at a pointer, behind `$ref`s; throws when it is something else. */
  object(pointer: Pointer): JsonObject
  /** Where the object really stands, behind `$ref`s. */
  place(pointer: Pointer): Pointer
  /** Checks the schema at a pointer and returns it, `$ref` not followed. */
  schema(pointer: Pointer): JsonObject
  /** Why what stands at a pointer is an assumption, if it is one. */
  assumption(pointer: Pointer): string | undefined
  inferred(pointer: Pointer): { inferred?: string }
}

/** With `notes`, the document was repaired before: its schemas are known to be fine. */
export function createCompiler(document: SpecDocument, notes?: Notes): Compiler {
  const { root } = document
  const assumption: Compiler['assumption'] = document.hasAssumptions === false ? () => undefined : (pointer) => assumptionAt(root, pointer)
  const known = new Map<Pointer, { readonly value: unknown; readonly pointer: Pointer }>()
  const found = (pointer: Pointer): { readonly value: unknown; readonly pointer: Pointer } => {
    const before = known.get(pointer)
    if (before) return before
    const now = find(pointer)
    known.set(pointer, now)
    return now
  }
  const find = (pointer: Pointer): { readonly value: unknown; readonly pointer: Pointer } => {
    try {
      return resolve(document, pointer)
    } catch (error) {
      // The repair has followed every reference; one that was not to be followed is nothing.
      if (!notes) throw error
      return { value: undefined, pointer }
    }
  }
  const check: KeywordCheck = { document, formats, checked: new Set() }
  return {
    document,
    root,
    notes,
    validators: createValidators(document, notes !== undefined),
    object: (pointer) => {
      const { value, pointer: place } = found(pointer)
      if (isObject(value)) return value
      if (notes) return {}
      throw invalid(document, place, 'must be an object')
    },
    place: (pointer) => found(pointer).pointer,
    schema: (pointer) => {
      const schema = valueAt(root, pointer)
      if (!notes) checkSchema(check, schema, pointer)
      return isObject(schema) ? schema : {}
    },
    assumption,
    inferred: (pointer) => optional('inferred', assumption(pointer)),
  }
}

export function unique(list: readonly string[]): string[] {
  return [...new Set(list)]
}

/** `{ [key]: value }`, or nothing where the value is missing: what `exactOptionalPropertyTypes` wants of an optional property. */
export function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value })
}

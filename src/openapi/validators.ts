import type { Ajv2020, AnySchema, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import { addFormats, createAjv2020 } from './ajv.ts'
import type { JsonObject, Pointer } from './api.ts'
import { closestBranch } from './closest-branch.ts'
import type { SpecDocument } from './document.ts'
import { formatNames } from './formats.ts'
import type { Validator, SchemaError } from './validator.ts'
import { pointerOfRef, pointerTo, tokensOf, valueAt } from './pointer.ts'

const VALIDATED_ONCE = 'x-judged-once'
const ROOT = 'spec'

/** Makes the judges of one document; each is compiled on its first use, so that a start costs only what it needs. */
export interface Validators {
  /** Judges by the schema at a pointer of the document. */
  at(pointer: Pointer): Validator
  /** The same for answers: deeply frozen objects behind a `$ref` are judged once in their life, not once per answer. */
  ofAnswers(pointer: Pointer): Validator
}

export function createValidators(document: SpecDocument): Validators {
  let ajv: Ajv2020 | undefined
  const { root } = document
  const places = createPlaces(root)
  const engine = (): Ajv2020 => (ajv ??= createAjv(document, { at, ofAnswers }))
  const strict: Flavour = { compile: remembered((pointer) => engine().compile({ $ref: refTo(pointer) })), root, places }
  const lazy: Flavour = {
    compile: remembered((pointer) => engine().compile(validatedOnce(valueAt(root, pointer) ?? {}, pointer, places))),
    root,
    places,
  }
  const at = validatorsOf(strict)
  const ofAnswers = validatorsOf(lazy)
  return { at, ofAnswers }
}

/** How the schemas of a document are compiled: as they are, or for answers. */
interface Flavour {
  readonly compile: (pointer: Pointer) => ValidateFunction
  readonly root: JsonObject
  readonly places: Places
}

/** One validator a pointer, compiled when it first gets a value. */
function validatorsOf(flavour: Flavour): (pointer: Pointer) => Validator {
  return remembered((pointer) => {
    let validate: Validator | undefined
    return (value) => (validate ??= validateWith(flavour, pointer))(value)
  })
}

function remembered<Made>(make: (pointer: Pointer) => Made): (pointer: Pointer) => Made {
  const known = new Map<Pointer, Made>()
  return (pointer) => {
    const made = known.get(pointer) ?? make(pointer)
    known.set(pointer, made)
    return made
  }
}

function createAjv(document: SpecDocument, { at, ofAnswers }: Validators): Ajv2020 {
  const ajv = createAjv2020({
    allErrors: true,
    // `checkSchema` is the strict one: it knows OpenAPI's keywords and says where in the file it found another.
    strict: false,
    // `1e400` parses as infinite, which is no JSON number and would be answered as null.
    strictNumbers: true,
    inlineRefs: false,
    // Errors then carry the schema object that they broke, whose place in the document is known.
    verbose: true,
    validateSchema: false,
    discriminator: false,
  })
  addFormats(ajv, formatNames)
  // The package's own one reads `1e300`, a whole number, as 1: it takes the integer part of the text.
  ajv.removeKeyword('multipleOf').addKeyword({
    keyword: 'multipleOf',
    type: 'number',
    schemaType: 'number',
    validate: (divisor: number, value: number) => Number.isInteger(value / divisor),
    errors: false,
    error: { message: ({ schema }) => `must be multiple of ${String(schema)}` },
  })
  ajv.addKeyword({
    keyword: VALIDATED_ONCE,
    errors: 'full',
    compile: (pointer: Pointer) => validatedOnceBy(at(pointer), ofAnswers(pointer)),
  })
  return ajv.addSchema(document.root, ROOT, false, false)
}

function validateWith(flavour: Flavour, pointer: Pointer): Validator {
  const validate = flavour.compile(pointer)
  return (value) => (validate(value) ? noErrors : telling(flavour, validate.errors ?? []))
}

/**
 * Ajv lists what is wrong with each alternative of a failed `anyOf` or `oneOf`, then the keyword itself. In their place stands
 * what is wrong with the alternative that the value was meant for.
 */
function telling(flavour: Flavour, errors: readonly ErrorObject[]): SchemaError[] {
  const found: Found[] = []
  let rest = errors
  while (rest.length > 0) {
    const last = rest.at(-1) as ErrorObject
    rest = rest.slice(0, -1)
    const alternatives = alternativesOf(flavour, last)
    if (alternatives === undefined || alternatives.count > rest.length) {
      if (isTelling(last)) found.unshift({ error: schemaError(last, flavour.places), isOfBranch: false })
      continue
    }
    rest = rest.slice(0, rest.length - alternatives.count)
    const closest = closestBranch(flavour.root, alternatives.branches, last.data)
    const ofBranch = closest?.errors.map((error) => ({ ...error, at: last.instancePath + error.at })) ?? []
    found.unshift(...ofBranch.map((error) => ({ error, isOfBranch: true })))
  }
  return withoutRepeats(found)
}

interface Found {
  readonly error: SchemaError
  readonly isOfBranch: boolean
}

/** What an alternative says of a place is left out where the schema around it, or another alternative, says the same. */
function withoutRepeats(found: readonly Found[]): SchemaError[] {
  const seen = new Set(found.filter(({ isOfBranch }) => !isOfBranch).map(({ error }) => topicOf(error)))
  return found
    .filter(({ error, isOfBranch }) => {
      const isNew = !isOfBranch || !seen.has(topicOf(error))
      seen.add(topicOf(error))
      return isNew
    })
    .map(({ error }) => error)
}

function topicOf({ at, keyword, params }: SchemaError): string {
  return [at, keyword, params['missingProperty'], params['additionalProperty']].join(' ')
}

interface Alternatives {
  readonly branches: readonly { readonly pointer: Pointer; readonly errors: readonly SchemaError[] }[]
  /** How many errors of Ajv they have together. */
  readonly count: number
}

/** The alternatives of a keyword that none of them satisfies; `undefined` for every other error. */
function alternativesOf(flavour: Flavour, { keyword, parentSchema, params, data }: ErrorObject): Alternatives | undefined {
  if (keyword !== 'anyOf' && (keyword !== 'oneOf' || Array.isArray(params['passingSchemas']))) return undefined
  const pointer = flavour.places.of(parentSchema)
  const list = valueAt(flavour.root, pointerTo(pointer, keyword))
  if (!Array.isArray(list)) return undefined
  const failed = list.map((_, index) => {
    const branch = pointerTo(pointer, keyword, index)
    const validate = flavour.compile(branch)
    const errors = validate(data) ? [] : (validate.errors ?? [])
    return { pointer: branch, errors: telling(flavour, errors), count: errors.length }
  })
  return { branches: failed, count: failed.reduce((sum, { count }) => sum + count, 0) }
}

const noErrors: readonly SchemaError[] = []

/** `if` only repeats that `then` or `else` has failed. */
function isTelling(error: ErrorObject): boolean {
  return error.keyword !== 'if'
}

function schemaError(error: ErrorObject & { pointer?: Pointer }, places: Places): SchemaError {
  return {
    at: error.instancePath,
    keyword: error.keyword,
    pointer: error.pointer ?? pointerTo(places.of(error.parentSchema), error.keyword),
    message: error.message ?? 'is not valid',
    params: error.params as Record<string, unknown>,
  }
}

/** Where each object of the document stands: Ajv tells which schema was broken, but not where it came from. */
interface Places {
  of(schema: unknown): Pointer
  add(schema: object, pointer: Pointer): void
}

function createPlaces(root: JsonObject): Places {
  const places = new Map<unknown, Pointer>()
  let walked = false
  const walk = (node: unknown, pointer: Pointer): void => {
    if (typeof node !== 'object' || node === null) return
    places.set(node, pointer)
    for (const [name, value] of Object.entries(node)) walk(value, pointerTo(pointer, name))
  }
  return {
    of: (schema) => {
      if (!walked) walk(root, '')
      walked = true
      return places.get(schema) ?? ''
    },
    add: (schema, pointer) => places.set(schema, pointer),
  }
}

/** Copies a schema with every plain `$ref` replaced by the keyword that remembers its verdict on frozen objects. */
function validatedOnce(schema: unknown, pointer: Pointer, places: Places, refs: 'once' | 'always' = 'once'): AnySchema {
  if (typeof schema !== 'object' || schema === null) return schema as AnySchema
  if (Array.isArray(schema))
    return schema.map((entry, index) => validatedOnce(entry, pointerTo(pointer, index), places, refs))
  const ref = (schema as JsonObject)['$ref']
  if (typeof ref === 'string' && refs === 'once' && !hasConstraints(schema as JsonObject))
    return { [VALIDATED_ONCE]: pointerOfRef(ref) }
  // `unevaluated…` has to see what a `$ref` beside or below it has evaluated, which only a real `$ref` tells.
  const below = 'unevaluatedProperties' in schema || 'unevaluatedItems' in schema ? 'always' : refs
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, validatedOnce(value, pointerTo(pointer, name), places, below)]),
  )
  if (typeof ref === 'string') copy['$ref'] = ROOT + ref
  places.add(copy, pointer)
  return copy
}

/** Whether keywords beside a `$ref` say more than a description does. */
function hasConstraints(schema: JsonObject): boolean {
  return Object.keys(schema).some((name) => name !== '$ref' && name !== 'description' && !name.startsWith('x-'))
}

type KeywordFunction = {
  (value: unknown, context?: { instancePath: string }): boolean
  errors?: (Partial<ErrorObject> & { pointer: Pointer })[]
}

/** What is frozen is judged as a whole and remembered; what is not may still hold frozen parts, such as a page of rows. */
function validatedOnceBy(whole: Validator, parts: Validator): KeywordFunction {
  const approved = new WeakSet<object>()
  const validate: KeywordFunction = (value, context) => {
    const isObject = typeof value === 'object' && value !== null
    // Asked first, since only frozen objects are in there and to look whether one is frozen takes longer.
    if (isObject && approved.has(value)) return true
    const remembers = isObject && Object.isFrozen(value)
    const errors = remembers ? whole(value) : parts(value)
    if (errors.length === 0) {
      if (remembers) approved.add(value)
      return true
    }
    validate.errors = errors.map((error) => ({
      keyword: error.keyword,
      instancePath: (context?.instancePath ?? '') + error.at,
      pointer: error.pointer,
      message: error.message,
      params: error.params,
    }))
    return false
  }
  return validate
}

function refTo(pointer: Pointer): string {
  return `${ROOT}#${tokensOf(pointer)
    .map((token) => `/${encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    .join('')}`
}

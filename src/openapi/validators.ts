import { createBoundedPatterns } from './patterns/bounded-patterns.ts'
import { ownRequiredKeyword } from './inherited-names.ts'
import type { Ajv2020, Options, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import { addFormats, createAjv2020 } from './ajv.ts'
import type { JsonObject, Pointer } from './api.ts'
import { type BranchNames, branchNames, closestBranch } from './closest-branch.ts'
import { ofOneSide } from './one-side.ts'
import { type DecidedError, decisionOf, discriminatedKeyword } from './discriminator.ts'
import { isMultipleOf } from './decimal.ts'
import type { SpecDocument } from './document.ts'
import { formatNames } from './formats.ts'
import type { Validator, SchemaError } from './validator.ts'
import { createSchemaUnits, type SchemaUnits } from './schema-units.ts'
import { pointerTo, valueAt } from './pointer.ts'

const VALIDATED_ONCE = 'x-judged-once'

/** Makes the judges of one document; each is compiled on its first use, so that a start costs only what it needs. */
export interface Validators {
  /** Judges by the schema at a pointer of the document. */
  at(pointer: Pointer): Validator
  /** The same for the bodies of requests, which need not have what only the server sets (`readOnly`). */
  ofRequests(pointer: Pointer): Validator
  /**
   * The same for answers, which need not have what is only sent (`writeOnly`): deeply frozen objects behind a `$ref` are validated
   * once in their life, not once per answer.
   */
  ofAnswers(pointer: Pointer): Validator
}

const known = new WeakMap<JsonObject, Validators>()

/**
 * The validators of a document, the same for everybody who asks: what was compiled for one need not be compiled for another.
 * `isLenient`: a schema that can't be compiled, or that has no end, takes every value; else that is an error.
 */
export function createValidators({ root }: SpecDocument, isLenient = false): Validators {
  const validators = known.get(root) ?? makeValidators(root, isLenient)
  known.set(root, validators)
  return validators
}

function makeValidators(root: JsonObject, isLenient: boolean): Validators {
  let ajv: Ajv2020 | undefined
  const units = createSchemaUnits(root, () => (ajv ??= createAjv({ at, ofAnswers }, isLenient).addKeyword(ownRequiredKeyword((schema) => units.placeOf(schema))).addKeyword(discriminatedKeyword(root, (pointer) => at(pointer)))))
  const careful = isLenient ? compiledAnyhow : (compile: () => ValidateFunction): ValidateFunction => compile()
  const choiceAt = choicesOf(root)
  const at = validatorsOf({ compile: remembered((pointer) => careful(() => units.compile(pointer))), choiceAt, units })
  const answers = validatorsOf({
    compile: remembered((pointer) => careful(() => units.compileWith(pointer, VALIDATED_ONCE))),
    choiceAt,
    units,
  })
  const ofRequests = remembered((pointer) => ofOneSide(root, pointer, 'readOnly', at(pointer)))
  const ofAnswers = remembered((pointer) => ofOneSide(root, pointer, 'writeOnly', answers(pointer)))
  return { at, ofRequests, ofAnswers }
}

function compiledAnyhow(compile: () => ValidateFunction): ValidateFunction {
  try {
    return compile()
  } catch {
    return (() => true) as unknown as ValidateFunction
  }
}

/** How the schemas of a document are compiled: as they are, or for answers. */
interface Flavour {
  readonly compile: (pointer: Pointer) => ValidateFunction
  readonly units: SchemaUnits
  /** The alternatives of a keyword by the place of its schema; they are asked for with every refusal. */
  readonly choiceAt: (pointer: Pointer, keyword: string) => Choice | undefined
}

/** The alternatives of an `anyOf` or `oneOf`. */
interface Choice {
  readonly pointers: readonly Pointer[]
  readonly names: BranchNames
}

function choicesOf(root: JsonObject): Flavour['choiceAt'] {
  const known = remembered((place: Pointer): Choice | undefined => {
    const list = valueAt(root, place)
    if (!Array.isArray(list)) return undefined
    const pointers = list.map((_, index) => pointerTo(place, index))
    return { pointers, names: branchNames(root, pointers) }
  })
  // Alternatives with a discriminator are compiled as `anyOf`, whatever they are in the document.
  return (pointer, keyword) => known(pointerTo(pointer, keyword)) ?? known(pointerTo(pointer, 'oneOf'))
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
    const before = known.get(pointer)
    if (before !== undefined) return before
    const made = make(pointer)
    known.set(pointer, made)
    return made
  }
}

function createAjv({ at, ofAnswers }: Pick<Validators, 'at' | 'ofAnswers'>, isLenient: boolean): Ajv2020 {
  const ajv = createAjv2020({
    allErrors: true,
    // `checkSchema` is the strict one: it knows OpenAPI's keywords and says where in the file it found another.
    strict: false,
    logger: false,
    // `1e400` parses as infinite, which is no JSON number and would be answered as null.
    strictNumbers: true,
    inlineRefs: false,
    // Errors then carry the schema object that they broke, whose place in the document is known.
    verbose: true,
    validateSchema: false,
    // A third of the time to compile, and none to validate: V8 does the same again.
    code: { optimize: false, ...(isLenient && { regExp: boundedRegExp() }) },
    discriminator: false,
  })
  addFormats(ajv, formatNames)
  // The package's own one reads `1e300`, a whole number, as 1, and 19.99 as no multiple of 0.01.
  ajv.removeKeyword('multipleOf').addKeyword({
    keyword: 'multipleOf',
    type: 'number',
    schemaType: 'number',
    validate: (divisor: number, value: number) => isMultipleOf(value, divisor),
    errors: false,
    error: { message: ({ schema }) => `must be multiple of ${String(schema)}` },
  })
  ajv.addKeyword({
    keyword: VALIDATED_ONCE,
    errors: 'full',
    compile: (pointer: Pointer) => validatedOnceBy(at(pointer), ofAnswers(pointer)),
  })
  return ajv
}

/** Our own documents have patterns that we know; those of others may take years on some string. */
function boundedRegExp(): RegExpEngine {
  return Object.assign(createBoundedPatterns(), { code: 'boundedPattern' })
}

type RegExpEngine = NonNullable<NonNullable<Options['code']>['regExp']>

function validateWith(flavour: Flavour, pointer: Pointer): Validator {
  const validate = flavour.compile(pointer)
  return (value) => {
    try {
      return validate(value) ? noErrors : telling(flavour, validate.errors ?? [])
    } catch (error) {
      // A schema that is its own part in place has no end.
      if (error instanceof RangeError) return noErrors
      throw error
    }
  }
}

/**
 * Ajv lists what is wrong with each alternative of a failed `anyOf` or `oneOf`, then the keyword itself. In their place stands
 * what is wrong with the alternative that the value was meant for.
 */
function telling(flavour: Flavour, errors: readonly ErrorObject[]): SchemaError[] {
  // From the last one on, and found the other way round: refusals are answered as often as anything.
  const found: Found[] = []
  const decided = decisionsIn(errors)
  let left = errors.length
  while (left > 0) {
    const last = errors[--left] as ErrorObject
    const alternatives = alternativesOf(flavour, last)
    if (alternatives === undefined || alternatives.count > left) {
      if (isTelling(last)) found.push({ error: schemaError(last, flavour.units), isOfBranch: false })
      continue
    }
    left -= alternatives.count
    const { instancePath } = last
    if (decided?.has(decisionOf(flavour.units.placeOf(last.parentSchema), instancePath))) continue
    const ofBranch = closestBranch(alternatives.names, alternatives.branches, last.data)?.errors ?? []
    for (const error of ofBranch.toReversed())
      found.push({ error: instancePath === '' ? error : { ...error, at: instancePath + error.at }, isOfBranch: true })
  }
  return withoutRepeats(found.toReversed())
}

/** What a discriminator has decided; `undefined` where none has, as nearly always. */
function decisionsIn(errors: readonly (ErrorObject & DecidedError)[]): ReadonlySet<string | undefined> | undefined {
  return errors.some(({ decided }) => decided !== undefined) ? new Set(errors.map(({ decided }) => decided)) : undefined
}

interface Found {
  readonly error: SchemaError
  readonly isOfBranch: boolean
}

/** What an alternative says of a place is left out where the schema around it, or another alternative, says the same. */
function withoutRepeats(found: readonly Found[]): SchemaError[] {
  if (!found.some(({ isOfBranch }) => isOfBranch) || found.length === 1) return found.map(({ error }) => error)
  const seen = new Set(found.filter(({ isOfBranch }) => !isOfBranch).map(({ error }) => topicOf(error)))
  return found
    .filter(({ error, isOfBranch }) => {
      const topic = topicOf(error)
      const isNew = !isOfBranch || !seen.has(topic)
      seen.add(topic)
      return isNew
    })
    .map(({ error }) => error)
}

function topicOf({ at, keyword, params }: SchemaError): string {
  const { missingProperty = '', additionalProperty = '' } = params
  return `${at} ${keyword} ${String(missingProperty)} ${String(additionalProperty)}`
}

interface Alternatives {
  readonly names: BranchNames
  readonly branches: readonly { readonly pointer: Pointer; readonly errors: readonly SchemaError[] }[]
  /** How many errors of Ajv they have together. */
  readonly count: number
}

/** The alternatives of a keyword that none of them satisfies; `undefined` for every other error. */
function alternativesOf(flavour: Flavour, { keyword, parentSchema, params, data }: ErrorObject): Alternatives | undefined {
  if (keyword !== 'anyOf' && (keyword !== 'oneOf' || Array.isArray(params['passingSchemas']))) return undefined
  const choice = flavour.choiceAt(flavour.units.placeOf(parentSchema), keyword)
  if (!choice) return undefined
  const branches = choice.pointers.map((pointer) => {
    const validate = flavour.compile(pointer)
    const errors = validate(data) ? [] : (validate.errors ?? [])
    return { pointer, errors: telling(flavour, errors), count: errors.length }
  })
  return { names: choice.names, branches, count: branches.reduce((sum, { count }) => sum + count, 0) }
}

const noErrors: readonly SchemaError[] = []

/** `if` only repeats that `then` or `else` has failed. */
function isTelling(error: ErrorObject): boolean {
  return error.keyword !== 'if'
}

function schemaError(error: ErrorObject & { pointer?: Pointer }, units: SchemaUnits): SchemaError {
  return {
    at: error.instancePath,
    keyword: error.keyword,
    pointer: error.pointer ?? pointerTo(units.placeOf(error.parentSchema), error.keyword),
    message: error.message ?? 'is not valid',
    params: error.params as Record<string, unknown>,
  }
}

type KeywordFunction = {
  (value: unknown, context?: { instancePath: string }): boolean
  errors?: (Partial<ErrorObject> & { pointer: Pointer })[]
}

/** What is frozen is validated as a whole and remembered; what is not may still hold frozen parts, such as a page of rows. */
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


import type { Api, JsonObject, Pointer } from './api.ts'
import { assumptionAt } from './assumption.ts'
import { closestBranch } from './closest-branch.ts'
import type { Validator, SchemaError } from './validator.ts'
import { createValidators } from './validators.ts'
import { isObject, pointerOfRef, pointerTo, tokensOf, valueAt } from './pointer.ts'

/** A schema of the document that has a say about one place of a value. */
export interface Applied {
  /** JSON pointer into the value. */
  readonly at: string
  /** The same with `*` for items and members without a name of their own: equal places are tried once. */
  readonly place: string
  readonly pointer: Pointer
  readonly schema: JsonObject
  /** Why it is an assumption that this schema applies here, along the whole way from the root. */
  readonly inferred: string | undefined
}

/** What the suite asks about the schemas of one document. */
export interface Schemas {
  readonly root: JsonObject
  validate(pointer: Pointer): Validator
  /** Every schema that applies somewhere in the value, references, conditions and alternatives followed. */
  applied(pointer: Pointer, value: unknown): readonly Applied[]
  /** Whether the document has a member of this name anywhere. */
  mentions(keyword: string): boolean
  /** Why breaking this keyword breaks an assumption only; `undefined` when the vendor's page states it. */
  whyOf(pointer: Pointer, value: unknown, error: SchemaError): string | undefined
}

const opened = new WeakMap<Api, Schemas>()

/**
 * Opens the schemas of one API, once for all runs; its judges are its own, so that the spec's are not shared with the server
 * under test.
 */
export function openSchemas(api: Api): Schemas {
  const schemas = opened.get(api) ?? createSchemas(api)
  opened.set(api, schemas)
  return schemas
}

function createSchemas(api: Api): Schemas {
  const root = api.document
  const validators = createValidators({ file: api.file, root })
  const at = remembered((pointer) => valueAt(root, pointer))
  const whyAt = remembered((pointer) => assumptionAt(root, pointer))
  const applied = rememberedOfValues((pointer, value) => {
    const found: Applied[] = []
    walk({ root, at, whyAt, validate: validators.at, found }, { pointer, value, at: '', place: '', inferred: undefined, depth: 0 })
    return found
  })
  return {
    root,
    validate: validators.at,
    applied,
    mentions: remembered((keyword) => hasMember(root, keyword)),
    whyOf: (pointer, value, error) => {
      const parent = error.pointer.slice(0, error.pointer.lastIndexOf('/'))
      const member = memberOf(error)
      const own = member === undefined ? error.pointer : pointerTo(error.pointer, member)
      const here = applied(pointer, value).filter((each) => each.at === error.at && each.pointer === parent)
      const reasons = here.map((each) => each.inferred ?? whyAt(own))
      if (reasons.length === 0) return whyAt(pointer) ?? whyAt(own)
      return reasons.includes(undefined) ? undefined : reasons[0]
    },
  }
}

function hasMember(node: unknown, name: string): boolean {
  if (typeof node !== 'object' || node === null) return false
  return Object.hasOwn(node, name) || Object.values(node).some((member) => hasMember(member, name))
}

/** A document does not change, and the same few hundred places are asked for tens of thousands of times. */
function remembered<Value>(find: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, { readonly value: Value }>()
  return (pointer) => {
    const found = known.get(pointer) ?? { value: find(pointer) }
    known.set(pointer, found)
    return found.value
  }
}

/** Samples do not change either, and each is asked about once for every place in it. */
function rememberedOfValues(find: Schemas['applied']): Schemas['applied'] {
  const known = new WeakMap<object, Map<Pointer, readonly Applied[]>>()
  return (pointer, value) => {
    if (typeof value !== 'object' || value === null) return find(pointer, value)
    const ofValue = known.get(value) ?? new Map<Pointer, readonly Applied[]>()
    known.set(value, ofValue)
    const found = ofValue.get(pointer) ?? find(pointer, value)
    ofValue.set(pointer, found)
    return found
  }
}

/** The member that a keyword speaks of, as `x-inferred: { required/<member> }` names it. */
function memberOf(error: SchemaError): string | undefined {
  const { missingProperty, additionalProperty, unevaluatedProperty } = error.params
  const member = missingProperty ?? additionalProperty ?? unevaluatedProperty
  return typeof member === 'string' && error.keyword === 'required' ? member : undefined
}

interface Walk {
  readonly root: JsonObject
  /** The value at a pointer of the document. */
  readonly at: (pointer: Pointer) => unknown
  /** Why what stands there is an assumption. */
  readonly whyAt: (pointer: Pointer) => string | undefined
  readonly validate: (pointer: Pointer) => Validator
  readonly found: Applied[]
}

interface Step {
  readonly pointer: Pointer
  readonly value: unknown
  readonly at: string
  readonly place: string
  readonly inferred: string | undefined
  readonly depth: number
}

const MAX_DEPTH = 40

function walk(context: Walk, step: Step): void {
  const schema = context.at(step.pointer)
  if (!isObject(schema) || step.depth > MAX_DEPTH) return
  const inferred = step.inferred ?? (step.depth === 0 ? context.whyAt(step.pointer) : ownReason(schema))
  const { at, place, value } = step
  context.found.push({ at, place, pointer: step.pointer, schema, inferred })
  const go = (tokens: readonly (string | number)[], more: Partial<Step> = {}): void =>
    walk(context, {
      ...step,
      pointer: pointerTo(step.pointer, ...tokens),
      inferred: inferred ?? keywordReason(schema, tokens),
      depth: step.depth + 1,
      ...more,
    })
  follow(context, { ...step, inferred }, schema)
  branches(context, step, schema).forEach((tokens) => go(tokens))
  if (isObject(value))
    members(schema, value).forEach(([name, tokens, named]) =>
      go(tokens, { value: value[name], at: pointerTo(at, name), place: pointerTo(place, named ? name : '*') }),
    )
  if (Array.isArray(value))
    items(schema, value).forEach(([index, tokens, named]) =>
      go(tokens, {
        value: value[index] as unknown,
        at: pointerTo(at, index),
        place: pointerTo(place, named ? index : '*'),
      }),
    )
}

function follow(context: Walk, step: Step, schema: JsonObject): void {
  const ref = schema['$ref']
  const target = typeof ref === 'string' ? pointerOfRef(ref) : undefined
  if (target === undefined) return
  walk(context, {
    ...step,
    pointer: target,
    inferred: step.inferred ?? context.whyAt(target),
    depth: step.depth + 1,
  })
}

/** The schemas in place beside this one that hold for the value: all of `allOf`, the valid alternatives or the closest, `then` or `else`. */
function branches(context: Walk, step: Step, schema: JsonObject): (readonly (string | number)[])[] {
  const errorsAt = (...tokens: (string | number)[]): readonly SchemaError[] =>
    context.validate(pointerTo(step.pointer, ...tokens))(step.value)
  const list = (keyword: string): (readonly (string | number)[])[] =>
    Array.isArray(schema[keyword]) ? (schema[keyword] as unknown[]).map((_, index) => [keyword, index]) : []
  const alternatives = ['anyOf', 'oneOf'].flatMap((keyword) => {
    const branches = list(keyword).map((tokens) => ({
      tokens,
      pointer: pointerTo(step.pointer, ...tokens),
      errors: errorsAt(...tokens),
    }))
    const holding = branches.filter(({ errors }) => errors.length === 0)
    const meant = closestBranch(context.root, branches, step.value)
    return (holding.length > 0 ? holding : meant ? [meant] : []).map(({ tokens }) => tokens)
  })
  const condition = 'if' in schema ? [[errorsAt('if').length === 0 ? 'then' : 'else']] : []
  const dependent =
    isObject(schema['dependentSchemas']) && isObject(step.value)
      ? Object.keys(schema['dependentSchemas'])
          .filter((name) => name in (step.value as JsonObject))
          .map((name) => ['dependentSchemas', name])
      : []
  return [...list('allOf'), ...alternatives, ...condition, ...dependent]
}

function members(schema: JsonObject, value: JsonObject): (readonly [string, readonly string[], boolean])[] {
  const named = isObject(schema['properties']) ? schema['properties'] : {}
  const patterns = isObject(schema['patternProperties']) ? Object.keys(schema['patternProperties']) : []
  return Object.keys(value).flatMap((name) => {
    const own: (readonly [string, readonly string[], boolean])[] = Object.hasOwn(named, name)
      ? [[name, ['properties', name], true]]
      : []
    const matching = patterns.filter((pattern) => new RegExp(pattern, 'u').test(name))
    const patterned = matching.map((pattern) => [name, ['patternProperties', pattern], false] as const)
    if (own.length > 0 || patterned.length > 0) return [...own, ...patterned]
    return isObject(schema['additionalProperties']) ? [[name, ['additionalProperties'], false] as const] : []
  })
}

function items(
  schema: JsonObject,
  value: readonly unknown[],
): (readonly [number, readonly (string | number)[], boolean])[] {
  const fixed = Array.isArray(schema['prefixItems']) ? schema['prefixItems'].length : 0
  return value.flatMap((_, index): (readonly [number, readonly (string | number)[], boolean])[] => {
    if (index < fixed) return [[index, ['prefixItems', index], true] as const]
    return isObject(schema['items']) ? [[index, ['items'], false] as const] : []
  })
}

function ownReason(schema: JsonObject): string | undefined {
  const mark = schema['x-inferred']
  return typeof mark === 'string' ? mark : undefined
}

function keywordReason(schema: JsonObject, tokens: readonly (string | number)[]): string | undefined {
  const mark = schema['x-inferred']
  if (!isObject(mark)) return undefined
  for (let length = 1; length <= tokens.length; length++) {
    const why = mark[tokens.slice(0, length).join('/')]
    if (typeof why === 'string') return why
  }
  return undefined
}

/** A copy of the value with one place changed; `undefined` as the new value removes a member or item. */
export function withChange(value: unknown, at: string, change: (old: unknown) => unknown): unknown {
  const [token, ...rest] = tokensOf(at)
  if (token === undefined) return change(value)
  const below = pointerTo('', ...rest)
  if (Array.isArray(value)) {
    const copy = [...(value as unknown[])]
    const next = withChange(copy[Number(token)], below, change)
    if (next === undefined) copy.splice(Number(token), 1)
    else copy[Number(token)] = next
    return copy
  }
  const source = isObject(value) ? value : {}
  const next = withChange(source[token], below, change)
  if (next !== undefined) return { ...source, [token]: next }
  return Object.fromEntries(Object.entries(source).filter(([name]) => name !== token))
}

import type { Api, JsonObject, Pointer } from './api.ts'
import { assumptionAt } from './assumption.ts'
import { schemaNode, type Edge, type SchemaNode } from './schema-node.ts'
import { type BranchNames, branchNames, closestBranch } from './closest-branch.ts'
import type { Validator, SchemaError } from './validator.ts'
import { createValidators } from './validators.ts'
import { isObject, pointerTo, tokensOf } from './pointer.ts'

/** A schema of the document that has a say about one place of a value. */
export interface Applied {
  /** JSON pointer into the value. */
  readonly at: string
  /** The same with `*` for items and properties without a name of their own: equal places are tried once. */
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
  /** Whether the document has a property of this name anywhere. */
  mentions(keyword: string): boolean
  /** Why breaking this keyword breaks an assumption only; `undefined` when the vendor's page states it. */
  whyOf(pointer: Pointer, value: unknown, error: SchemaError): string | undefined
}

const opened = new WeakMap<Api, Schemas>()

/** Opens the schemas of one API, once for all runs. */
export function openSchemas(api: Api): Schemas {
  const schemas = opened.get(api) ?? createSchemas(api)
  opened.set(api, schemas)
  return schemas
}

function createSchemas(api: Api): Schemas {
  const root = api.document
  const validators = createValidators({ file: api.file, root }, !api.strict)
  const nodeAt = remembered((pointer) => schemaNode(root, pointer))
  const whyAt = remembered((pointer) => assumptionAt(root, pointer))
  const applied = rememberedOfValues((pointer, value) => {
    const found: Applied[] = []
    walk({ root, nodeAt, validate: validators.at, found }, { pointer, value, at: '', place: '', inferred: undefined, depth: 0 })
    return found
  })
  return {
    root,
    // A body of a request need not have what only the server sets.
    validate: remembered((pointer) => (/\/requestBod(?:y|ies)\//.test(pointer) ? validators.ofRequests(pointer) : validators.at(pointer))),
    applied,
    mentions: remembered((keyword) => hasProperty(root, keyword)),
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

/** Whether a value or anything in it has a property of this name. */
export function hasProperty(node: unknown, name: string): boolean {
  if (typeof node !== 'object' || node === null) return false
  return Object.hasOwn(node, name) || Object.values(node).some((member) => hasProperty(member, name))
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

/** The property that a keyword speaks of, as `x-inferred: { required/<member> }` names it. */
function memberOf(error: SchemaError): string | undefined {
  const { missingProperty, additionalProperty, unevaluatedProperty } = error.params
  const member = missingProperty ?? additionalProperty ?? unevaluatedProperty
  return typeof member === 'string' && error.keyword === 'required' ? member : undefined
}

/** What can be asked of one place of a value and of the schemas that have a say there. */
interface Step {
  readonly pointer: Pointer
  readonly value: unknown
  readonly at: string
  readonly place: string
  readonly inferred: string | undefined
  readonly depth: number
}

interface Walk {
  readonly root: JsonObject
  readonly nodeAt: (pointer: Pointer) => SchemaNode | undefined
  readonly validate: (pointer: Pointer) => Validator
  readonly found: Applied[]
}

const MAX_DEPTH = 40

function walk(context: Walk, step: Step): void {
  const node = context.nodeAt(step.pointer)
  if (node === undefined || step.depth > MAX_DEPTH) return
  const { at, place, value } = step
  const inferred = step.inferred ?? (step.depth === 0 ? node.why : node.ownReason)
  context.found.push({ at, place, pointer: step.pointer, schema: node.schema, inferred })
  const here: Step = { pointer: step.pointer, value, at, place, inferred, depth: step.depth + 1 }
  const { target } = node
  if (target !== undefined) goOn(context, { pointer: target, why: context.nodeAt(target)?.why }, here)
  for (const edge of branches(context, node, value)) goOn(context, edge, here)
  if (Array.isArray(value)) walkItems(context, node, here, value)
  else if (isObject(value)) walkProperties(context, node, here, value)
}

/** What leads on to a schema that has a say about the same place. */
function goOn(context: Walk, { pointer, why }: Edge, { value, at, place, inferred, depth }: Step): void {
  walk(context, { pointer, value, at, place, inferred: inferred ?? why, depth })
}

function walkProperties(context: Walk, node: SchemaNode, here: Step, value: JsonObject): void {
  const { properties, patterns, additional } = node
  if (properties.size === 0 && patterns.length === 0 && additional === undefined) return
  for (const name of Object.keys(value)) {
    const property = properties.get(name)
    const matching = patterns.length === 0 ? NONE : patterns.filter(({ pattern }) => pattern.test(name))
    const isOther = property === undefined && matching.length === 0
    if (isOther && additional === undefined) continue
    const at = pointerTo(here.at, name)
    const below = { ...here, value: value[name], at }
    // Places are mostly those of the value: one string for both.
    if (property) goOn(context, property, { ...below, place: here.place === here.at ? at : pointerTo(here.place, name) })
    for (const each of matching) goOn(context, each.edge, { ...below, place: pointerTo(here.place, '*') })
    if (isOther && additional) goOn(context, additional, { ...below, place: pointerTo(here.place, '*') })
  }
}

function walkItems(context: Walk, node: SchemaNode, here: Step, items: readonly unknown[]): void {
  const { prefix } = node
  if (prefix.length === 0 && node.items === undefined) return
  items.forEach((value, index) => {
    const edge = prefix[index] ?? node.items
    const place = pointerTo(here.place, prefix[index] ? index : '*')
    if (edge) goOn(context, edge, { ...here, value, at: pointerTo(here.at, index), place })
  })
}

const NONE: SchemaNode['patterns'] = []

/** The schemas in place beside this one that hold for the value: all of `allOf`, the valid alternatives or the closest, `then` or `else`. */
function branches(context: Walk, node: SchemaNode, value: unknown): readonly Edge[] {
  const { all, alternatives, condition, dependent } = node
  if (alternatives.length === 0 && condition === undefined && dependent.size === 0) return all
  const chosen = alternatives.flatMap((edges) => {
    const tried = edges.map((edge) => ({ edge, pointer: edge.pointer, errors: context.validate(edge.pointer)(value) }))
    const holding = tried.filter(({ errors }) => errors.length === 0)
    const meant = holding.length > 0 ? undefined : closestBranch(namesOf(context, edges), tried, value)
    return (meant ? [meant] : holding).map(({ edge }) => edge)
  })
  const conditional = condition ? [context.validate(condition.when)(value).length === 0 ? condition.then : condition.otherwise] : []
  const present = isObject(value) ? [...dependent].flatMap(([name, edge]) => (name in value ? [edge] : [])) : []
  return [...all, ...chosen, ...conditional, ...present]
}

function namesOf({ root }: Walk, edges: readonly Edge[]): BranchNames {
  return branchNames(
    root,
    edges.map(({ pointer }) => pointer),
  )
}

/** A copy of the value with one place changed; `undefined` as the new value removes a property or item. */
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

import { opennessOf } from '../../openapi/extensions.ts'
import type { JsonObject, Pointer } from '../../openapi/api.ts'
import { assumptionAt, openAt, keywordAssumption } from '../../openapi/assumption.ts'
import { isObject, pointerTo, tokensOf, valueAt } from '../../openapi/pointer.ts'
import type { RequestCase } from '../case.ts'
import type { SchemaError } from '../../openapi/validator.ts'
import { withChange, type Applied } from '../../openapi/walk.ts'
import { breakingMutations, boundaryValues, type Mutation } from './mutations.ts'
import type { Context } from '../context.ts'
import { isForm, mediaOf, type Draft } from './draft.ts'
import { isBrokenForm, isFlat } from './form-reading.ts'
import { hasRule, hasRuleBelow, isFree, isId } from './free-value.ts'
import { mayBeLookedUp } from './may-be-looked-up.ts'
import { refusal, refusalStatuses, requestCase, success } from './request-case.ts'
import { richSample } from './sample.ts'

/** A request that succeeds, from which others are made by one change. */
export interface BaseRequest {
  readonly name: string
  readonly draft: Draft
  readonly given: RequestCase['given']
  readonly status: number
}

/** One changed body: where, what, and the schemas that have a say there. */
interface Variant extends Mutation {
  readonly place: string
  readonly at: string
  readonly body: unknown
  readonly applied: Applied
}

/** Bodies that break one keyword each, wherever a schema has a say in the body of a base. */
export function brokenBodies(context: Context, base: BaseRequest, tried: Set<string>): RequestCase[] {
  const media = jsonMedia(base)
  if (!media) return []
  const { schema, value } = media
  const validate = context.schemas.validate(schema)
  const variants = variantsOf(context, schema, value, (applied, at) => [
    ...breakingMutations(applied.schema, at),
    ...(isObject(at) ? removals(applied.at, at) : []),
  ])
  return variants.flatMap((variant) => {
    const name = `${placeName(variant)} ${variant.label}`
    if (tried.has(name) || alsoAccepted(variant)) return []
    tried.add(name)
    const errors = validate(variant.body)
    if (isTolerable(context, errors) || isSame(variant.body, value)) return []
    if (isForm(base.draft.contentType) && !isBrokenForm(validate, variant.body)) return []
    if (isForm(base.draft.contentType) && isNothing(variant.body) && !base.draft.operation.requestBody?.required)
      return []
    const reasons = errors.map((error) => ({ error, why: context.schemas.whyOf(schema, variant.body, error) }))
    const telling = reasons.find(({ why }) => why === undefined) ?? reasons[0]
    return requestCase(context, {
      name,
      kind: 'mutation',
      draft: { ...base.draft, body: { kind: 'json', value: variant.body } },
      expectation: refusal(statusesFor(base, valueAt(value, variant.at))),
      pointer: telling?.error.pointer ?? variant.applied.pointer,
      why: telling?.why ?? whyNull(context, base, variant),
      given: base.given,
    })
  })
}

/** Bodies that stay valid: every enum value, every edge, text of all kinds, each optional property left out, all of them sent. */
export function validBodies(context: Context, base: BaseRequest, tried: Set<string>): RequestCase[] {
  const media = jsonMedia(base)
  if (!media) return []
  const { schema, value } = media
  const validate = context.schemas.validate(schema)
  const free = (applied: Applied): boolean => isFree(context, schema, value, applied)
  const varied = variantsOf(context, schema, value, (applied, at) =>
    free(applied) ? boundaryValues(applied.schema, at) : [],
  )
  const left = optionalMembers(context, schema, value)
  const without = left.map((applied) => ({
    at: applied.at,
    place: applied.place,
    label: 'is left out',
    value: undefined,
    body: withChange(value, applied.at, () => undefined),
    applied,
  }))
  const required = left.reduce<unknown>((body, { at }) => {
    const less = withChange(body, at, () => undefined)
    return validate(less).length === 0 ? less : body
  }, value)
  const rich = richSample(context.schemas, schema, value)
  const whole = (label: string, body: unknown): Variant => ({
    place: '',
    at: '',
    label,
    value: body,
    body,
    applied: { at: '', place: '', pointer: schema, schema: {}, inferred: undefined },
  })
  const variants: Variant[] = [
    ...varied,
    ...without,
    ...openObjects(context, schema, value),
    whole('has required properties only', required),
    whole('has every optional property', rich),
  ]
  // A schema that was tried in another base need not be tried again under another name.
  const triedBefore = new Set(tried)
  return variants.flatMap((variant) => {
    const name = `${placeName(variant)} ${variant.label}`
    const what = `${variant.applied.pointer} ${variant.label}`
    if (tried.has(name) || triedBefore.has(what) || isSame(variant.body, value) || validate(variant.body).length > 0)
      return []
    if (isForm(base.draft.contentType) && !isFlat(variant.body)) return []
    tried.add(name).add(what)
    return requestCase(context, {
      name,
      kind: 'boundary',
      draft: { ...base.draft, body: { kind: 'json', value: variant.body } },
      expectation: success(base.draft.operation, base.status),
      pointer: variant.applied.pointer,
      why:
        variant.applied.inferred ??
        whyValue(context, variant) ??
        (variant.isMadeUp || mayBeLookedUp(variant.at) ? MADE_UP : undefined) ??
        (hasEmptyObject(variant.body, value) ? EMPTY : undefined),
      given: base.given,
    })
  })
}

const EMPTY = 'what an object that says nothing means is not said'

/** Whether a body has an object without properties that the plain one has not. */
function hasEmptyObject(body: unknown, plain: unknown): boolean {
  if (!isObject(body)) return false
  return Object.entries(body).some(([name, value]) => {
    const before = isObject(plain) ? plain[name] : undefined
    return isObject(value) && Object.keys(value).length === 0 ? !isSame(value, before) : hasEmptyObject(value, before)
  })
}

/** Where the spec says in so many words that an object may have any properties, one that nobody knows. */
function openObjects(context: Context, schema: Pointer, value: unknown): Variant[] {
  return context.schemas
    .applied(schema, value)
    .filter((applied) => applied.schema['additionalProperties'] === true && isObject(applied.schema['properties']))
    .map((applied) => ({
      ...applied,
      label: 'has a property that the spec does not know',
      value: undefined,
      body: withChange(value, pointerTo(applied.at, UNKNOWN), () => 1),
      applied: {
        ...applied,
        inferred:
          applied.inferred ?? assumptionAt(context.api.document, pointerTo(applied.pointer, 'additionalProperties')),
      },
    }))
}

const MADE_UP = 'the value is made up: no page promises that a server knows or takes it'

const UNKNOWN = 'understudyUnknown'

/** A page that calls a property optional seldom says whether it may be null instead. */
function whyNull(context: Context, base: BaseRequest, variant: Variant): string | undefined {
  const media = jsonMedia(base)
  if (variant.value !== null || variant.at === '' || !media) return undefined
  const mayBeLeftOut =
    context.schemas.validate(media.schema)(withChange(variant.body, variant.at, () => undefined)).length === 0
  return mayBeLeftOut ? 'it is not said whether an optional property may be null' : undefined
}

/** Whether a body breaks nothing, or only what the spec leaves to the server. */
export function isTolerable(context: Context, errors: readonly SchemaError[]): boolean {
  return errors.every(({ pointer }) => openAt(context.api.document, pointer) !== undefined)
}

/** A form without fields is no body at all. */
function isNothing(body: unknown): boolean {
  return isObject(body) && Object.keys(body).length === 0
}

/** An id of another form may be taken for the id of nothing. */
function statusesFor(base: BaseRequest, old: unknown): string[] {
  const { operation } = base.draft
  const statuses = refusalStatuses(operation)
  return isId(old) && '404' in operation.responses ? [...new Set([...statuses, '404'])] : statuses
}

export function jsonMedia(base: BaseRequest): { schema: Pointer; value: unknown } | undefined {
  const { body } = base.draft
  const media = mediaOf(base.draft)
  if (body.kind !== 'json' || !media?.schema) return undefined
  return { schema: pointerTo(media.pointer, 'schema'), value: body.value }
}

/** Changes every place of the value, and of the value with all optional properties, one at a time. */
function variantsOf(
  context: Context,
  schema: Pointer,
  value: unknown,
  changesOf: (applied: Applied, at: unknown) => readonly (Mutation & { readonly member?: string })[],
): Variant[] {
  const rich = richSample(context.schemas, schema, value)
  const own = context.schemas.applied(schema, value)
  const places = new Set(own.map(({ place }) => place))
  const added = context.schemas.applied(schema, rich).filter(({ place }) => !places.has(place))
  const change = (source: unknown, applied: Applied): Variant[] =>
    changesOf(applied, valueAt(source, applied.at)).map(({ member, ...each }) => {
      let body: { readonly value: unknown } | undefined
      return {
        ...each,
        at: member === undefined ? applied.at : pointerTo(applied.at, member),
        place: member === undefined ? applied.place : pointerTo(applied.place, member),
        // Many variants go by the name of another that was tried: those need no body.
        get body() {
          body ??= { value: withChange(source, applied.at, () => each.value) }
          return body.value
        },
        applied,
      }
    })
  return [
    ...own.flatMap((applied) => change(value, applied)),
    ...added.flatMap((applied) => change(pruned(rich, value, tokensOf(applied.at)), applied)),
  ]
}

/** The rich value without the properties that the plain one lacks, except for those on the way to one place. */
function pruned(rich: unknown, plain: unknown, way: readonly string[]): unknown {
  const [next, ...rest] = way
  if (Array.isArray(rich) && Array.isArray(plain)) {
    return rich.map((item: unknown, index) => pruned(item, plain[index], String(index) === next ? rest : []))
  }
  if (!isObject(rich) || !isObject(plain)) return rich
  const kept = Object.entries(rich).filter(([name]) => name in plain || name === next)
  return Object.fromEntries(
    kept.map(([name, entry]) => [name, name in plain ? pruned(entry, plain[name], name === next ? rest : []) : entry]),
  )
}

function removals(at: string, value: JsonObject): (Mutation & { readonly member: string })[] {
  void at
  return Object.keys(value).map((name) => ({
    label: 'is missing',
    member: name,
    value: Object.fromEntries(Object.entries(value).filter(([each]) => each !== name)),
  }))
}

function optionalMembers(context: Context, schema: Pointer, value: unknown): Applied[] {
  const validate = context.schemas.validate(schema)
  const seen = new Set<string>()
  return context.schemas.applied(schema, value).filter((applied) => {
    const here = valueAt(value, applied.at)
    if (applied.at === '' || /\/\d+$/.test(applied.at) || seen.has(applied.at)) return false
    if (!('type' in applied.schema || 'enum' in applied.schema)) return false
    if (
      hasRule(context, schema, value, applied.at) ||
      (typeof here === 'object' && hasRuleBelow(context, schema, value, applied.at))
    )
      return false
    seen.add(applied.at)
    return validate(withChange(value, applied.at, () => undefined)).length === 0
  })
}

function alsoAccepted(variant: Variant): boolean {
  const { accepts } = opennessOf(variant.applied.schema)
  return typeof variant.value === 'string' && accepts?.test(variant.value) === true
}

/** Enum values may be marked one by one: `x-inferred: { enum/<value>: "…" }`. */
function whyValue(context: Context, variant: Variant): string | undefined {
  void context
  const { schema } = variant.applied
  return (
    keywordAssumption(schema, 'enum', String(variant.value)) ??
    keywordAssumption(schema, 'format') ??
    keywordAssumption(schema, 'minimum')
  )
}

function placeName(variant: Variant): string {
  return ['body', ...tokensOf(variant.place)].join('.')
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

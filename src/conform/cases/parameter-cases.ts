import { opennessOf } from '../../openapi/extensions.ts'
import { decodeQuery, decodeSimple, encodeQuery, type Parameter } from '../../openapi/parameter.ts'
import { assumptionAt, openAt, keywordAssumption } from '../../openapi/assumption.ts'
import { isObject, pointerTo, valueAt } from '../../openapi/pointer.ts'
import type { RequestCase } from '../case.ts'
import { withChange } from '../../openapi/walk.ts'
import type { BaseRequest } from './body-cases.ts'
import { breakingMutations, boundaryValues } from './mutations.ts'
import type { Context } from '../context.ts'
import { keyOf, type Draft } from './draft.ts'
import { sampleOf } from './sample.ts'
import { preferring, refusal, refusalStatuses, requestCase, success } from './request-case.ts'

type Pair = readonly [name: string, value: string]

/** One way to write a parameter: query pairs, or the text of a segment or header. */
interface Writing {
  readonly label: string
  readonly pairs?: readonly Pair[]
  readonly text?: string
}

/** Parameters that break their schema or their style, one at a time. */
export function brokenParameters(context: Context, base: BaseRequest): RequestCase[] {
  return base.draft.operation.parameters.filter(isRead).flatMap((parameter) => {
    const value = base.draft.values[keyOf(parameter)]
    return [
      ...missing(context, base, parameter),
      ...writings(context, parameter, value).flatMap((writing) => broken(context, base, parameter, writing)),
    ]
  })
}

/** OpenAPI, section 4.8.12: a header parameter of one of these names is to be ignored. */
function isRead({ in: place, name }: Parameter): boolean {
  return place !== 'header' || !['accept', 'content-type', 'authorization'].includes(name.toLowerCase())
}

/** Parameters at their edges, each enum value, each optional one left out. */
export function validParameters(context: Context, base: BaseRequest): RequestCase[] {
  const { operation } = base.draft
  return operation.parameters
    .filter((parameter) => parameter.in === 'query')
    .flatMap((parameter) => {
      const value = base.draft.values[keyOf(parameter)]
      const shown = value ?? sampleFor(context, parameter)
      const left =
        parameter.required || value === undefined
          ? []
          : [{ label: 'is left out', value: undefined, why: parameter.inferred }]
      const tried = new Set<string>()
      const kept = [...left, ...valuesOf(context, parameter, shown)].flatMap((each) => {
        if (tried.has(each.label)) return []
        tried.add(each.label)
        return requestCase(context, {
          name: `${parameter.in}.${parameter.name} ${each.label}`,
          kind: 'boundary',
          draft: { ...base.draft, values: { ...base.draft.values, [keyOf(parameter)]: each.value } },
          expectation: success(operation, base.status),
          pointer: pointerTo(parameter.pointer, 'schema'),
          why: each.why,
          given: base.given,
        })
      })
      return [...kept, ...percentEncoded(context, base, parameter)]
    })
}

/** What is tried of a parameter that the base leaves out: its example, or a value that its schema allows. */
function sampleFor({ api, schemas }: Context, { pointer, examples }: Parameter): unknown {
  const [example] = Object.values(examples)
  if (example || api.strict) return example?.value
  return sampleOf(schemas, pointerTo(pointer, 'schema'))
}

/** Letters and digits may be percent-encoded as well (RFC 3986, section 6.2.2.2). */
function percentEncoded(context: Context, base: BaseRequest, parameter: Parameter): RequestCase[] {
  const value = base.draft.values[keyOf(parameter)]
  if (typeof value !== 'string' || !/^\w+$/.test(value)) return []
  const plain = requestCase(context, {
    name: `query.${parameter.name} is percent-encoded`,
    kind: 'boundary',
    draft: base.draft,
    expectation: success(base.draft.operation, base.status),
    pointer: pointerTo(parameter.pointer, 'schema'),
    why: 'that a letter may be percent-encoded follows from RFC 3986, not from the page',
    given: base.given,
  })
  const encoded = value.replaceAll(/./g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
  const name = `${encodeURIComponent(parameter.name)}=`
  return [
    { ...plain, request: { ...plain.request, path: plain.request.path.replace(name + value, () => name + encoded) } },
  ]
}

function valuesOf(
  context: Context,
  parameter: Parameter,
  value: unknown,
): { label: string; value: unknown; why: string | undefined }[] {
  if (value === undefined) return []
  const schema = pointerTo(parameter.pointer, 'schema')
  return context.schemas.applied(schema, value).flatMap((applied) => {
    if (
      opennessOf(applied.schema).rule !== undefined ||
      (typeof valueAt(value, applied.at) === 'string' && !('enum' in applied.schema))
    )
      return []
    const isOpen = (each: unknown): boolean =>
      openAt(context.api.document, pointerTo(applied.pointer, 'enum', String(each))) !== undefined
    return boundaryValues(applied.schema, valueAt(value, applied.at))
      .filter((change) => !isOpen(change.value))
      .map((change) => ({ change, changed: withChange(value, applied.at, () => change.value) }))
      .filter(({ changed }) => parameter.validate(changed).length === 0 && survivesTheWire(parameter, changed))
      .map(({ change, changed }) => {
        const own =
          keywordAssumption(applied.schema, 'enum', String(change.value)) ??
          keywordAssumption(applied.schema, 'minimum')
        return {
          label: `${applied.at === '' ? '' : `${applied.at.slice(1)} `}${change.label}`,
          value: changed,
          why: applied.inferred ?? own,
        }
      })
  })
}

function survivesTheWire(parameter: Parameter, value: unknown): boolean {
  const decoded = decodeQuery(parameter, encodeQuery(parameter, value))
  return decoded !== undefined && 'value' in decoded && JSON.stringify(decoded.value) === JSON.stringify(value)
}

function missing(context: Context, base: BaseRequest, parameter: Parameter): RequestCase[] {
  if (!parameter.required || parameter.in === 'path') return []
  const { document } = context.api
  const values = Object.fromEntries(Object.entries(base.draft.values).filter(([key]) => key !== keyOf(parameter)))
  return [
    requestCase(context, {
      name: `${parameter.in}.${parameter.name} is missing`,
      kind: 'mutation',
      draft: { ...base.draft, values },
      expectation: refusal(refusalStatuses(base.draft.operation)),
      pointer: `${parameter.pointer}/required`,
      why: assumptionAt(document, `${parameter.pointer}/required`),
      given: base.given,
    }),
  ]
}

function broken(context: Context, base: BaseRequest, parameter: Parameter, writing: Writing): RequestCase[] {
  const schema = pointerTo(parameter.pointer, 'schema')
  const verdict = validated(context, parameter, writing)
  if (!verdict || alsoAccepted(context, parameter, writing)) return []
  const { operation } = base.draft
  return [
    requestCase(context, {
      name: `${parameter.in}.${parameter.name} ${writing.label}`,
      kind: 'mutation',
      draft: written(base.draft, parameter, writing),
      expectation: refusal(parameter.in === 'path' ? preferring(operation, '404') : refusalStatuses(operation)),
      pointer: verdict.pointer ?? schema,
      why: verdict.why,
      given: base.given,
    }),
  ]
}

/** What the schema says of a writing once it has been read back; `undefined` when it is valid. */
function validated(
  context: Context,
  parameter: Parameter,
  writing: Writing,
): { pointer?: string; why: string | undefined } | undefined {
  const schema = pointerTo(parameter.pointer, 'schema')
  const decoded = writing.pairs
    ? decodeQuery(parameter, writing.pairs)
    : { value: decodeSimple(parameter, writing.text ?? '') }
  if (decoded === undefined) return undefined
  if ('malformed' in decoded)
    return {
      pointer: parameter.pointer,
      why: 'the style of the parameter has no such form; how it is refused is not said',
    }
  const errors = parameter.validate(decoded.value)
  if (errors.length === 0) return undefined
  const reasons = errors.map((error) => ({
    pointer: error.pointer,
    why: context.schemas.whyOf(schema, decoded.value, error),
  }))
  const telling = reasons.find(({ why }) => why === undefined) ?? reasons[0]
  const path = parameter.in === 'path' ? 'what a path value of another form leads to is not said' : undefined
  return { ...telling, why: parameter.inferred ?? telling?.why ?? path }
}

function written(draft: Draft, parameter: Parameter, writing: Writing): Draft {
  const others = Object.fromEntries(Object.entries(draft.values).filter(([key]) => key !== keyOf(parameter)))
  if (writing.pairs) return { ...draft, values: others, extraQuery: [...draft.extraQuery, ...writing.pairs] }
  return { ...draft, values: { ...others, [keyOf(parameter)]: writing.text ?? '' } }
}

function writings(context: Context, parameter: Parameter, value: unknown): Writing[] {
  if (parameter.in !== 'query')
    return value === undefined ? [] : texts(parameter, value).map((each) => ({ label: each.label, text: each.text }))
  if (parameter.style === 'deepObject') return deepWritings(context, parameter, value)
  if (Array.isArray(value)) return listWritings(context, parameter, value)
  const sample = value ?? sampleFor(context, parameter)
  if (sample === undefined) return []
  const pairFor = (text: string): Pair => [parameter.name, text]
  const once = texts(parameter, sample).map(({ label, text }) => ({ label, pairs: [pairFor(text)] }))
  const text = String(sample)
  return [...once, { label: 'is sent twice', pairs: [pairFor(text), pairFor(text)] }]
}

/** Texts that are tried in the place of a scalar. */
function texts(parameter: Parameter, value: unknown): { label: string; text: string }[] {
  const text = String(value)
  const changed = breakingMutations(parameter.schema, value)
    .filter(
      (change) => ['string', 'number', 'boolean'].includes(typeof change.value) && change.label !== 'has a fraction',
    )
    .map((change) => ({ label: change.label, text: String(change.value) }))
  // Readers of numbers differ in what they make of nothing, of a leading zero, and of digits beyond a double's precision.
  const isPath = parameter.in === 'path'
  const whole = Number.isSafeInteger(Number(text)) && Number(text) < 1e12 ? text : '1'
  const common = [
    { label: 'is a word', text: 'understudy' },
    { label: 'has a fraction', text: `${whole}.5` },
    ...(isPath ? [{ label: 'has a leading zero', text: `0${text}` }] : []),
    { label: 'has a letter behind', text: `${text}x` },
    { label: 'is an array', text: `${text},${text}` },
  ]
  const mayBeZero = typeof value === 'number' && parameter.validate(0).length === 0
  const empty = parameter.in === 'query' && !mayBeZero ? [{ label: 'is empty', text: '' }] : []
  const seen = new Set<string>()
  return [...changed, ...common, ...empty].filter(
    (each) =>
      each.text !== text &&
      !(parameter.in === 'header' && /[\r\n]/.test(each.text)) &&
      (each.text !== '' || parameter.in === 'query') &&
      !seen.has(each.label) &&
      !!seen.add(each.label),
  )
}

function listWritings(context: Context, parameter: Parameter, value: readonly unknown[]): Writing[] {
  const schema = pointerTo(parameter.pointer, 'schema')
  const seen = new Set<string>()
  return context.schemas.applied(schema, value).flatMap((applied) =>
    breakingMutations(applied.schema, valueAt(value, applied.at)).flatMap((change) => {
      const changed = withChange(value, applied.at, () => change.value)
      const label = `${applied.at === '' ? '' : `${applied.at.slice(1)} `}${change.label}`
      // More items than a list of fixed places has may be ignored as well as refused.
      if (
        !Array.isArray(changed) ||
        seen.has(label) ||
        (change.label === 'has too many items' && 'prefixItems' in applied.schema)
      )
        return []
      seen.add(label)
      return [{ label, pairs: encodeQuery(parameter, changed) }]
    }),
  )
}

function deepWritings(context: Context, parameter: Parameter, value: unknown): Writing[] {
  const sample = isObject(value) ? value : Object.values(parameter.examples)[0]?.value
  if (!isObject(sample)) return []
  const schema = pointerTo(parameter.pointer, 'schema')
  const unknown = context.schemas.applied(schema, sample).flatMap((applied) =>
    breakingMutations(applied.schema, valueAt(sample, applied.at)).flatMap((change) => {
      const changed = withChange(sample, applied.at, () => change.value)
      return isObject(changed) && Object.keys(changed).length > 0
        ? [{ label: `${applied.at.slice(1)} ${change.label}`.trim(), pairs: encodeQuery(parameter, changed) }]
        : []
    }),
  )
  const pairs = encodeQuery(parameter, sample)
  const [first] = pairs
  return [...unknown, ...(first ? [{ label: 'has a property twice', pairs: [...pairs, first] }] : [])]
}

function alsoAccepted(context: Context, parameter: Parameter, writing: Writing): boolean {
  const parts = writing.pairs ? writing.pairs.map(([, text]) => text) : [writing.text ?? '']
  const value = writing.pairs ? decodeQuery(parameter, writing.pairs) : undefined
  const decoded = value && 'value' in value ? value.value : undefined
  return context.schemas.applied(pointerTo(parameter.pointer, 'schema'), decoded).some((applied) => {
    const { accepts } = opennessOf(applied.schema)
    const here = valueAt(decoded, applied.at)
    return accepts?.test(typeof here === 'string' ? here : parts.join('&')) === true
  })
}

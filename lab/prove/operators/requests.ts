import type { CheckId, Tier } from '../../../src/conform/check.ts'
import { mediaOf } from '../../../src/conform/cases/draft.ts'
import { withChange } from '../../../src/openapi/walk.ts'
import type { JsonObject, Operation } from '../../../src/openapi/api.ts'
import { assumptionAt } from '../../../src/openapi/assumption.ts'
import { isJson } from '../../../src/openapi/media-type.ts'
import { isObject, pointerTo, valueAt } from '../../../src/openapi/pointer.ts'
import { answeringItself, changingRequests, jsonIn, withJson, type Behaviour, type ProxyRequest } from '../call.ts'
import type { SeededDefect, Witness } from '../defect.ts'
import { placesOf, pointersTo, type SchemaPlace } from '../places.ts'
import { plainest, refusalOf, successesOf, type Material, type Sample } from '../samples.ts'
import { defect } from './answers.ts'

/** A constraint that is not kept, in one of two ways: what breaks it is accepted, or what keeps it is refused. */
export interface Slip {
  readonly operator: string
  readonly keyword: string
  /** Whether the slip concerns this value. */
  readonly concerns: (value: unknown) => boolean
  /** What the value is taken for; without this, what the slip concerns is refused. */
  readonly repaired?: (value: unknown) => unknown
  /** A value that is refused wrongly. */
  readonly witness?: unknown
}

const ACCEPTED: readonly CheckId[] = ['invalid-accepted', 'refused-write-changed', 'refusal-status', 'echo', 'flow']
const REFUSED: readonly CheckId[] = ['valid-refused', 'flow', 'success-status']

/** Constraints on bodies that a server does not keep, and such that it keeps too strictly. */
export function bodyDefects(material: Material): SeededDefect[] {
  return material.api.operations.flatMap((operation) => {
    const media = Object.entries(operation.requestBody?.content ?? {}).find(([name]) => isJson(name))?.[1]
    if (!media?.schema) return []
    const samples = successesOf(material, operation).filter(({ request }) => jsonIn(request) !== undefined)
    const places = placesOf(material.api.document, pointerTo(media.pointer, 'schema'))
    return unique(firstWays(places).flatMap((place) => placeDefects(material, operation, place, samples)))
  })
}

/** A schema that applies in several places slips in one of them, a documented one if there is one. */
function firstWays(places: readonly SchemaPlace[]): SchemaPlace[] {
  const chosen = new Map<string, SchemaPlace>()
  for (const place of places) {
    const name = `${place.pointer} ${place.way.at(-1) ?? ''}`
    const other = chosen.get(name)
    if (other === undefined || (other.why !== undefined && place.why === undefined)) chosen.set(name, place)
  }
  return [...chosen.values()]
}

function placeDefects(
  material: Material,
  operation: Operation,
  place: SchemaPlace,
  samples: readonly Sample[],
): SeededDefect[] {
  if (place.schema['readOnly'] === true) return []
  const known = samples.flatMap((sample) => valuesAt(jsonIn(sample.request), place.way))
  const slips = [...leniencies(place.schema, known[0]), ...severities(place.schema, known)]
  const holder = samples.find(({ request }) => valuesAt(jsonIn(request), place.way).length > 0)
  return [
    ...slips.flatMap((slip) => slipDefect(material, operation, place, slip, holder)),
    ...memberSlips(material, operation, place, samples),
  ]
}

function valuesAt(body: unknown, way: readonly string[]): unknown[] {
  return pointersTo(body, way)
    .map((at) => valueAt(body, at))
    .filter((value) => value !== undefined)
}

function slipDefect(
  material: Material,
  operation: Operation,
  place: SchemaPlace,
  slip: Slip,
  holder: Sample | undefined,
): SeededDefect[] {
  const why =
    place.why ??
    assumptionAt(material.api.document, `${place.pointer}/${slip.keyword}`) ??
    whyNull(material, slip, place, holder)
  if (slip.repaired === undefined && holder === undefined) return []
  const body = holder && jsonIn(holder.request)
  const [at] = pointersTo(body, place.way)
  const witness =
    slip.repaired === undefined && holder !== undefined && at !== undefined
      ? { sample: holder, body: withChange(body, at, () => slip.witness) }
      : undefined
  return [
    defect(material, operation, {
      ...(witness && { witness }),
      operator: slip.operator,
      target: ['body', ...place.way].join('.'),
      tier: why === undefined ? 'documented' : 'assumed',
      expected: slip.repaired ? ACCEPTED : REFUSED,
      create: () => inBody(material, operation, place.way, slip),
    }),
  ]
}

/** A page that calls a member optional seldom says whether it may be null instead. */
function whyNull(
  { context }: Material,
  slip: Slip,
  { way }: SchemaPlace,
  holder: Sample | undefined,
): string | undefined {
  const media = holder && mediaOf(holder.draft)
  if (slip.operator !== 'null-accepted' || way.length === 0 || !media?.schema) return undefined
  const body = jsonIn(holder?.request as ProxyRequest)
  const [at = ''] = pointersTo(body, way)
  const left = withChange(body, at, () => undefined)
  return context.schemas.validate(pointerTo(media.pointer, 'schema'))(left).length === 0
    ? 'whether it may be null is not said'
    : undefined
}

function inBody(
  material: Material,
  operation: Operation,
  way: readonly string[],
  { concerns, repaired }: Slip,
): Behaviour {
  const concerned = (body: unknown): string[] =>
    pointersTo(body, way).filter((at) => valueAt(body, at) !== undefined && concerns(valueAt(body, at)))
  if (repaired === undefined) {
    const refusal = refusalOf(material, operation, 400)
    return answeringItself((call) =>
      call.operation === operation && concerned(jsonIn(call.request)).length > 0 ? refusal : undefined,
    )
  }
  return changingRequests(({ operation: called, request }) => {
    if (called !== operation) return undefined
    const body = jsonIn(request)
    const places = concerned(body)
    return places.length === 0
      ? undefined
      : withJson(
          request,
          places.toReversed().reduce((changed, at) => withChange(changed, at, repaired), body),
        )
  })
}

/** What breaks a keyword is accepted. `known` is a valid value, if one is known. */
export function leniencies(schema: JsonObject, known: unknown): Slip[] {
  const types = [schema['type']].flat()
  const slips: Slip[] = []
  const add = (
    operator: string,
    keyword: string,
    concerns: Slip['concerns'],
    repaired: NonNullable<Slip['repaired']>,
  ): void => void slips.push({ operator, keyword, concerns, repaired })
  const { enum: values, minimum, maximum, minLength, maxLength, minItems, maxItems, pattern, format } = schema
  if (types.includes('number') || types.includes('integer'))
    add(
      'number-as-text-accepted',
      'type',
      (value) => typeof value === 'string' && Number.isFinite(Number(value)) && value !== '',
      Number,
    )
  if ((types.includes('number') || types.includes('integer')) && known !== undefined)
    add(
      'text-as-number-accepted',
      'type',
      (value) => typeof value === 'string',
      () => known,
    )
  if (types.includes('boolean'))
    add(
      'flag-as-text-accepted',
      'type',
      (value) => value === 'true' || value === 'false',
      (value) => value === 'true',
    )
  if (types.includes('boolean')) add('flag-as-number-accepted', 'type', (value) => value === 1 || value === 0, Boolean)
  const isMade = known !== undefined || (pattern === undefined && format === undefined)
  if (types.includes('string') && !types.includes('number') && isMade)
    add(
      'text-as-number-accepted',
      'type',
      (value) => typeof value === 'number',
      (value) => known ?? String(value),
    )
  if (types.length > 0 && !types.includes('null') && schema['type'] !== undefined && known !== undefined)
    add(
      'null-accepted',
      'type',
      (value) => value === null,
      () => known,
    )
  if (types.includes('array') && !types.includes('object') && known !== undefined)
    add('object-as-list-accepted', 'type', isObject, () => known)
  if (types.includes('object') && !types.includes('array') && known !== undefined)
    add('list-as-object-accepted', 'type', Array.isArray, () => known)
  if (Array.isArray(values)) {
    const texts = values.filter((each): each is string => typeof each === 'string')
    const counterpart = (value: unknown): string | undefined =>
      texts.find((each) => typeof value === 'string' && each !== value && each.toLowerCase() === value.toLowerCase())
    if (texts.some((each) => each.toLowerCase() !== each.toUpperCase()))
      add(
        'any-letter-case-accepted',
        'enum',
        (value) => !texts.includes(value as string) && counterpart(value) !== undefined,
        (value) => counterpart(value),
      )
    add(
      'unlisted-value-accepted',
      'enum',
      (value) => typeof value === typeof values[0] && !values.includes(value),
      () => known ?? values[0],
    )
  }
  if (typeof minimum === 'number')
    add(
      'below-minimum-accepted',
      'minimum',
      (value) => typeof value === 'number' && value < minimum && value >= minimum - 1,
      () => minimum,
    )
  if (typeof maximum === 'number')
    add(
      'above-maximum-accepted',
      'maximum',
      (value) => typeof value === 'number' && value > maximum && value <= maximum + 1,
      () => maximum,
    )
  if (typeof minLength === 'number')
    add(
      'too-short-accepted',
      'minLength',
      (value) => typeof value === 'string' && [...value].length === minLength - 1,
      (value) => known ?? `${value as string}x`,
    )
  if (typeof maxLength === 'number')
    add(
      'too-long-accepted',
      'maxLength',
      (value) => typeof value === 'string' && [...value].length === maxLength + 1,
      (value) => [...(value as string)].slice(0, maxLength).join(''),
    )
  if (typeof minItems === 'number')
    add(
      'too-few-accepted',
      'minItems',
      (value) => Array.isArray(value) && value.length === minItems - 1,
      () => known ?? [],
    )
  if (typeof maxItems === 'number')
    add(
      'too-many-accepted',
      'maxItems',
      (value) => Array.isArray(value) && value.length === maxItems + 1,
      (value) => (value as unknown[]).slice(0, maxItems),
    )
  if (typeof pattern === 'string' && typeof known === 'string')
    add(
      'pattern-ignored',
      'pattern',
      (value) => typeof value === 'string' && !new RegExp(pattern, 'u').test(value),
      () => known,
    )
  if (typeof format === 'string' && typeof known === 'string' && typeof pattern !== 'string' && format !== 'password')
    add(
      'format-ignored',
      'format',
      (value) => typeof value === 'string' && value !== '' && !looksLike(format, value),
      () => known,
    )
  return slips
}

function looksLike(format: string, value: string): boolean {
  switch (format) {
    case 'uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
    case 'date-time':
      return /^\d{4}-\d{2}-\d{2}T/.test(value)
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(value)
    case 'email':
      return value.includes('@')
    default:
      return true
  }
}

/** What keeps a keyword is refused: at each bound, for a listed value, for text beyond ASCII. */
export function severities(schema: JsonObject, known: readonly unknown[]): Slip[] {
  const slips: Slip[] = []
  const add = (
    operator: string,
    keyword: string,
    witness: unknown,
    concerns: Slip['concerns'] = (value) => value === witness,
  ): void => void slips.push({ operator, keyword, concerns, witness })
  const { enum: values, minimum, maximum, minLength, maxLength, pattern, format } = schema
  const filled = (length: number): string => [...'Ab1@'.repeat(Math.ceil(length / 4))].slice(0, length).join('')
  if (Array.isArray(values)) {
    const rare = values.findLast((each: unknown) => !known.includes(each)) as unknown
    if (rare !== undefined) add('listed-value-refused', `enum/${String(rare)}`, rare)
  }
  if (typeof minimum === 'number') add('minimum-refused', 'minimum', minimum)
  if (typeof maximum === 'number') add('maximum-refused', 'maximum', maximum)
  if (typeof minLength === 'number' && minLength > 1)
    add(
      'shortest-refused',
      'minLength',
      filled(minLength),
      (value) => typeof value === 'string' && [...value].length === minLength,
    )
  if (typeof maxLength === 'number')
    add(
      'longest-refused',
      'maxLength',
      filled(maxLength),
      (value) => typeof value === 'string' && [...value].length === maxLength,
    )
  const flag = [true, false].find((each) => !known.includes(each))
  if (schema['type'] === 'boolean' && flag !== undefined) add('flag-refused', 'type', flag)
  const isText =
    schema['type'] === 'string' &&
    pattern === undefined &&
    format === undefined &&
    !Array.isArray(values) &&
    schema['const'] === undefined
  if (isText)
    add(
      'text-beyond-ascii-refused',
      'type',
      'Zoë Łukasz 漢字',
      (value) => typeof value === 'string' && /[^\0-\x7f]/.test(value),
    )
  return slips
}

/** Members that are required or not: a missing one accepted, an optional one required, others refused or accepted. */
function memberSlips(
  material: Material,
  operation: Operation,
  place: SchemaPlace,
  samples: readonly Sample[],
): SeededDefect[] {
  const { schema, way } = place
  const properties = isObject(schema['properties']) ? Object.keys(schema['properties']) : []
  const required = Array.isArray(schema['required'])
    ? schema['required'].filter((name) => typeof name === 'string')
    : []
  const holders = samples.flatMap(({ request }) => valuesAt(jsonIn(request), way)).filter(isObject)
  const lenient = required.flatMap((name) => {
    const value = holders.find((holder) => name in holder)?.[name]
    return value === undefined ? [] : [missingAccepted(material, operation, place, name, value)]
  })
  const optional = properties.filter((name) => !required.includes(name) && holders.some((holder) => name in holder))
  const strict = optional.map((name) => optionalRequired(material, operation, place, name, samples))
  return [...lenient, ...strict, ...openness(material, operation, place, samples)]
}

/** A scenario that has the object, with one member of it changed; `undefined` takes the member away. */
function changed(
  samples: readonly Sample[],
  way: readonly string[],
  name: string,
  value: unknown,
): Witness | undefined {
  for (const sample of samples) {
    const body = jsonIn(sample.request)
    const at = pointersTo(body, way).find(
      (each) => isObject(valueAt(body, each)) && (value !== undefined || name in (valueAt(body, each) as object)),
    )
    if (at !== undefined) return { sample, body: withChange(body, pointerTo(at, name), () => value) }
  }
  return undefined
}

function missingAccepted(
  material: Material,
  operation: Operation,
  place: SchemaPlace,
  name: string,
  value: unknown,
): SeededDefect {
  const why = place.why ?? assumptionAt(material.api.document, `${pointerTo(place.pointer, 'required')}/${name}`)
  return defect(material, operation, {
    operator: 'missing-accepted',
    target: ['body', ...place.way, name].join('.'),
    tier: tierOf(why),
    expected: ACCEPTED,
    create: () =>
      changingHolders(operation, place.way, (holder) => (name in holder ? undefined : { ...holder, [name]: value })),
  })
}

function optionalRequired(
  material: Material,
  operation: Operation,
  place: SchemaPlace,
  name: string,
  samples: readonly Sample[],
): SeededDefect {
  const witness = changed(samples, place.way, name, undefined)
  const why = place.why ?? assumptionAt(material.api.document, pointerTo(place.pointer, 'properties', name))
  const refusal = refusalOf(material, operation, 400)
  return defect(material, operation, {
    operator: 'optional-required',
    target: ['body', ...place.way, name].join('.'),
    tier: tierOf(why),
    expected: REFUSED,
    ...(witness && { witness }),
    create: () =>
      answeringItself((call) => {
        if (call.operation !== operation) return undefined
        const body = jsonIn(call.request)
        const lacks = pointersTo(body, place.way)
          .map((at) => valueAt(body, at))
          .some((holder) => isObject(holder) && !(name in holder))
        return lacks ? refusal : undefined
      }),
  })
}

/** Whether members that the schema does not know are taken. */
function openness(
  material: Material,
  operation: Operation,
  place: SchemaPlace,
  samples: readonly Sample[],
): SeededDefect[] {
  const { schema } = place
  const witness = changed(samples, place.way, 'understudyExtra', 1)
  if (!isObject(schema['properties']) || witness === undefined || typeof schema['additionalProperties'] !== 'boolean')
    return []
  const names = Object.keys(schema['properties'])
  const why = place.why ?? assumptionAt(material.api.document, pointerTo(place.pointer, 'additionalProperties'))
  const target = ['body', ...place.way].join('.')
  if (!schema['additionalProperties']) {
    const known = (holder: JsonObject): JsonObject =>
      Object.fromEntries(Object.entries(holder).filter(([name]) => names.includes(name)))
    return [
      defect(material, operation, {
        operator: 'undeclared-accepted',
        target,
        tier: tierOf(why),
        expected: ACCEPTED,
        create: () =>
          changingHolders(operation, place.way, (holder) =>
            Object.keys(holder).every((name) => names.includes(name)) ? undefined : known(holder),
          ),
      }),
    ]
  }
  const refusal = refusalOf(material, operation, 400)
  return [
    defect(material, operation, {
      operator: 'undeclared-refused',
      target,
      tier: tierOf(why),
      expected: REFUSED,
      witness,
      create: () =>
        answeringItself((call) => {
          if (call.operation !== operation) return undefined
          const body = jsonIn(call.request)
          const odd = pointersTo(body, place.way)
            .map((at) => valueAt(body, at))
            .some((holder) => isObject(holder) && Object.keys(holder).some((name) => !names.includes(name)))
          return odd ? refusal : undefined
        }),
    }),
  ]
}

function changingHolders(
  operation: Operation,
  way: readonly string[],
  change: (holder: JsonObject) => JsonObject | undefined,
): Behaviour {
  return changingRequests((call) => {
    if (call.operation !== operation) return undefined
    const body = jsonIn(call.request)
    let changed = body
    for (const at of pointersTo(body, way)) {
      const holder = valueAt(body, at)
      const next = isObject(holder) ? change(holder) : undefined
      if (next !== undefined) changed = withChange(changed, at, () => next)
    }
    return changed === body ? undefined : withJson(call.request, changed)
  })
}

/** The request bodies as a whole: what does not parse, other types, nothing at all. */
export function wholeBodyDefects(material: Material): SeededDefect[] {
  return material.api.operations.flatMap((operation) => {
    const sample = plainest(material, operation)
    const type = sample?.request.headers['content-type']
    if (sample === undefined || type === undefined || operation.requestBody === undefined) return []
    const of = (operator: string, expected: readonly CheckId[], create: SeededDefect['create']): SeededDefect =>
      defect(material, operation, { operator, target: '', tier: 'assumed', expected, create })
    const taken = (
      when: (body: Buffer, contentType: string | undefined) => boolean,
      more: { readonly body?: Buffer } = {},
    ): Behaviour =>
      changingRequests(({ operation: called, request }) =>
        called === operation && when(request.body, request.headers['content-type'])
          ? { ...request, headers: { ...request.headers, 'content-type': type }, ...more }
          : undefined,
      )
    const essence = (contentType: string | undefined): string =>
      (contentType ?? '').replace(/;.*/, '').trim().toLowerCase()
    const declared = Object.keys(operation.requestBody.content)
    const foreign = (contentType: string | undefined): boolean =>
      contentType !== undefined && !declared.includes(essence(contentType))
    const common = [
      of('media-type-ignored', ['media-type-accepted', 'invalid-accepted', 'flow'], () =>
        taken((_, contentType) => foreign(contentType), { body: sample.request.body }),
      ),
    ]
    if (!isJson(type)) return common
    const refusal = refusalOf(material, operation, 415)
    return [
      ...common,
      of('syntax-ignored', ['invalid-accepted', 'media-type-accepted', 'flow'], () =>
        taken((body, contentType) => body.byteLength > 0 && !foreign(contentType) && jsonIn({ body }) === undefined, {
          body: sample.request.body,
        }),
      ),
      of('empty-body-accepted', ['invalid-accepted', 'media-type-accepted'], () =>
        taken((body) => body.byteLength === 0, { body: sample.request.body }),
      ),
      of('charset-refused', ['valid-refused', 'flow', 'refusal-status'], () =>
        answeringItself(({ operation: called, request }) =>
          called === operation && /charset/i.test(request.headers['content-type'] ?? '') ? refusal : undefined,
        ),
      ),
      of('size-ignored', ['size-accepted', 'no-answer', 'flow'], () =>
        taken((body) => body.byteLength > 1024 * 1024, { body: sample.request.body }),
      ),
    ]
  })
}

function tierOf(why: string | undefined): Tier {
  return why === undefined ? 'documented' : 'assumed'
}

/** Two alternatives may say the same of one place. */
export function unique(defects: readonly SeededDefect[]): SeededDefect[] {
  const seen = new Map<string, SeededDefect>()
  for (const each of defects) {
    const same = seen.get(each.id)
    if (same === undefined || (same.tier === 'documented' && each.tier === 'assumed')) seen.set(each.id, each)
  }
  return [...seen.values()]
}

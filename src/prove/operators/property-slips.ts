import type { CheckId, Tier } from '../../conform/check.ts'
import { withChange } from '../../openapi/walk.ts'
import type { JsonObject, Operation } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { isObject, pointerTo, valueAt } from '../../openapi/pointer.ts'
import { answeringItself, changingRequests, jsonIn, withJson, type Behaviour } from '../call.ts'
import { defect, type SeededDefect, type Witness } from '../defect.ts'
import { pointersTo, valuesAt, type SchemaPlace } from '../places.ts'
import { refusalOf, type Material, type Sample } from '../samples.ts'

const ACCEPTED: readonly CheckId[] = ['invalid-accepted', 'refused-write-changed', 'refusal-status', 'echo', 'flow']
const REFUSED: readonly CheckId[] = ['valid-refused', 'flow', 'success-status']

/** Members that are required or not: a missing one accepted, an optional one required, others refused or accepted. */
export function propertySlips(
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

/** A scenario that has the object, with one property of it changed; `undefined` takes the property away. */
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

/** Whether properties that the schema does not know are taken. */
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

function tierOf(why: string | undefined): Tier {
  return why === undefined ? 'documented' : 'assumed'
}

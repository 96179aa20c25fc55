import { withChange } from '../../openapi/walk.ts'
import type { MediaTypeSpec, Operation } from '../../openapi/api.ts'
import { pointerTo, tokensOf, valueAt } from '../../openapi/pointer.ts'
import { changingAnswers, isSuccess, jsonIn, withJson } from '../call.ts'
import { defect, type SeededDefect } from '../defect.ts'
import { pointersTo, spread } from '../places.ts'
import { plainest, refusalsOf, type Material, type Sample } from '../samples.ts'
import { tierOf, mediaOf } from './answer-tiers.ts'
import { otherType } from './other-type.ts'
import { envelopeDefects } from './envelopes.ts'
import { refusalDefects } from './refusals.ts'

/** So many defects of one operator for one operation, spread over its properties. */
const MEMBERS = 8

/** Answers that are not what the spec says: properties, statuses, headers, content types, bodies. */
export function answerDefects(material: Material): SeededDefect[] {
  return material.api.operations.flatMap((operation) => {
    const sample = plainest(material, operation)
    return [
      ...(sample ? [...memberDefects(material, sample), ...envelopeDefects(material, sample)] : []),
      ...refusalKinds(material, operation).flatMap((refusal) => refusalDefects(material, refusal)),
    ]
  })
}

/** One sample for each status with which the operation refuses. */
function refusalKinds(material: Material, operation: Operation): Sample[] {
  const refusals = refusalsOf(material, operation)
  return refusals.filter(
    (each, index) => refusals.findIndex(({ answer }) => answer.status === each.answer.status) === index,
  )
}

interface Spoilt {
  readonly operator: string
  readonly value: (old: unknown) => unknown
}

const SPOILS: readonly Spoilt[] = [
  { operator: 'property-dropped', value: () => undefined },
  { operator: 'property-of-another-type', value: otherType },
  { operator: 'property-null', value: () => null },
  { operator: 'property-malformed', value: (old) => (typeof old === 'string' ? malformed(old) : undefined) },
  { operator: 'property-of-another-case', value: (old) => (typeof old === 'string' ? swappedCase(old) : undefined) },
]

function malformed(old: string): string {
  if (/^\d{4}-\d{2}-\d{2}T/.test(old)) return old.replace('T', ' ').replace(/(\.\d+)?Z$/, '')
  if (/^[0-9a-f]{8}-/.test(old)) return old.replaceAll('-', '')
  return `~${old}`
}

function swappedCase(old: string): string {
  return old === old.toUpperCase() ? old.toLowerCase() : old.toUpperCase()
}

/** Each operator on each property of the answer where the schema has something against it. */
function memberDefects(material: Material, sample: Sample): SeededDefect[] {
  const media = mediaOf(sample)
  const body = jsonIn(sample.answer)
  if (!media?.schema || body === undefined) return []
  const ways = waysIn(body, media, material)
  return SPOILS.flatMap(({ operator, value }) => {
    const made = ways.flatMap((way) => {
      const tier = tierOf(material, sample, media, spoilt(body, way, value))
      return tier === undefined ? [] : [{ way, tier }]
    })
    return spread(made, MEMBERS).map(({ way, tier }) =>
      defect(material, sample.operation, {
        operator,
        target: way.join('.'),
        tier,
        expected: ['body-schema', 'undeclared-property', 'echo', 'created-differs', 'flow'],
        create: () =>
          changingAnswers((answer, call) => {
            if (call.operation !== sample.operation || !isSuccess(answer) || answer.body.byteLength === 0)
              return undefined
            const old = jsonIn(answer)
            const changed = spoilt(old, way, value)
            return JSON.stringify(changed) === JSON.stringify(old) ? undefined : withJson(answer, changed)
          }),
      }),
    )
  })
}

/** The ways to all properties of a body, items and properties of any name written `*`. */
function waysIn(body: unknown, media: MediaTypeSpec, material: Material): string[][] {
  const places = material.context.schemas.applied(pointerTo(media.pointer, 'schema'), body)
  const names = new Set(places.filter(({ at }) => at !== '' && !/\/\d+$/.test(at)).map(({ place }) => place))
  return [...names].map((place) => tokensOf(place))
}

function spoilt(body: unknown, way: readonly string[], value: (old: unknown) => unknown): unknown {
  return pointersTo(body, way)
    .filter((at) => valueAt(body, at) !== undefined)
    .reduce((changed, at) => withChange(changed, at, value), body)
}

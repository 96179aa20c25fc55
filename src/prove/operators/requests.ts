import type { CheckId } from '../../conform/check.ts'
import { mediaOf } from '../../conform/cases/draft.ts'
import { withChange } from '../../openapi/walk.ts'
import type { Operation } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { isJson } from '../../openapi/media-type.ts'
import { pointerTo, valueAt } from '../../openapi/pointer.ts'
import { answeringItself, changingRequests, jsonIn, withJson, type Behaviour, type ProxyRequest } from '../call.ts'
import { defect, unique, type SeededDefect } from '../defect.ts'
import { placesOf, pointersTo, valuesAt, type SchemaPlace } from '../places.ts'
import { refusalOf, successesOf, type Material, type Sample } from '../samples.ts'

import { mayBeLookedUp } from '../../conform/cases/may-be-looked-up.ts'
import { leniencies, severities, type Slip } from './slips.ts'
import { propertySlips } from './property-slips.ts'

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
    ...propertySlips(material, operation, place, samples),
  ]
}

/** A server may refuse a name that it has to look up, and take a list where another form of the body is one. */
function whyMadeUp({ operator }: Slip, { way }: SchemaPlace): string | undefined {
  if (operator === 'text-beyond-ascii-refused' && mayBeLookedUp(way.join('/')))
    return 'no page promises that a made-up value is known'
  return operator === 'array-as-object-accepted' && way.length === 0
    ? 'whether a list of one is as good as the one is not said'
    : undefined
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
    whyNull(material, slip, place, holder) ??
    whyMadeUp(slip, place)
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

/** A page that calls a property optional seldom says whether it may be null instead. */
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

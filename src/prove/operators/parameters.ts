import type { CheckId } from '../../conform/check.ts'
import { keyOf } from '../../conform/cases/draft.ts'
import type { Operation } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import {
  decodeQuery,
  decodeSimple,
  encodeQuery,
  encodeSimple,
  parseQuery,
  type Parameter,
} from '../../openapi/parameter.ts'
import { isObject, pointerTo, valueAt } from '../../openapi/pointer.ts'
import { answeringItself, changingRequests, withHeaders, type Behaviour, type ProxyRequest } from '../call.ts'
import { defect, unique, type SeededDefect } from '../defect.ts'
import { placesOf, pointersTo, type SchemaPlace } from '../places.ts'
import { withChange } from '../../openapi/walk.ts'
import { plainest, refusalOf, type Material } from '../samples.ts'
import { leniencies, severities, type Slip } from './slips.ts'

const ACCEPTED: readonly CheckId[] = ['invalid-accepted', 'refusal-status', 'stale-tag-accepted', 'flow']
const REFUSED: readonly CheckId[] = ['valid-refused', 'flow', 'page-wrong', 'sort-wrong']

/** Parameters of queries and headers that may be missing or be anything, or that a server reads too strictly. */
export function parameterDefects(material: Material): SeededDefect[] {
  return material.api.operations.flatMap((operation) => {
    const draft = plainest(material, operation)?.draft
    const sent = operation.parameters.filter(({ in: place }) => place !== 'path')
    return unique(
      sent.flatMap((parameter) => [
        ...missing(material, operation, parameter, draft?.values[keyOf(parameter)]),
        ...placesOf(material.api.document, pointerTo(parameter.pointer, 'schema')).flatMap((place) =>
          slips(material, operation, parameter, place, draft?.values[keyOf(parameter)]),
        ),
      ]),
    )
  })
}

function missing(material: Material, operation: Operation, parameter: Parameter, known: unknown): SeededDefect[] {
  if (!parameter.required || known === undefined) return []
  const why = assumptionAt(material.api.document, pointerTo(parameter.pointer, 'required'))
  return [
    defect(material, operation, {
      operator: 'missing-accepted',
      target: `${parameter.in}.${parameter.name}`,
      tier: why === undefined ? 'documented' : 'assumed',
      expected: ACCEPTED,
      create: () =>
        changingRequests(({ operation: called, request }) =>
          called === operation && valueOf(request, parameter) === undefined
            ? withValue(request, parameter, known)
            : undefined,
        ),
    }),
  ]
}

function slips(
  material: Material,
  operation: Operation,
  parameter: Parameter,
  place: SchemaPlace,
  known: unknown,
): SeededDefect[] {
  const here = pointersTo(known, place.way).map((at) => valueAt(known, at))
  const found = [...leniencies(place.schema, here[0]), ...severities(place.schema, here)]
  // The letters of a query have no type: a number may stand for a text and the other way round.
  const telling = found.filter(
    ({ operator }) =>
      ![
        'number-as-string-accepted',
        'boolean-as-string-accepted',
        'boolean-as-number-accepted',
        'null-accepted',
        'object-as-array-accepted',
        'array-as-object-accepted',
        'text-beyond-ascii-refused',
      ].includes(operator),
  )
  const isText = [place.schema['type']].flat().includes('string')
  return telling
    .filter(({ operator }) => !(isText && operator === 'string-as-number-accepted'))
    .map((slip) => {
      const why = place.why ?? assumptionAt(material.api.document, `${place.pointer}/${slip.keyword}`)
      return defect(material, operation, {
        operator: slip.operator,
        target: [`${parameter.in}.${parameter.name}`, ...place.way].join('.'),
        tier: why === undefined ? 'documented' : 'assumed',
        expected: slip.repaired ? ACCEPTED : REFUSED,
        create: () => inParameter(material, operation, parameter, place.way, slip),
      })
    })
}

function inParameter(
  material: Material,
  operation: Operation,
  parameter: Parameter,
  way: readonly string[],
  { concerns, repaired }: Slip,
): Behaviour {
  const concerned = (value: unknown): string[] =>
    pointersTo(value, way).filter((at) => valueAt(value, at) !== undefined && concerns(valueAt(value, at)))
  if (repaired === undefined) {
    const refusal = refusalOf(material, operation, 400)
    return answeringItself(({ operation: called, request }) =>
      called === operation && concerned(valueOf(request, parameter)).length > 0 ? refusal : undefined,
    )
  }
  return changingRequests(({ operation: called, request }) => {
    if (called !== operation) return undefined
    const value = valueOf(request, parameter)
    const places = concerned(value)
    return places.length === 0
      ? undefined
      : withValue(
          request,
          parameter,
          places.reduce((changed, at) => withChange(changed, at, repaired), value),
        )
  })
}

/** What a request says of a query or header parameter; `undefined` when it says nothing or cannot be read. */
export function valueOf({ url, headers }: ProxyRequest, parameter: Parameter): unknown {
  if (parameter.in === 'header') {
    const text = headers[parameter.name.toLowerCase()]
    return text === undefined ? undefined : decodeSimple(parameter, text)
  }
  const decoded = decodeQuery(parameter, parseQuery(url.split('?')[1] ?? ''))
  return decoded === undefined || 'malformed' in decoded ? undefined : decoded.value
}

/** The request with another value of a parameter; `undefined` takes it away. */
export function withValue(request: ProxyRequest, parameter: Parameter, value: unknown): ProxyRequest {
  if (parameter.in === 'header')
    return withHeaders(request, { [parameter.name.toLowerCase()]: value === undefined ? null : encodeSimple(value) })
  const [path = '', query = ''] = request.url.split('?')
  const isOwn = (name: string): boolean => name === parameter.name || name.startsWith(`${parameter.name}[`)
  const others = parseQuery(query).filter(([name]) => !isOwn(name))
  const own = value === undefined ? [] : encodeQuery(parameter, isObject(value) ? { ...value } : value)
  const text = [...others, ...own]
    .map(([name, each]) => `${encodeURIComponent(name)}=${encodeURIComponent(each)}`)
    .join('&')
  return { ...request, url: text === '' ? path : `${path}?${text}` }
}

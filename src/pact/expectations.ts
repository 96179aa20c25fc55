import { declaredKey } from '../openapi/responses.ts'
import type { Api, JsonObject, Operation, Pointer, ResponseSpec } from '../openapi/api.ts'
import { assumptionAt } from '../openapi/assumption.ts'
import { isObject, pointerTo } from '../openapi/pointer.ts'
import type { PactFileInteraction } from './contract-file.ts'
import { itemPointers, memberPointers, placesOf, whyAssumed, type Place } from './schema-places.ts'

/** Something that a pact expects and that only an assumption of ours promises. */
export interface AssumedExpectation {
  /** Below the interaction, such as `/response/body/meta`. */
  readonly pactPointer: Pointer
  readonly specPointer: Pointer
  readonly message: string
  readonly why: string
}

/** Every expectation of an interaction that rests on an inferred part of the spec; what is below one is not listed again. */
export function assumedExpectations(
  api: Api,
  operation: Operation,
  interaction: PactFileInteraction,
): AssumedExpectation[] {
  if (operation.inferred !== undefined) {
    return [
      {
        pactPointer: '/request',
        specPointer: operation.pointer,
        message: `requests ${operation.id}, which is an assumption`,
        why: operation.inferred,
      },
    ]
  }
  const { status } = interaction.response
  const declared = declaredKey(operation.responses, status)
  const response = declared === undefined ? undefined : operation.responses[declared]
  if (response === undefined || declared === undefined) return []
  const whole =
    assumptionAt(api.document, pointerTo(operation.pointer, 'responses', declared)) ??
    assumptionAt(api.document, response.pointer)
  if (whole !== undefined)
    return [
      {
        pactPointer: '/response',
        specPointer: response.pointer,
        message: `expects the answer ${status}, which is an assumption`,
        why: whole,
      },
    ]
  return [
    ...ofStatus(api, response, status),
    ...ofHeaders(response, interaction),
    ...ofBody(api, response, interaction),
  ]
}

function ofStatus(api: Api, response: ResponseSpec, status: number): AssumedExpectation[] {
  const why = assumptionAt(api.document, `${response.pointer}/status`)
  return why === undefined
    ? []
    : [
        {
          pactPointer: '/response/status',
          specPointer: response.pointer,
          message: `expects the status ${status}, which is an assumption`,
          why,
        },
      ]
}

function ofHeaders(response: ResponseSpec, interaction: PactFileInteraction): AssumedExpectation[] {
  return Object.keys(interaction.response.headers ?? {}).flatMap((name) => {
    const header = response.headers[name.toLowerCase()]
    if (header?.inferred === undefined) return []
    const pactPointer = pointerTo('/response/headers', name)
    return [
      {
        pactPointer,
        specPointer: header.pointer,
        message: `expects the header ${name}, which is an assumption`,
        why: header.inferred,
      },
    ]
  })
}

function ofBody(api: Api, response: ResponseSpec, interaction: PactFileInteraction): AssumedExpectation[] {
  const { body } = interaction.response
  const media = response.content['application/json']
  if (body === undefined || body === null || media?.schema === undefined) return []
  const isV4 = isObject(body) && 'content' in body && 'contentType' in body
  const [value, pactPointer] = isV4 ? [body['content'], '/response/body/content'] : [body, '/response/body']
  const why = assumptionAt(api.document, media.pointer)
  if (why !== undefined)
    return [{ pactPointer, specPointer: media.pointer, message: 'expects a body whose format is an assumption', why }]
  return inValue(api, value, pactPointer, [pointerTo(media.pointer, 'schema')])
}

function inValue(api: Api, value: unknown, at: Pointer, pointers: readonly Pointer[]): AssumedExpectation[] {
  const places = pointers.flatMap((pointer) => placesOf(api, pointer))
  if (Array.isArray(value))
    return value
      .slice(0, 1)
      .flatMap((entry: unknown, index) => inValue(api, entry, pointerTo(at, index), itemPointers(places)))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([member, entry]) => ofMember(api, places, member, entry, pointerTo(at, member)))
}

function ofMember(
  api: Api,
  places: readonly Place[],
  member: string,
  value: unknown,
  at: Pointer,
): AssumedExpectation[] {
  const pointers = memberPointers(places, member)
  for (const pointer of pointers) {
    const why = assumptionAt(api.document, pointer)
    if (why !== undefined)
      return [
        {
          pactPointer: at,
          specPointer: pointer,
          message: `expects the property ${member}, which is an assumption`,
          why,
        },
      ]
  }
  const place = places.find(({ schema }) => requires(schema, member))
  const why = place && whyAssumed(api, place, `required/${member}`)
  const presence =
    place === undefined || why === undefined
      ? []
      : [
          {
            pactPointer: at,
            specPointer: pointerTo(place.pointer, 'required'),
            message: `expects the property ${member}; that it is always there is an assumption`,
            why,
          },
        ]
  return [...presence, ...inValue(api, value, at, pointers)]
}

function requires(schema: JsonObject, member: string): boolean {
  return Array.isArray(schema['required']) && schema['required'].includes(member)
}

import { assumptionAt } from '../../openapi/assumption.ts'
import type { Operation, Pointer } from '../../openapi/api.ts'
import { isObject, pointerTo, valueAt } from '../../openapi/pointer.ts'
import type { Context } from '../context.ts'
import type { OutgoingRequest } from '../transport/transport.ts'

const KEYWORD = 'x-echoed-headers'

/** A member of an answer that is to repeat a header of the request, and does not. */
export interface HeaderEchoDifference {
  readonly name: string
  /** The keyword `x-echoed-headers` that asks for it. */
  readonly pointer: Pointer
  /** `undefined` where the header was not sent, so that the member has to be absent. */
  readonly sent: string | undefined
  readonly got: unknown
  readonly why: string | undefined
}

/** Holds every answer, refusals too, to `x-echoed-headers`: the members of an object that repeat headers by their name. */
export function headerEchoDifferences(
  context: Context,
  operation: Operation,
  request: OutgoingRequest,
  { schema, value }: { readonly schema: Pointer; readonly value: unknown },
): HeaderEchoDifference[] {
  if (!context.schemas.mentions(KEYWORD) || !operation.parameters.some((parameter) => parameter.in === 'header'))
    return []
  return context.schemas.applied(schema, value).flatMap((applied) => {
    const holder = valueOf(value, applied.at)
    return echoedBy(applied.schema).flatMap((name) => {
      const sent = headerOf(request, name)
      const got = holder?.[name]
      // Whether a blank header was sent is a matter of taste.
      if (sent === got || sent?.trim() === '') return []
      const pointer = pointerTo(applied.pointer, KEYWORD)
      return [{ name, pointer, sent, got, why: applied.inferred ?? assumptionAt(context.api.document, pointer) }]
    })
  })
}

function echoedBy(schema: unknown): readonly string[] {
  const names = isObject(schema) ? schema[KEYWORD] : undefined
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []
}

function headerOf({ headers }: OutgoingRequest, wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted.toLowerCase())?.[1]
}

function valueOf(value: unknown, at: Pointer): Readonly<Record<string, unknown>> | undefined {
  const holder = valueAt(value, at)
  return isObject(holder) ? holder : undefined
}

import { knowledgeOf } from '../apis/knowledge-of.ts'
import type { Knowledge } from '../apis/knowledge.ts'
import type { Operation, Pointer } from '../../openapi/api.ts'
import { isObject, valueAt } from '../../openapi/pointer.ts'
import { hasProperty } from '../../openapi/walk.ts'
import type { Context } from '../context.ts'
import type { OutgoingRequest } from '../transport/transport.ts'

/** A property of an answer that is to repeat a header of the request, and does not. */
export interface HeaderEchoDifference {
  readonly name: string
  /** The schema of the object. */
  readonly pointer: Pointer
  /** `undefined` where the header was not sent, so that the property has to be absent. */
  readonly sent: string | undefined
  readonly got: unknown
  readonly why: string | undefined
}

/** Compares every answer, refusals too, with the headers that an object of it repeats by their name, as `conform/apis/` knows. */
export function headerEchoDifferences(
  context: Context,
  operation: Operation,
  request: OutgoingRequest,
  { schema, value }: { readonly schema: Pointer; readonly value: unknown },
): HeaderEchoDifference[] {
  const { echoes } = knowledgeOf(context.api)
  if (echoes === undefined || !operation.parameters.some((parameter) => parameter.in === 'header')) return []
  // To walk the schema of every answer would cost more than all other checks of it together.
  if (!mayDiffer(echoes, request, value)) return []
  return context.schemas.applied(schema, value).flatMap(({ at, pointer }) => {
    const holder = valueOf(value, at)
    const echo = echoes[pointer]
    return (echo?.headers ?? []).flatMap((name) => {
      const sent = headerOf(request, name)
      const got = holder?.[name]
      // Whether a blank header was sent is a matter of taste.
      return sent === got || sent?.trim() === '' ? [] : [{ name, pointer, sent, got, why: echo?.why }]
    })
  })
}

/** Whether such a header was sent, or the answer has such a property anywhere. */
function mayDiffer(echoes: NonNullable<Knowledge['echoes']>, request: OutgoingRequest, value: unknown): boolean {
  const names = new Set(Object.values(echoes).flatMap(({ headers }) => headers))
  return [...names].some((name) => headerOf(request, name) !== undefined || hasProperty(value, name))
}

function headerOf({ headers }: OutgoingRequest, wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted.toLowerCase())?.[1]
}

function valueOf(value: unknown, at: Pointer): Readonly<Record<string, unknown>> | undefined {
  const holder = valueAt(value, at)
  return isObject(holder) ? holder : undefined
}

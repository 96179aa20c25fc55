import type { Operation, Pointer } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import type { Context } from '../context.ts'

/** Why a status of an operation is an assumption, if it is one. */
export function whyStatus(context: Context, operation: Operation, status: string): string | undefined {
  const { document } = context.api
  const { usage, place } = placesOf(operation, status)
  return (
    whyResponse(context, operation, status) ??
    assumptionAt(document, `${usage}/status`) ??
    assumptionAt(document, `${place}/status`)
  )
}

/** Why it is an assumption that there is such a response at all, whatever its status. */
export function whyResponse(context: Context, operation: Operation, status: string): string | undefined {
  const { usage, place } = placesOf(operation, status)
  return assumptionAt(context.api.document, usage) ?? assumptionAt(context.api.document, place)
}

function placesOf(operation: Operation, status: string): { readonly usage: Pointer; readonly place: Pointer } {
  const usage = pointerTo(operation.pointer, 'responses', status)
  return { usage, place: operation.responses[status]?.pointer ?? usage }
}

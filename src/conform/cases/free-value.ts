import type { Pointer } from '../../openapi/api.ts'
import { openAt } from '../../openapi/assumption.ts'
import { opennessOf, variablesIn } from '../../openapi/extensions.ts'
import { pointerTo, tokensOf, valueAt } from '../../openapi/pointer.ts'
import type { Applied } from '../../openapi/walk.ts'
import type { Context } from '../context.ts'

/** Whether a rule beyond the schema decides over the value: an id that must exist, or what the spec marks with `x-open`. */
export function isFree(context: Context, schema: Pointer, value: unknown, applied: Applied): boolean {
  const here = valueAt(value, applied.at)
  if (isReference(context, here)) return false
  if (!['type', 'enum', 'format'].some((keyword) => keyword in applied.schema)) return false
  return !hasRule(context, schema, value, applied.at)
}

export function hasRule(context: Context, schema: Pointer, value: unknown, at: string): boolean {
  const places = tokensOf(at).map((_, index, all) => pointerTo('', ...all.slice(0, index + 1)))
  return context.schemas
    .applied(schema, value)
    .some(
      (each) =>
        (each.at === '' || places.includes(each.at)) &&
        (opennessOf(each.schema).rule !== undefined || isLeftOpen(context, each)),
    )
}

function isLeftOpen(context: Context, { pointer }: Applied): boolean {
  return openAt(context.api.document, pointer) !== undefined
}

export function hasRuleBelow(context: Context, schema: Pointer, value: unknown, at: string): boolean {
  return context.schemas
    .applied(schema, value)
    .some((each) => each.at.startsWith(`${at}/`) && opennessOf(each.schema).rule !== undefined)
}

function isReference(context: Context, value: unknown): boolean {
  if (isId(value)) return true
  if (value === '' || typeof value === 'boolean' || typeof value === 'object') return false
  return variablesIn(context.api.document).some(
    (variable) => variable.value === value || context.target.variables[variable.name] === value,
  )
}

/** A UUID or the hexadecimal key of a document store. */
export function isId(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    /^(?:[0-9a-f]{24}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(value)
  )
}

import type { Pointer } from '../../openapi/api.ts'
import { pointerTo, tokensOf, valueAt } from '../../openapi/pointer.ts'
import type { SchemaError } from '../../openapi/validator.ts'
import type { Schemas } from '../../openapi/walk.ts'

/** A page that calls a property optional seldom says whether it may be null instead: why such an error is an assumption. */
export function whyOptionalNull(
  schemas: Schemas,
  schema: Pointer,
  value: unknown,
  { at }: SchemaError,
): string | undefined {
  if (at === '' || valueAt(value, at) !== null) return undefined
  const tokens = tokensOf(at)
  const name = tokens.at(-1) ?? ''
  const holder = pointerTo('', ...tokens.slice(0, -1))
  const isRequired = schemas
    .applied(schema, value)
    .some(
      (each) => each.at === holder && Array.isArray(each.schema['required']) && each.schema['required'].includes(name),
    )
  return isRequired ? undefined : 'whether a property that may be left out may be null is not said'
}

import type { JsonObject, Pointer } from './json.ts'
import { isObject, valueAt } from './pointer.ts'
import { foldedShape } from './sample-shape.ts'
import type { SchemaError, Validator } from './validator.ts'

/**
 * A validator that does not miss what only the other side has: a required property that is `readOnly` in a request, or
 * `writeOnly` in an answer (OpenAPI 3.0, 4.7.24.2, which 3.1 no longer says and everybody still means).
 */
export function ofOneSide(
  root: JsonObject,
  pointer: Pointer,
  keyword: 'readOnly' | 'writeOnly',
  validate: Validator,
): Validator {
  return (value) => {
    const errors = validate(value)
    return errors.length === 0 ? errors : errors.filter((error) => !isOfOtherSide(root, pointer, keyword, error))
  }
}

function isOfOtherSide(root: JsonObject, pointer: Pointer, keyword: string, error: SchemaError): boolean {
  const { missingProperty } = error.params
  if (error.keyword !== 'required' || typeof missingProperty !== 'string') return false
  const holder = valueAt(root, error.pointer.slice(0, error.pointer.lastIndexOf('/')))
  // One part of an `allOf` may require what another one describes.
  const schemas = error.at === '' ? [holder, valueAt(root, pointer)] : [holder]
  return schemas.some((schema) => {
    const { properties } = foldedShape(root, schema, 0).schema
    const property = isObject(properties) ? properties[missingProperty] : undefined
    return property !== undefined && foldedShape(root, property, 0).schema[keyword] === true
  })
}

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
  // The same few properties are missed again and again, and what a schema says of them does not change.
  const known = new Map<string, boolean>()
  const isMissed = (error: SchemaError): boolean => {
    const { missingProperty } = error.params
    if (error.keyword !== 'required' || typeof missingProperty !== 'string') return true
    const key = `${error.pointer} ${missingProperty} ${error.at === ''}`
    const isOther = known.get(key) ?? isOfOtherSide(root, error.at === '' ? pointer : undefined, keyword, error)
    known.set(key, isOther)
    return !isOther
  }
  return (value) => {
    const errors = validate(value)
    return errors.length === 0 ? errors : errors.filter(isMissed)
  }
}

function isOfOtherSide(
  root: JsonObject,
  whole: Pointer | undefined,
  keyword: string,
  { pointer, params }: SchemaError,
): boolean {
  const name = String(params['missingProperty'])
  const holder = valueAt(root, pointer.slice(0, pointer.lastIndexOf('/')))
  // One part of an `allOf` may require what another one describes.
  const schemas = whole === undefined ? [holder] : [holder, valueAt(root, whole)]
  return schemas.some((schema) => {
    const { properties } = foldedShape(root, schema, 0).schema
    const property = isObject(properties) ? properties[name] : undefined
    return property !== undefined && foldedShape(root, property, 0).schema[keyword] === true
  })
}

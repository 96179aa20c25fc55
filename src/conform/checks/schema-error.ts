import type { SchemaError } from '../../openapi/validator.ts'

/** What a schema asks for, as a sentence. */
export function explain(error: SchemaError): string {
  return `${placeName(error.at)} ${error.message}${detail(error)}`
}

/** Where in a body, with `*` for the numbers of items: the same mistake in each item is one finding. */
function placeName(at: string): string {
  return at === '' ? 'the body' : at.replaceAll(/\/\d+(?=\/|$)/g, '/*')
}

/** Which property or values an error is about, in brackets. */
function detail(error: SchemaError): string {
  const { additionalProperty, unevaluatedProperty, allowedValues } = error.params
  const member = additionalProperty ?? unevaluatedProperty
  if (member !== undefined) return ` (${String(member)})`
  return Array.isArray(allowedValues) && allowedValues.length <= 8 ? ` (${allowedValues.join(', ')})` : ''
}

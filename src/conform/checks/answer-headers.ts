import type { HeaderSpec } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import type { Failure } from '../check.ts'
import { fail, whyOf, type Place } from './answer-place.ts'
import { explain } from './schema-error.ts'

/** Whether the required headers are there and each is valid. */
export function checkHeaders(place: Place): Failure[] {
  return Object.entries(place.spec.headers).flatMap(([name, header]) => {
    const value = place.answer.headers[name]
    // A HEAD may leave out what only describes the content (RFC 9110, section 9.3.2).
    if (value === undefined)
      return header.required && place.exchanged.sent.method !== 'HEAD' ? [missingHeader(place, name, header)] : []
    return headerErrors(place, name, header, value)
  })
}

function missingHeader(place: Place, name: string, header: HeaderSpec): Failure {
  const { document } = place.context.api
  return fail(place, {
    check: 'header-missing',
    pointer: header.pointer,
    message: `${place.answer.status} lacks the header ${name}`,
    expected: `a header ${name}`,
    why: whyOf(place, '') ?? header.inferred ?? assumptionAt(document, `${header.pointer}/required`),
  })
}

function headerErrors(place: Place, name: string, header: HeaderSpec, text: string): Failure[] {
  const { type } = header.schema
  const value: unknown = (type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  const [error] = header.validate(value)
  if (!error) return []
  return [
    fail(place, {
      check: 'header-invalid',
      pointer: error.pointer,
      message: `the header ${name} ${error.message}`,
      expected: explain(error),
      got: `${name}: ${text}`,
      why: whyOf(place, '') ?? header.inferred ?? place.context.schemas.whyOf(`${header.pointer}/schema`, value, error),
    }),
  ]
}

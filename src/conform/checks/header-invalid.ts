import type { HeaderSpec } from '../../openapi/api.ts'
import { whyOf, type Place } from './answered.ts'
import type { AnswerCheck, Breach } from './check-definition.ts'
import { explain } from './schema-error.ts'

export const headerInvalid = {
  id: 'header-invalid',
  promises: 'headers match their schema',
  appliesTo: 'every-answer',
  breaches: ({ place }) => {
    if (place === undefined) return []
    return Object.entries(place.spec.headers).flatMap(([name, header]) => {
      const text = place.answer.headers[name]
      return text === undefined ? [] : headerBreaches(place, name, header, text)
    })
  },
} as const satisfies AnswerCheck

function headerBreaches(place: Place, name: string, header: HeaderSpec, text: string): Breach[] {
  const { type } = header.schema
  const value: unknown = (type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  const [error] = header.validate(value)
  if (!error) return []
  return [
    {
      pointer: error.pointer,
      message: `the header ${name} ${error.message}`,
      expected: explain(error),
      got: `${name}: ${text}`,
      why: whyOf(place, '') ?? header.inferred ?? place.context.schemas.whyOf(`${header.pointer}/schema`, value, error),
    },
  ]
}

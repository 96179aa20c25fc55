import { assumptionAt } from '../../openapi/assumption.ts'
import { whyOf } from './answered.ts'
import type { AnswerCheck } from './check-definition.ts'

export const headerMissing = {
  id: 'header-missing',
  promises: 'required headers are sent',
  appliesTo: 'every-answer',
  breaches: ({ place }) => {
    // A HEAD may leave out what only describes the content (RFC 9110, section 9.3.2).
    if (place === undefined || place.exchanged.sent.method === 'HEAD') return []
    const { answer, context, spec } = place
    return Object.entries(spec.headers)
      .filter(([name, { required }]) => required && answer.headers[name] === undefined)
      .map(([name, header]) => ({
        pointer: header.pointer,
        message: `${answer.status} lacks the header ${name}`,
        expected: `a header ${name}`,
        why: whyOf(place, '') ?? header.inferred ?? assumptionAt(context.api.document, `${header.pointer}/required`),
      }))
  },
} as const satisfies AnswerCheck

import { pointerTo } from '../../openapi/pointer.ts'
import { whyOf } from './answered.ts'
import type { AnswerCheck } from './check-definition.ts'

export const contentType = {
  id: 'content-type',
  promises: 'the content type is declared, and present where there is a body',
  appliesTo: 'every-answer',
  breaches: ({ place }) => {
    if (place?.content.kind !== 'other-type') return []
    const { answer, content, spec } = place
    const what = content.type === '' ? 'a body without a content type' : `the content type ${content.type}`
    return [
      {
        pointer: pointerTo(spec.pointer, 'content'),
        message: `${answer.status} has ${what}`,
        expected: Object.keys(spec.content).join(' or '),
        why: whyOf(place, '/content'),
      },
    ]
  },
} as const satisfies AnswerCheck

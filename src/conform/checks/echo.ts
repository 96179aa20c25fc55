import { pointerTo } from '../../openapi/pointer.ts'
import type { AnswerCheck } from './check-definition.ts'
import { headerEchoDifferences } from './header-echo-differences.ts'
import { whyOfMedia } from './schema-breaches.ts'

export const echo = {
  id: 'echo',
  promises: 'what was sent comes back in the answer',
  appliesTo: 'every-answer',
  breaches: ({ context, exchanged, place }) => {
    if (place?.content.kind !== 'value' || place.operation === undefined) return []
    const { media, value } = place.content
    const body = { schema: pointerTo(media.pointer, 'schema'), value }
    const { status } = place.answer
    return headerEchoDifferences(context, place.operation, exchanged.sent, body).map(
      ({ name, pointer, sent, got, why }) => ({
        pointer,
        message: `${status}: ${name} ${sent === undefined ? 'is there, though the request has no such header' : 'is not the one of the request'}`,
        expected: `${name}: ${sent ?? 'nothing'}`,
        got: `${name}: ${String(got)}`,
        why: whyOfMedia(place, media) ?? why,
      }),
    )
  },
} as const satisfies AnswerCheck

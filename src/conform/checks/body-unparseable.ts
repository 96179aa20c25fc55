import { pointerTo } from '../../openapi/pointer.ts'
import { sampleOf } from '../cases/sample.ts'
import { whyOf, type Place } from './answered.ts'
import type { AnswerCheck } from './check-definition.ts'
import { whyOfMedia } from './schema-breaches.ts'

export const bodyUnparseable = {
  id: 'body-unparseable',
  promises: 'the body is what its content type says',
  appliesTo: 'every-answer',
  breaches: ({ place }) => {
    if (place?.content.kind === 'missing') {
      const message = `${place.answer.status} has no body`
      return [
        { pointer: place.spec.pointer, message, expected: 'a body', why: whyOf(place, '/content') ?? whyEmpty(place) },
      ]
    }
    if (place?.content.kind !== 'unparseable') return []
    const { media, reason } = place.content
    const what = hasMark(place.answer.body) ? 'starts with a byte order mark' : 'is not JSON'
    const message = `the body of ${place.answer.status} ${what}`
    return [{ pointer: media.pointer, message, expected: `JSON (${reason})`, why: whyOfMedia(place, media) }]
  },
} as const satisfies AnswerCheck

/** JSON must not begin with one (RFC 8259, section 8.1). */
function hasMark(body: Uint8Array): boolean {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf
}

/** Somebody else's document may name a content type and say nothing of it, or ask for a value that there is none of. */
function whyEmpty({ context, spec }: Place): string | undefined {
  if (context.api.strict) return undefined
  const isSaid = Object.values(spec.content).some(
    ({ pointer, schema }) => schema && sampleOf(context.schemas, pointerTo(pointer, 'schema'), 'answer') !== undefined,
  )
  return isSaid ? undefined : 'the document does not say what the body is'
}

import { FORM } from '../../../openapi/media-type.ts'
import type { RequestCase } from '../../case.ts'
import type { BaseRequest } from '../body-cases.ts'
import type { Context } from '../../context.ts'
import { preferring, refusal, requestCase } from '../request-case.ts'
import { whyResponse } from '../../checks/why-status.ts'

const MAY_BE_GUESSED = 'the type of a body that has none may be guessed (RFC 9110, section 8.3)'

const FOREIGN = [
  'text/plain',
  'application/xml',
  FORM,
  'application/octet-stream',
  'text/html',
  'application/vnd.understudy+json',
]

/** A right body under a content type that the operation does not declare, and under none. */
export function mediaTypeCases(context: Context, base: BaseRequest, data: string | Uint8Array): RequestCase[] {
  const { contentType = '', operation } = base.draft
  const multipart = contentType.startsWith('multipart/form-data') ? [contentType.replace('form-data', 'mixed')] : []
  const foreign = [...multipart, ...FOREIGN].filter((type) => !(type in (operation.requestBody?.content ?? {})))
  return [...foreign, undefined].map((type) => sentAs(context, base, data, type))
}

function sentAs(
  context: Context,
  { draft, given }: BaseRequest,
  data: string | Uint8Array,
  contentType: string | undefined,
): RequestCase {
  const { operation } = draft
  return {
    ...requestCase(context, {
      name: contentType === undefined ? 'body has no content type' : `body is sent as ${contentType}`,
      kind: 'protocol',
      draft: { ...draft, contentType, body: { kind: 'raw', data } },
      expectation: refusal(preferring(operation, '415'), 'media-type-accepted'),
      pointer: operation.requestBody?.pointer ?? operation.pointer,
      // Where only the status is an assumption, accepting the body breaks what the page says.
      why:
        whyResponse(context, operation, '415') ??
        (contentType === undefined && !context.api.strict ? MAY_BE_GUESSED : undefined),
      given,
    }),
    checks: ['media-type-accepted', 'refusal-status'],
  }
}

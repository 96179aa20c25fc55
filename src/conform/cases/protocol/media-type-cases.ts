import { FORM } from '../../../openapi/media-type.ts'
import type { Operation } from '../../../openapi/api.ts'
import type { RequestCase } from '../../case.ts'
import type { BaseRequest } from '../body-cases.ts'
import type { Context } from '../../context.ts'
import { preferring, refusal, requestCase } from '../request-case.ts'
import { whyResponse } from '../../checks/why-status.ts'

const MAY_BE_GUESSED = 'the type of a body that has none may be guessed (RFC 9110, section 8.3)'

const NOT_SAID = 'that another type is refused is not said'

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

/** Few documents say that a server must mind the type; those that declare 415 do. */
function whyForeign({ api }: Context, { responses }: Operation, contentType: string | undefined): string | undefined {
  if (api.strict) return undefined
  if (contentType === undefined) return MAY_BE_GUESSED
  return '415' in responses ? undefined : NOT_SAID
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
      why: whyResponse(context, operation, '415') ?? whyForeign(context, operation, contentType),
      given,
    }),
    checks: ['media-type-accepted', 'refusal-status'],
  }
}

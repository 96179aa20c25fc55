import type { RequestCase } from '../../case.ts'
import type { BaseRequest } from '../body-cases.ts'
import type { Context } from '../../context.ts'
import { bytesOf } from '../draft.ts'
import { isJson } from '../../../openapi/media-type.ts'
import { uploadLimitCases } from '../upload-cases.ts'
import { mediaTypeCases } from './media-type-cases.ts'
import { sizeCases } from './size-cases.ts'
import { unreadableCases } from './unreadable-cases.ts'

/** Bodies that cannot be read, that are of another type, or too large. */
export function bodyProtocolCases(context: Context, base: BaseRequest): RequestCase[] {
  const { operation, body, contentType } = base.draft
  if (!operation.requestBody || body.kind === 'none') return []
  const data = bytesOf(base.draft) ?? ''
  const types = mediaTypeCases(context, base, data)
  if (!isJson(contentType ?? '') || typeof data !== 'string') return [...types, ...uploadLimitCases(context, base)]
  return [...unreadableCases(context, base, data), ...types, ...sizeCases(context, base, data)]
}

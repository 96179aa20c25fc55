import { limitsOf } from '../../../openapi/extensions.ts'
import { valueAt } from '../../../openapi/pointer.ts'
import type { RequestCase } from '../../case.ts'
import type { BaseRequest } from '../body-cases.ts'
import type { Context } from '../../context.ts'
import type { Draft } from '../draft.ts'
import { refusal, refusalStatuses, requestCase } from '../request-case.ts'
import { whyStatus } from '../../checks/why-status.ts'

const DEFAULT_LIMIT = 1024 * 1024

/** A body beyond the limit of a declared 413, and one that is just as large as the limit. */
export function sizeCases(context: Context, base: BaseRequest, text: string): RequestCase[] {
  const { operation } = base.draft
  const declared = operation.responses['413']
  if (!declared) return []
  const { bytes: limit = DEFAULT_LIMIT } = limitsOf(valueAt(context.api.document, declared.pointer))
  const padded = (length: number, content: string): Partial<Draft> => ({
    body: { kind: 'raw', data: content + ' '.repeat(Math.max(0, length - Buffer.byteLength(content))) },
  })
  const make = (name: string, draft: Draft, statuses: readonly string[]): RequestCase => ({
    ...requestCase(context, {
      name,
      kind: 'protocol',
      draft,
      expectation: refusal(statuses, 'size-accepted'),
      pointer: declared.pointer,
      why: whyStatus(context, operation, '413'),
      given: base.given,
    }),
    checks: ['size-accepted', 'refusal-status'],
  })
  return [
    make('body is larger than the limit', { ...base.draft, ...padded(limit + 1, text) }, ['413']),
    make(
      'body is unreadable and as large as the limit',
      { ...base.draft, ...padded(limit, text.slice(0, -1)) },
      refusalStatuses(operation),
    ),
  ]
}

import type { Context } from '../context.ts'
import { whyStatus } from '../checks/why-status.ts'
import { errorWithSuccessStatus } from '../checks/error-with-success-status.ts'
import type { Criterion } from './criterion.ts'
import type { TraceEntry } from './workflow-result.ts'

/**
 * Why a criterion about the status breaks an assumption only: a success with another status than the spec's breaks as much
 * as the spec says of this status, and an error with the status of a success is a refusal where the spec leaves that open.
 */
export function criterionAssumption(
  context: Context,
  { text }: Criterion,
  { step, exchanged }: TraceEntry,
): string | undefined {
  const { outcome } = exchanged
  if (outcome.kind !== 'answer' || outcome.status < 200 || outcome.status >= 300) return undefined
  const [, success] = /^\$statusCode == (2\d\d)$/.exec(text) ?? []
  if (success !== undefined) return whyStatus(context, step.operation, success)
  return text.startsWith('$statusCode >= 400') ? errorWithSuccessStatus(context, step.operation, exchanged) : undefined
}

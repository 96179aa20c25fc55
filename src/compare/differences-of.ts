import { assumptionAt } from '../openapi/assumption.ts'
import { pointerTo } from '../openapi/pointer.ts'
import type { Context } from '../conform/context.ts'
import { whyStatus } from '../conform/checks/why-status.ts'
import { declaredKey } from '../openapi/responses.ts'
import type { Answer, Exchanged } from '../conform/transport/transport.ts'
import { bodyDifferences } from './body-differences.ts'
import type { Difference, ComparisonContext, Whole } from './difference.ts'
import { headerDifferences } from './header-differences.ts'
import type { Step } from './step.ts'

/** Compares the answers of both servers to one step, beyond ids, times and entity tags. */
export function differencesOf(
  comparison: ComparisonContext,
  step: Step,
  mock: Exchanged,
  target: Exchanged,
): Difference[] {
  const { context } = comparison
  const [ours, theirs] = [mock.outcome, target.outcome]
  if (ours.kind === 'no-answer') return []
  const { operation } = step
  if (theirs.kind === 'no-answer') {
    const message = `no answer (${theirs.code}); the mock answers ${ours.status}`
    return [
      {
        pointer: operation.pointer,
        message,
        expected: String(ours.status),
        got: theirs.message,
        why: undefined,
        place: { kind: 'status' },
      },
    ]
  }
  if (ours.status !== theirs.status) return [statusDifference(context, step, ours, theirs)]
  const key = declaredKey(operation.responses, ours.status)
  const spec = key === undefined ? undefined : operation.responses[key]
  if (key === undefined || !spec || target.sent.method !== operation.method) return []
  const whole: Whole = { ...comparison, operation, spec, key, status: ours.status }
  return [...headerDifferences(whole, ours, theirs), ...bodyDifferences(whole, mock, target)]
}

/** Whether a request is taken or refused is a promise of its own; by which number, another one. */
function statusDifference(context: Context, { operation, why }: Step, ours: Answer, theirs: Answer): Difference {
  const { document } = context.api
  const key = declaredKey(operation.responses, ours.status)
  const usage = pointerTo(operation.pointer, 'responses', key ?? String(ours.status))
  const place = key === undefined ? usage : (operation.responses[key]?.pointer ?? usage)
  const isSameKind = ours.status < 400 === theirs.status < 400
  const reason = isSameKind
    ? whyStatus(context, operation, String(ours.status))
    : (assumptionAt(document, usage) ?? assumptionAt(document, place))
  return {
    pointer: key === undefined ? operation.pointer : usage,
    message: `answered with ${theirs.status}; the mock answers ${ours.status}`,
    expected: told(ours),
    got: told(theirs),
    why: theirs.status >= 500 ? undefined : (why ?? reason),
    place: { kind: 'status' },
  }
}

function told({ status, text }: Answer): string {
  const body = text.length > 400 ? `${text.slice(0, 400)}…` : text
  return body === '' ? `${status} without a body` : `${status} ${body}`
}

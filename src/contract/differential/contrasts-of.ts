import { inferredAt } from '../../spec/inferred.ts'
import { pointerTo } from '../../spec/pointer.ts'
import type { Context } from '../cases/context.ts'
import { whyStatus } from '../cases/request-case.ts'
import { declaredKey } from '../checks/declared-key.ts'
import type { Answer, Exchanged } from '../transport.ts'
import { bodyContrasts } from './body-contrasts.ts'
import type { Contrast, Scene, Whole } from './contrast.ts'
import { headerContrasts } from './header-contrasts.ts'
import type { Step } from './step.ts'

/** Compares the answers of both servers to one step, beyond ids, times and entity tags. */
export function contrastsOf(scene: Scene, step: Step, mock: Exchanged, target: Exchanged): Contrast[] {
  const { context } = scene
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
  if (ours.status !== theirs.status) return [statusContrast(context, step, ours, theirs)]
  const key = declaredKey(operation, ours.status)
  const spec = key === undefined ? undefined : operation.responses[key]
  if (key === undefined || !spec || target.sent.method !== operation.method) return []
  const whole: Whole = { ...scene, operation, spec, key, status: ours.status }
  return [...headerContrasts(whole, ours, theirs), ...bodyContrasts(whole, mock, target)]
}

/** Whether a request is taken or refused is a promise of its own; by which number, another one. */
function statusContrast(context: Context, { operation, why }: Step, ours: Answer, theirs: Answer): Contrast {
  const { document } = context.api
  const key = declaredKey(operation, ours.status)
  const usage = pointerTo(operation.pointer, 'responses', key ?? String(ours.status))
  const place = key === undefined ? usage : (operation.responses[key]?.pointer ?? usage)
  const isSameKind = ours.status < 400 === theirs.status < 400
  const reason = isSameKind
    ? whyStatus(context, operation, String(ours.status))
    : (inferredAt(document, usage) ?? inferredAt(document, place))
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

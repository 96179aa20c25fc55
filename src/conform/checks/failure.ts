import type { Operation, Pointer } from '../../openapi/api.ts'
import type { CheckId, Failure } from '../check.ts'
import { curlOf, masked } from '../report/curl.ts'
import type { Exchanged } from '../transport/transport.ts'
import type { Context } from '../context.ts'

export interface FailureParts {
  readonly check: CheckId
  readonly operation: Operation | undefined
  readonly caseId: string
  readonly pointer: Pointer
  readonly message: string
  readonly expected: string
  readonly got: string
  /** Why it is an assumption; `undefined` for a documented promise. */
  readonly why: string | undefined
  readonly exchanges: readonly Exchanged[]
}

/** Makes the value that reports one difference, with the command that shows it and without secrets. */
export function failure(context: Pick<Context, 'api' | 'target'>, parts: FailureParts): Failure {
  const { secrets } = context.target
  const curls = parts.exchanges.map(({ sent }) => curlOf(sent, secrets))
  const message = masked(parts.message, secrets)
  return {
    check: parts.check,
    api: context.api.name,
    operation: parts.operation?.id,
    caseId: parts.caseId,
    pointer: parts.pointer,
    message,
    expected: masked(parts.expected, secrets),
    got: masked(parts.got, secrets),
    tier: parts.why === undefined ? 'documented' : 'assumed',
    ...(parts.why !== undefined && { why: parts.why }),
    exchanges: parts.exchanges,
    curl: curls.at(-1) ?? '',
    curls,
  }
}

/** What came, in a few words. */
export function seen(exchanged: Exchanged): string {
  const { outcome } = exchanged
  if (outcome.kind === 'no-answer') return `no answer: ${outcome.message}`
  const body = outcome.text.length > 400 ? `${outcome.text.slice(0, 400)}…` : outcome.text
  return body === '' ? `${outcome.status} without a body` : `${outcome.status} ${body}`
}

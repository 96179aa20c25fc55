import type { Operation, Pointer } from '../../openapi/api.ts'
import type { FlowCase, FlowRunner, Verdict } from '../case.ts'
import type { CheckId, Failure } from '../check.ts'
import { checkAnswer } from '../checks/check-answer.ts'
import { failure, seen } from '../checks/failure.ts'
import type { Exchanged, OutgoingRequest } from '../transport/transport.ts'
import type { Context } from '../context.ts'

export interface FlowParts {
  readonly name: string
  readonly kind: 'state' | 'list'
  readonly operation: Operation
  readonly checks: readonly CheckId[]
  /** Default: the operation's. */
  readonly pointer?: Pointer
  readonly why: string | undefined
  readonly changesNothing?: boolean
  readonly play: (flow: FlowContext) => Promise<void>
}

/** A flow while it is played: it sends, and says what is wrong. */
export interface FlowContext {
  readonly context: Context
  readonly runner: FlowRunner
  /** Sends a request and makes the checks that every answer has to pass. */
  send(request: OutgoingRequest, operation: Operation): Promise<Exchanged>
  fail(
    check: CheckId,
    message: string,
    parts: { expected: string; got: string; pointer?: Pointer; why?: string | undefined; last?: Exchanged },
  ): void
  /** Ends the flow: the server can't be brought to where the check begins. */
  notReached(reason: string): never
}

class NotReached extends Error {}

/** A flow as a case; what it creates is removed afterwards where the server can't be reset. */
export function flowCase(context: Context, parts: FlowParts): FlowCase {
  const { name, kind, operation, checks, pointer = operation.pointer, why, play } = parts
  const id = `${context.api.name}/${operation.id}: ${name}`
  return {
    id,
    name,
    kind,
    api: context.api.name,
    operation,
    checks,
    pointer,
    tier: why === undefined ? 'documented' : 'assumed',
    ...(why !== undefined && { why }),
    given: [],
    changesNothing: parts.changesNothing ?? false,
    play: (runner) => perform(context, id, parts, runner, play),
  }
}

/** Of credentials that no page speaks of, nobody can say with which status they are refused. */
function onItsGround({ pointer, why }: FlowParts, raised: Failure): Failure {
  if (
    pointer?.startsWith('/components/securitySchemes/') !== true ||
    raised.check !== 'status-undeclared' ||
    why === undefined
  )
    return raised
  return { ...raised, tier: 'assumed', why }
}

async function perform(
  context: Context,
  caseId: string,
  parts: FlowParts,
  runner: FlowRunner,
  play: FlowParts['play'],
): Promise<Verdict> {
  const failures: Failure[] = []
  const flow: FlowContext = {
    context,
    runner,
    send: async (request, operation) => {
      const exchanged = await runner.send(request)
      failures.push(...checkAnswer(context, { caseId, operation }, exchanged).map((each) => onItsGround(parts, each)))
      return exchanged
    },
    fail: (check, message, { expected, got, pointer = parts.pointer ?? parts.operation.pointer, last, ...others }) => {
      // A promise of the page may be part of a flow that is an assumption as a whole.
      const why = 'why' in others ? others.why : parts.why
      const exchanges = last ? runner.exchanges.slice(0, runner.exchanges.indexOf(last) + 1) : runner.exchanges.slice()
      failures.push(
        failure(context, {
          check,
          operation: parts.operation,
          caseId,
          pointer,
          message,
          expected,
          got,
          why,
          exchanges,
        }),
      )
    },
    notReached: (reason) => {
      throw new NotReached(reason)
    },
  }
  try {
    await play(flow)
  } catch (error) {
    if (!(error instanceof NotReached)) throw error
    if (failures.length === 0) return { kind: 'not-reached', reason: error.message }
  }
  return failures.length === 0 ? { kind: 'passed' } : { kind: 'failed', failures }
}

export function statusOf(exchanged: Exchanged): number {
  return exchanged.outcome.kind === 'answer' ? exchanged.outcome.status : 0
}

export function isOk(exchanged: Exchanged): boolean {
  return statusOf(exchanged) >= 200 && statusOf(exchanged) < 300
}

export { seen }

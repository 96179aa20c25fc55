import type { Operation, Pointer, ResponseSpec } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import type { Context } from '../context.ts'
import type { Failure } from '../check.ts'
import type { Answer, Exchanged } from '../transport/transport.ts'
import { failure, seen, type FailureParts } from './failure.ts'

/** Whose request an answer belongs to. */
export interface AnsweredRequest {
  readonly caseId: string
  /** `undefined` where routing is to refuse the request. */
  readonly operation: Operation | undefined
  /** Statuses that answer this request by right, declared or not. */
  readonly accepted?: readonly string[]
}

/** A request and what came of it. */
export interface Asked {
  readonly context: Context
  readonly subject: AnsweredRequest
  readonly exchanged: Exchanged
}

/** An answer beside the response that the spec declares for it. */
export interface Place extends Asked {
  readonly answer: Answer
  readonly spec: ResponseSpec
  /** Where the operation names the response, before any reference. */
  readonly usage: Pointer
}

/** Why a part of the declared response is an assumption, by its pointer below the response. */
export function whyOf(place: Place, below: string): string | undefined {
  const { document } = place.context.api
  return assumptionAt(document, `${place.usage}${below}`) ?? assumptionAt(document, `${place.spec.pointer}${below}`)
}

/** What is wrong with this answer. */
export function fail(
  asked: Asked,
  parts: Omit<FailureParts, 'operation' | 'caseId' | 'exchanges' | 'got'> & { got?: string },
): Failure {
  return failure(asked.context, {
    got: seen(asked.exchanged),
    ...parts,
    operation: asked.subject.operation,
    caseId: asked.subject.caseId,
    exchanges: [asked.exchanged],
  })
}

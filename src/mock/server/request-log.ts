import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { machineNow, machineTicks } from '../../store/clock.ts'
import type { Answer } from '../engine/engine.ts'
import { localUrlOf } from '../session/session-prefix.ts'
import { pathOf } from '../engine/request-head.ts'
import type { Context } from './responses.ts'

/** What became of a request, told when its answer is out. */
export interface RequestEvent {
  /** RFC 3339, by the machine's clock. */
  readonly at: string
  readonly method: string
  /** As sent, without query, mount and session prefix; any character may be in it. */
  readonly path: string
  /** 0 where no answer was given. */
  readonly status: number
  readonly api?: string
  readonly operationId?: string
  /** `default`, or the id of the session that the request named. */
  readonly session: string
  readonly durationMs: number
  /** The stage that refused it. */
  readonly refusedBy?: string
  /** Why, in a sentence. */
  readonly reason?: string
  /** Where the spec states the rule that was broken. */
  readonly pointer?: string
}

export type RequestListener = (event: RequestEvent) => void

/** What `send` knows of a request and its answer, for whoever logs it. */
export interface Outcome {
  readonly answer: Answer
  readonly context: Context
}

/** Tells a listener of every request. Without one nothing of this is registered, and costs nothing. */
export function registerRequestLog(app: FastifyInstance, listen: RequestListener): void {
  app.addHook('onRequest', (request, reply, done) => {
    const arrivedMs = machineTicks()
    reply.raw.once('close', () => listen(eventOf(request, reply, machineTicks() - arrivedMs)))
    done()
  })
}

function eventOf(request: FastifyRequest, reply: FastifyReply, elapsedMs: number): RequestEvent {
  const { answer, context } = request.mockOutcome ?? {}
  const operation = context?.plan?.operation
  const refusedBy = answer?.refusedBy ?? reply.getHeader('x-mock-refused-by')?.toString()
  const pointer = answer?.headers['x-mock-pointer'] ?? reply.getHeader('x-mock-pointer')?.toString()
  return {
    at: new Date(machineNow()).toISOString(),
    method: request.method,
    path: pathOf(localUrlOf(request.raw)),
    status: answer?.status === 0 ? 0 : reply.raw.statusCode,
    ...(operation && { api: operation.api, operationId: operation.id }),
    session: context?.session?.id ?? 'default',
    durationMs: Math.round(elapsedMs * 10) / 10,
    ...(refusedBy !== undefined && { refusedBy }),
    ...(answer?.reason !== undefined && { reason: answer.reason }),
    ...(refusedBy !== undefined && pointer !== undefined && { pointer }),
  }
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { machineNow, machineTicks } from '../../store/clock.ts'
import { localUrlOf } from '../session/session-prefix.ts'
import { pathOf } from '../engine/request-head.ts'
import type { Outcome } from './host.ts'
import type { RequestEvent, RequestListener } from './request-event.ts'

/** Tells a listener of every request. Without one nothing of this is registered, and costs nothing. */
export function registerRequestLog(app: FastifyInstance, listen: RequestListener): void {
  app.addHook('onRequest', (request, reply, done) => {
    const arrivedMs = machineTicks()
    reply.raw.once('close', () => listen(eventOf(request, reply, machineTicks() - arrivedMs)))
    done()
  })
}

function eventOf(request: FastifyRequest, reply: FastifyReply, elapsedMs: number): RequestEvent {
  const { answer, context }: Partial<Outcome> = request.mockOutcome ?? {}
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

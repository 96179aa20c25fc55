import type { FastifyReply, FastifyRequest } from 'fastify'
import { UnderstudyError } from '../errors.ts'
import { type Answer, problemAnswer } from '../mock/engine/engine.ts'
import { problemBody } from '../mock/engine/error-body.ts'
import type { Refusal } from '../mock/handlers/handler.ts'
import { ControlError } from '../mock/session/control-error.ts'
import { pointerTo } from '../openapi/pointer.ts'
import { pointerOf } from './call-pointer.ts'

/** A call that is refused before it reaches the control. */
export class RefusedCall extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/** What an error of Fastify, of the control or of a call says to the client. */
export function refusalOf(error: unknown, bodyLimit: number): Refusal {
  if (error instanceof RefusedCall) return error.refusal
  if (error instanceof ControlError) return rule(error.status, sentence(error.reason))
  if (error instanceof UnderstudyError) return rule(400, sentence(error.message))
  const { code, message = String(error) } = error as { code?: string; message?: string }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return { kind: 'refusal', by: 'size', status: 413, message: `The body is larger than ${bodyLimit} bytes.` }
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH')
    return {
      kind: 'refusal',
      by: 'syntax',
      status: 400,
      message: 'The body is not as long as its Content-Length says.',
    }
  return rule(500, `The mock failed: ${message}`)
}

/** Answers with RFC 9457's problem, who refused, and where the document says so. */
export function sendRefusal(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { status, by, headers, pointer = declaredAt(request, status) } = refusal
  noteOutcome(request, problemAnswer(refusal))
  return reply
    .code(status)
    .headers({ ...headers, 'x-mock-refused-by': by, ...(pointer !== undefined && { 'x-mock-pointer': pointer }) })
    .send(problemBody(refusal).body)
}

/** What a log of requests may tell of a call. */
export function noteOutcome(request: FastifyRequest, answer: Answer): void {
  const { mockSession } = request
  request.mockOutcome ??= { answer, context: mockSession ? { session: mockSession } : {} }
}

function declaredAt(request: FastifyRequest, status: number): string | undefined {
  const { response } = (request.routeOptions.schema ?? {}) as { response?: Readonly<Record<string, unknown>> }
  if (response?.[status] !== undefined) return pointerTo(pointerOf(request), 'responses', status)
  return status === 404 ? '/components/responses/NotFound' : undefined
}

function rule(status: number, message: string): Refusal {
  return { kind: 'refusal', by: 'rule', status, message }
}

/** Errors are written to stand behind a place; an answer stands alone. A JSON pointer or a name at its beginning stays as it is. */
function sentence(message: string): string {
  const text = /^[a-z]+ /.test(message) ? message.charAt(0).toUpperCase() + message.slice(1) : message
  return /[.!?]$/.test(text) ? text : `${text}.`
}

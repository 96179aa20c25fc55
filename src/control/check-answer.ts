import type { FastifyRequest } from 'fastify'
import type { InputCheck } from '../mock/session/input-check.ts'
import type { JsonObject } from '../openapi/api.ts'
import { pointerTo } from '../openapi/pointer.ts'
import { pointerOf } from './call-pointer.ts'

type Responses = Readonly<
  Record<string, { readonly content?: Readonly<Record<string, { readonly schema: JsonObject }>> }>
>

/** The mock must not break its own document either: an answer that does is counted in the session, as those of the APIs are. */
export function checkAnswer(inputs: InputCheck, request: FastifyRequest, status: number, body: unknown): void {
  const { response = {}, operationId = '' } = (request.routeOptions.schema ?? {}) as {
    response?: Responses
    operationId?: string
  }
  // Refusals have one shape, which is made in one place; 404 and 405 without a call are the document's as a whole.
  if (operationId === '' || (status >= 400 && status !== 500)) return
  const pointer = pointerTo(pointerOf(request), 'responses')
  const found = breachOf(inputs, response[status], status, body)
  if (!found) return
  const { mockSession } = request
  mockSession.addViolation({
    operationId,
    status,
    at: mockSession.world.clock.iso(),
    pointer: found.declared ? pointerTo(pointer, status) : pointer,
    message: found.message,
  })
}

function breachOf(
  inputs: InputCheck,
  declared: Responses[string] | undefined,
  status: number,
  body: unknown,
): { readonly declared: boolean; readonly message: string } | undefined {
  if (!declared) return { declared: false, message: `the status ${status} is not declared` }
  const schema = declared.content?.['application/json']?.schema
  const [error] = schema ? inputs.errorsOf(schema, body) : []
  return error && { declared: true, message: `body ${error.at} ${error.message}` }
}

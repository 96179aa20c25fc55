import type { FastifyReply, FastifyRequest } from 'fastify'
import { problemAnswer } from '../engine/engine.ts'
import { localUrlOf } from '../session/session-prefix.ts'
import { type AccessHead, refuseAccess } from './access.ts'
import { grantOrigin, isPreflight, preflightHeaders } from './cors.ts'
import type { Host } from './host.ts'
import { send } from './responses.ts'

/** Lets a request pass, or refuses it for where it comes from, or answers a preflight; a hook of Fastify. */
export type Guard = (request: FastifyRequest, reply: FastifyReply, pass: () => void) => void

export function createGuard(host: Host): Guard {
  const { access, cors = false } = host
  if (!access) return (_request, _reply, pass) => pass()
  return (request, reply, pass) => {
    const refusal = refuseAccess(headAt(request), access)
    if (refusal) return send(host, request, reply, problemAnswer(refusal))
    const isGranted = cors && grantOrigin(request.raw, access)
    if (isGranted && isPreflight(request.raw)) return answerPreflight(request, reply)
    pass()
  }
}

function answerPreflight({ raw }: FastifyRequest, reply: FastifyReply): void {
  reply.hijack()
  reply.raw.writeHead(204, preflightHeaders(raw)).end()
}

/** Paths are those below the mount. */
function headAt({ raw }: FastifyRequest): AccessHead {
  const url = localUrlOf(raw)
  if (url === raw.url) return raw
  const { method, headers, rawHeaders, socket } = raw
  return { method, url, headers, rawHeaders, socket }
}

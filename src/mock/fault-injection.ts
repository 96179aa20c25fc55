import type { FastifyReply } from 'fastify'
import type { Answer } from './engine.ts'
import type { Fault } from './faults.ts'
import type { Refusal } from './handler.ts'

const DEFAULT_DELAY_MS = 1000
const DEFAULT_STATUS = 503
const DRIP_PIECES = 10

/** The refusal that a `status` fault answers with, in the API's own error format. */
export function faultRefusal({ id, status = DEFAULT_STATUS }: Fault): Refusal {
  return { kind: 'refusal', by: 'fault', status, message: `This answer was asked for by ${id}.` }
}

/** What a fault does before the request is looked at: refuse, hang up, wait, or nothing yet. */
export function strikeBefore(fault: Fault, reply: FastifyReply, proceed: () => void, refuse: () => void): void {
  if (fault.phase === 'after') return proceed()
  switch (fault.kind) {
    case 'status':
      return refuse()
    case 'drop':
      return hangUp(reply)
    case 'delay':
      return void setTimeout(proceed, fault.delayMs ?? DEFAULT_DELAY_MS)
    default:
      return proceed()
  }
}

/** Sends an answer the wrong way; false where the fault leaves the answer alone. */
export function spoil(fault: Fault, reply: FastifyReply, answer: Answer): boolean {
  const { kind, phase = 'before' } = fault
  switch (kind) {
    case 'status':
      return false
    case 'delay':
      if (phase === 'after') setTimeout(() => reply.send(answer.text), fault.delayMs ?? DEFAULT_DELAY_MS)
      return phase === 'after'
    case 'drop':
      hangUp(reply)
      return true
    case 'content-type':
      reply.header('content-type', 'text/html; charset=utf-8').send(answer.text)
      return true
    case 'truncate':
      truncate(reply, answer)
      return true
    case 'drip':
      drip(fault, reply, answer)
      return true
  }
}

function hangUp(reply: FastifyReply): void {
  reply.hijack()
  reply.raw.destroy()
}

/** Announces the whole body, sends half of it and hangs up. */
function truncate(reply: FastifyReply, answer: Answer): void {
  const bytes = Buffer.from(answer.text ?? '')
  startRaw(reply, answer, bytes.length)
  reply.raw.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => reply.raw.destroy())
}

/** Sends the body in pieces over the time of the delay. */
function drip(fault: Fault, reply: FastifyReply, answer: Answer): void {
  const bytes = Buffer.from(answer.text ?? '')
  const size = Math.max(1, Math.ceil(bytes.length / DRIP_PIECES))
  const pauseMs = (fault.delayMs ?? DEFAULT_DELAY_MS) / DRIP_PIECES
  startRaw(reply, answer, bytes.length)
  const next = (from: number): void => {
    if (reply.raw.destroyed) return
    if (from >= bytes.length) return void reply.raw.end()
    reply.raw.write(bytes.subarray(from, from + size))
    setTimeout(() => next(from + size), pauseMs)
  }
  next(0)
}

function startRaw(reply: FastifyReply, answer: Answer, length: number): void {
  const headers = { ...reply.getHeaders(), 'content-length': length }
  reply.hijack()
  reply.raw.writeHead(answer.status, headers as Record<string, string | number>)
}

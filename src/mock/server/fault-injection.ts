import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { Answer } from '../engine/engine.ts'
import { later } from './delay.ts'
import { type Fault, phaseOf } from '../session/faults.ts'
import type { Refusal } from '../handlers/handler.ts'

const DEFAULT_DELAY_MS = 1000
const DEFAULT_STATUS = 503
const DRIP_PIECES = 10

/** The refusal that a `status` fault answers with, in the API's own error format. */
export function faultRefusal({ id, status = DEFAULT_STATUS }: Fault): Refusal {
  return { kind: 'refusal', by: 'fault', status, message: `This answer was asked for by ${id}.` }
}

/** What may become of a request that a fault hits before it is looked at. */
export interface Ways {
  proceed(): void
  /** Answer as a `status` fault does; the answer may still be spoiled. */
  refuse(): void
  /** Nobody will get an answer: the fault hung up, or the client did while it was kept waiting. */
  giveUp(): void
}

/** What a fault does before the request is looked at. */
export function matchBefore(fault: Fault, reply: FastifyReply, { proceed, refuse, giveUp }: Ways): void {
  if (phaseOf(fault) === 'after') return proceed()
  switch (fault.kind) {
    case 'delay':
      return later(reply.raw, fault.delayMs ?? DEFAULT_DELAY_MS, proceed, giveUp)
    case 'drop':
      giveUp()
      return hangUp(reply)
    default:
      return refuse()
  }
}

/** Whether the answer of a request that was let through gives way to the fault's own. */
export function replacesAnswer(fault: Fault | undefined): fault is Fault {
  return fault !== undefined && fault.kind === 'status' && phaseOf(fault) === 'after'
}

/** Sends an answer the wrong way, with `write` where only the time or the headers are wrong; false where the fault leaves the answer alone. */
export function applyFault(
  fault: Fault,
  raw: ServerResponse,
  answer: Answer,
  write: (answer: Answer) => void,
): boolean {
  switch (fault.kind) {
    case 'status':
      return false
    case 'delay':
      if (phaseOf(fault) === 'before') return false
      later(raw, fault.delayMs ?? DEFAULT_DELAY_MS, () => write(answer))
      return true
    case 'drop':
      raw.destroy()
      return true
    case 'content-type':
      write({ ...answer, headers: { ...answer.headers, 'content-type': 'text/html; charset=utf-8' } })
      return true
    case 'truncate':
      truncate(raw, answer)
      return true
    case 'drip':
      drip(fault, raw, answer)
      return true
  }
}

function hangUp(reply: FastifyReply): void {
  reply.hijack()
  reply.raw.destroy()
}

/** Announces the whole body, sends half of it and hangs up. */
function truncate(raw: ServerResponse, answer: Answer): void {
  const bytes = startBody(raw, answer)
  raw.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => raw.destroy())
}

/** Sends the body in pieces over the time of the delay. */
function drip(fault: Fault, raw: ServerResponse, answer: Answer): void {
  const bytes = startBody(raw, answer)
  const size = Math.max(1, Math.ceil(bytes.length / DRIP_PIECES))
  const pauseMs = (fault.delayMs ?? DEFAULT_DELAY_MS) / DRIP_PIECES
  const next = (from: number): void => {
    if (from >= bytes.length) return void raw.end()
    raw.write(bytes.subarray(from, from + size))
    later(raw, pauseMs, () => next(from + size))
  }
  next(0)
}

function startBody(raw: ServerResponse, { status, headers, text = '', encoding = 'utf8' }: Answer): Buffer {
  const bytes = Buffer.from(text, encoding)
  raw.writeHead(status, { ...headers, 'content-length': bytes.length })
  return bytes
}

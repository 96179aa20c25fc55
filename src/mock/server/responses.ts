import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../store/clock.ts'
import type { Answer } from '../engine/engine.ts'
import { faultRefusal, replacesAnswer, applyFault } from './fault-injection.ts'
import { headOf } from '../engine/request-head.ts'
import { corsHeaders } from './cors.ts'
import type { Context, Host } from './host.ts'
import { clientPrefixOf, localUrlOf } from '../session/session-prefix.ts'
import { notFoundAnswer } from './not-found.ts'

/** Stands in the journal for the answer that a fault kept from being given. */
export const noAnswer: Answer = {
  status: 0,
  headers: {},
  text: undefined,
  body: undefined,
  refusedBy: 'fault',
  exchange: undefined,
}

/** Sends an answer, spoiled where a fault says so, and notes it in journal and coverage. */
export function send(
  host: Host,
  request: FastifyRequest,
  reply: FastifyReply,
  given: Answer,
  context: Context = {},
): void {
  const answer = faultedAnswer(request, given, context)
  note(host, request, answer, context)
  // Nothing of Fastify's is left to do for an answer that is text already.
  reply.hijack()
  const { mockFault: fault, raw } = request
  const isHead = raw.method === 'HEAD'
  const extra = headersOfSession(raw, answer, (context.session ?? host.sessions.default).world.clock)
  const own = extra ? { ...answer, headers: { ...answer.headers, ...extra } } : answer
  const cors = host.cors ? corsHeaders(raw, own.headers) : undefined
  if (!fault) return writeAnswer(reply.raw, isHead, own, cors)
  const wire = cors ? { ...own, headers: { ...own.headers, ...cors } } : own
  if (!applyFault(fault, reply.raw, wire, (spoilt) => writeAnswer(reply.raw, isHead, spoilt)))
    writeAnswer(reply.raw, isHead, wire)
}

/** What the answer says of the session that it comes from, if anything. */
function headersOfSession(
  raw: IncomingMessage,
  { headers }: Answer,
  clock: Clock,
): Readonly<Record<string, string>> | undefined {
  // Whoever came by a session's path prefix, or to a mock below a prefix, must stay inside it when following the answer.
  const prefix = clientPrefixOf(raw)
  const { setting } = clock
  const isOwnTime = setting.mode === 'frozen' || setting.offsetMs !== 0
  if (prefix === '' && !isOwnTime) return undefined
  const { location, link, 'x-mock-credentials': credentials } = headers
  return {
    ...(prefix !== '' && location?.startsWith('/') && { location: prefix + location }),
    ...(prefix !== '' && link && { link: link.replaceAll('</', `<${prefix}/`) }),
    ...(prefix !== '' && credentials !== undefined && { 'x-mock-credentials': prefix + credentials }),
    ...(isOwnTime && { date: clock.httpDate() }),
  }
}

function writeAnswer(
  raw: ServerResponse,
  isHead: boolean,
  { status, headers, text = '', encoding = 'utf8' }: Answer,
  added?: Readonly<Record<string, string>>,
): void {
  // A flat list of names and values is what Node writes fastest.
  const list: string[] = []
  for (const name in headers)
    if (added === undefined || !Object.hasOwn(added, name)) list.push(name, headers[name] as string)
  for (const name in added) list.push(name, added[name] as string)
  const length = Buffer.byteLength(text, encoding)
  if (status !== 204 && status !== 304) list.push('content-length', String(length))
  raw.writeHead(status, list)
  // ASCII is the same bytes in either encoding, and a byte for a character is written faster than UTF-8.
  raw.end(isHead ? '' : text, length === text.length ? 'latin1' : encoding)
}

/** A `status` fault of the phase `after` lets the state change and takes the answer away. */
function faultedAnswer(request: FastifyRequest, given: Answer, { engine, plan, session }: Context): Answer {
  const { mockFault: fault } = request
  if (!engine || !session || !replacesAnswer(fault) || given.refusedBy === 'fault') return given
  return engine.refuse(faultRefusal(fault), plan?.operation, headOf(request.raw), session)
}

/** Notes in journal and coverage what became of a request. */
export function note(host: Host, request: FastifyRequest, answer: Answer, context: Context): void {
  if (host.onRequest) request.mockOutcome = { answer, context }
  const { plan, session, payload, override } = context
  if (!session || isControl(request)) return
  if (plan) host.sessions.coverage.note(plan.operation, answer.status, answer.exchange, plan.enumPoints)
  session.journal.note({
    atMs: session.world.clock.now(),
    api: plan?.operation.api,
    operationId: plan?.operation.id,
    request: request.mockCall?.request ?? headOf(request.raw),
    requestBody: payload?.kind === 'form' ? { fields: payload.fields, files: payload.files } : payload?.bytes,
    status: answer.status,
    responseHeaders: answer.headers,
    responseBody: answer.body,
    responseBytes: answer.text?.length ?? 0,
    refusedBy: answer.refusedBy,
    fault: request.mockFault?.id,
    override,
  })
}

function isControl(request: FastifyRequest): boolean {
  return localUrlOf(request.raw).startsWith('/__mock/')
}

/** 404 and 405, in the format of the API that the path belongs to. */
export function answerNotFound(host: Host, request: FastifyRequest, reply: FastifyReply): void {
  const session = host.sessions.of(request.raw)
  send(host, request, reply, notFoundAnswer(host, headOf(request.raw), session, request.raw), session && { session })
}

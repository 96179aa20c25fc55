import type { IncomingMessage } from 'node:http'
import { type Answer, problemAnswer } from '../engine/engine.ts'
import type { Refusal, RequestHead } from '../handlers/handler.ts'
import { brokenAnswer, type ParserError } from './broken-request.ts'
import { pathOf } from '../engine/request-head.ts'
import { machineNow } from '../../store/clock.ts'
import { nearestPath } from './nearest-path.ts'
import type { Api } from '../../openapi/api.ts'
import type { RequestEvent, RequestListener } from './request-event.ts'
import type { RouteTable } from './route-table.ts'
import { sessionIdOf } from '../session/session-prefix.ts'
import type { Session } from '../session/session.ts'
import type { Sessions } from '../session/sessions.ts'

/** What it takes to answer a request that has no operation. */
export interface NotFound {
  readonly routes: RouteTable
  readonly sessions: Sessions
  readonly onRequest?: RequestListener | undefined
}

/** 404 and 405, in the format of the API that the path belongs to; `raw` is missing where Node could not read the request. */
export function notFoundAnswer(
  { routes, sessions }: NotFound,
  line: RequestHead,
  found: Session | undefined,
  raw?: IncomingMessage,
): Answer {
  const session = found ?? sessions.default
  const route = routes.find(line.path)
  if (!found && raw) {
    const refusal = unknownSession(raw)
    return route ? route.engine.refuse(refusal, undefined, line, session) : problemAnswer(refusal)
  }
  const bases = route?.allow ? [] : routes.basesFor(line.path)
  const below = bases.length === 0 ? undefined : `it is served below ${bases.join(' and ')}`
  if (!route)
    return problemAnswer(
      notFound(
        line,
        below ?? 'no API is served below it',
        routes.paths.map(({ template }) => template),
      ),
    )
  // A path whose percent-encoding is broken matches its template here, but Fastify could not read it: it names nothing.
  if (!route.allow || route.allow.split(', ').includes(line.method))
    return route.engine.refuse(
      notFound(line, below ?? `${route.engine.api.name} has no such path`, templatesOf(route.engine.api)),
      undefined,
      line,
      session,
    )
  const message = `${line.method} is not allowed on ${line.path}; allowed: ${route.allow}.`
  const refusal: Refusal = {
    kind: 'refusal',
    by: 'routing',
    status: 405,
    message,
    headers: { allow: route.allow },
    pointer: route.pointer,
  }
  return route.engine.refuse(refusal, undefined, line, session)
}

function notFound({ path }: RequestHead, why: string, templates: readonly string[]): Refusal {
  const nearest = nearestPath(path, templates)
  const hint = nearest === undefined || nearest === path ? '' : `; did you mean ${nearest}?`
  return {
    kind: 'refusal',
    by: 'routing',
    status: 404,
    message: `There is nothing at ${path}: ${why}${hint === '' ? '.' : hint}`,
  }
}

function templatesOf({ bases, operations }: Api): string[] {
  return bases.flatMap((base) => operations.map(({ path }) => base + path))
}

export function unknownSession(raw: IncomingMessage): Refusal {
  const id = JSON.stringify(sessionIdOf(raw))
  return {
    kind: 'refusal',
    by: 'routing',
    status: 404,
    message: `There is no session ${id}; create it with POST /__mock/sessions.`,
  }
}

/** A method or a header that Node's parser does not accept never becomes a request; the first line still tells the path. */
export function brokenRequestAnswer(unrouted: NotFound, error: ParserError): Answer {
  const packet = Buffer.isBuffer(error.rawPacket) ? error.rawPacket.toString('latin1') : ''
  const [, method = '', url = ''] = /^(\S{1,64}) (\/\S{0,8192}) HTTP\//.exec(packet) ?? []
  const line: RequestHead = { method, url, path: pathOf(url), headers: {}, rawHeaders: [] }
  const answer =
    error.code === 'HPE_INVALID_METHOD' && url !== ''
      ? notFoundAnswer(unrouted, line, unrouted.sessions.default)
      : brokenAnswer(error)
  unrouted.onRequest?.(brokenEvent(line, answer))
  return answer
}

function brokenEvent({ method, path }: RequestHead, { status, refusedBy, reason }: Answer): RequestEvent {
  return {
    at: new Date(machineNow()).toISOString(),
    method: method || '-',
    path,
    status,
    session: 'default',
    durationMs: 0,
    ...(refusedBy !== undefined && { refusedBy }),
    ...(reason !== undefined && { reason }),
  }
}

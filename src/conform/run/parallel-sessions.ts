import { isObject } from '../../openapi/pointer.ts'
import { jsonOf } from '../checks/json-of.ts'
import { withSend, type Transport } from '../transport/transport.ts'
import type { Session } from './session.ts'
import { openControl } from './control.ts'

const HEADER = 'x-mock-session'

/** A session of the mock: rows of its own, so that cases which change them need not wait for each other. */
export interface ParallelSession extends Session {
  readonly id?: string
}

/** As many worlds as the server gives, at least the one that every server is. */
export async function openParallelSessions(session: Session, wanted: number): Promise<ParallelSession[]> {
  if (!session.control.canReset || wanted < 2) return [session]
  const parallelSessions: ParallelSession[] = []
  while (parallelSessions.length < wanted) {
    const world = await openParallelSession(session)
    if (!world) break
    parallelSessions.push(world)
  }
  return parallelSessions.length > 1 ? parallelSessions : [session]
}

export async function closeParallelSessions(
  session: Session,
  parallelSessions: readonly ParallelSession[],
): Promise<void> {
  for (const { id, control } of parallelSessions) {
    if (id === undefined) continue
    control.close()
    await session.transport.send({ method: 'DELETE', path: `/__mock/sessions/${encodeURIComponent(id)}`, headers: [] })
  }
}

/** One more session of the server; `undefined` where it gives none. */
export async function openParallelSession(session: Session): Promise<ParallelSession | undefined> {
  const headers = [['content-type', 'application/json']] as const
  const opened = await session.transport.send({ method: 'POST', path: '/__mock/sessions', headers, body: '{}' })
  const answer = jsonOf(opened)
  if (
    opened.outcome.kind !== 'answer' ||
    opened.outcome.status !== 201 ||
    !isObject(answer) ||
    typeof answer['id'] !== 'string'
  )
    return undefined
  const transport = within(session.transport, answer['id'])
  const control = await openControl(session.context, transport, session.control)
  return { ...session, id: answer['id'], transport, control, dirty: false, undo: [] }
}

/**
 * Adds the session to what is sent, unless it is for a session already, and keeps it out of what is reported: a `curl` has to
 * work after the session is gone.
 */
function within(transport: Transport, id: string): Transport {
  return withSend(transport, async (request) => {
    if (request.headers.some(([name]) => name === HEADER)) return transport.send(request)
    const { sent, outcome } = await transport.send({ ...request, headers: [...request.headers, [HEADER, id]] })
    return { sent: { ...sent, headers: sent.headers.filter(([name]) => name !== HEADER) }, outcome }
  })
}

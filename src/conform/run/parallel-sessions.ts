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

/** What a session of the mock is reached by. */
export type World = Pick<Session, 'transport' | 'control'> & { readonly id: string }

/** As many worlds as the server gives, at least the one that every server is. */
export async function openParallelSessions(session: Session, wanted: number): Promise<ParallelSession[]> {
  if (!session.control.canReset || wanted < 2) return [session]
  const parallelSessions: ParallelSession[] = []
  while (parallelSessions.length < wanted) {
    const world = await openWorld(session)
    if (!world) break
    parallelSessions.push({ ...session, ...world, dirty: false, undo: [] })
  }
  return parallelSessions.length > 1 ? parallelSessions : [session]
}

export async function closeParallelSessions(
  { transport }: Pick<Session, 'transport'>,
  parallelSessions: readonly Pick<ParallelSession, 'id' | 'control'>[],
): Promise<void> {
  for (const { id, control } of parallelSessions) {
    if (id === undefined) continue
    control.close()
    await transport.send({ method: 'DELETE', path: `/__mock/sessions/${encodeURIComponent(id)}`, headers: [] })
  }
}

/** One more session of the server; `undefined` where it gives none. */
export async function openWorld(
  beside: Pick<Session, 'context' | 'transport' | 'control'>,
): Promise<World | undefined> {
  const headers = [['content-type', 'application/json']] as const
  const opened = await beside.transport.send({ method: 'POST', path: '/__mock/sessions', headers, body: '{}' })
  const answer = jsonOf(opened)
  if (
    opened.outcome.kind !== 'answer' ||
    opened.outcome.status !== 201 ||
    !isObject(answer) ||
    typeof answer['id'] !== 'string'
  )
    return undefined
  const transport = within(beside.transport, answer['id'])
  return { id: answer['id'], transport, control: await openControl(beside.context, transport, beside.control) }
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

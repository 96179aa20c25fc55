import { isObject } from '../../spec/pointer.ts'
import { jsonOf } from '../checks/json-of.ts'
import type { Exchanged, Transport } from '../transport.ts'
import type { Session } from './attempt.ts'
import { openControl } from './control.ts'

const HEADER = 'x-mock-session'

/** A session of the mock: rows of its own, so that cases which change them need not wait for each other. */
interface World extends Session {
  readonly id?: string
}

/** As many worlds as the server gives, at least the one that every server is. */
export async function openWorlds(session: Session, wanted: number): Promise<World[]> {
  if (!session.control.canReset || wanted < 2) return [session]
  const worlds: World[] = []
  while (worlds.length < wanted) {
    const world = await openWorld(session)
    if (!world) break
    worlds.push(world)
  }
  return worlds.length > 1 ? worlds : [session]
}

export async function closeWorlds(session: Session, worlds: readonly World[]): Promise<void> {
  for (const { id, control } of worlds) {
    if (id === undefined) continue
    control.close()
    await session.transport.send({ method: 'DELETE', path: `/__mock/sessions/${encodeURIComponent(id)}`, headers: [] })
  }
}

async function openWorld(session: Session): Promise<World | undefined> {
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
  const control = await openControl(session.context, transport)
  return { ...session, id: answer['id'], transport, control, dirty: false, undo: [] }
}

/** Adds the session to what is sent and keeps it out of what is reported: a `curl` has to work after the session is gone. */
function within(transport: Transport, id: string): Transport {
  return {
    ...transport,
    get count() {
      return transport.count
    },
    send: async (request): Promise<Exchanged> => {
      const { sent, outcome } = await transport.send({ ...request, headers: [...request.headers, [HEADER, id]] })
      return { sent: { ...sent, headers: sent.headers.filter(([name]) => name !== HEADER) }, outcome }
    },
  }
}

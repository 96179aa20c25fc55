import { createEngine, type Engine } from '../mock/engine/engine.ts'
import { refuse, type Rules } from '../mock/handlers/handler.ts'
import { defaultJournalLimits } from '../mock/session/journal.ts'
import type { Redactor } from '../mock/session/redact.ts'
import { pristine, Sessions } from '../mock/session/sessions.ts'
import type { Api } from '../openapi/api.ts'
import { World } from '../store/world.ts'

/** An engine that only reads: its operations are answered elsewhere. */
export function observingEngine(api: Api, normalizeQuery: Rules['normalizeQuery']): Engine {
  const elsewhere = api.operations.map(
    ({ id }) => [id, () => refuse(502, 'This operation is answered by the real server.')] as const,
  )
  return createEngine(api, { handlers: Object.fromEntries(elsewhere), ...(normalizeQuery && { normalizeQuery }) })
}

/** The one session in which everything is noted. */
export function observedSessions(api: Api, redact: Redactor): Sessions {
  const world = World.empty({ [api.name]: { credentials: 'id' } }, 0, { mode: 'real', offsetMs: 0 })
  return new Sessions(
    world.layout,
    pristine(world),
    { maxSessions: 1, idleMs: Number.POSITIVE_INFINITY, journal: defaultJournalLimits },
    redact,
  )
}

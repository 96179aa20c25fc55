import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { type Assembly, checkWholeNumber } from '../assembly/assemble.ts'
import type { Control } from '../mock/session/control.ts'
import type { CoverageReport } from '../mock/session/coverage.ts'
import { sessionControl, type SessionControl, type Snapshot, timeOf } from '../mock/session/session-control.ts'
import type { Session } from '../mock/session/session.ts'
import { type MockCredentials, mockCredentials } from './mock-credentials.ts'
import type { Api } from '../openapi/api.ts'

/** A running mock. What it controls by itself is its default session; `url` is empty when it does not listen. */
export interface Understudy extends SessionControl, Credentialed {
  readonly apis: readonly Api[]
  /** A world of its own, in constant time. Throws USAGE when the id is taken or there are too many. */
  createSession(options?: SessionOptions): UnderstudySession
  /** Which operations, statuses, parameters and enum values were used, by all sessions together. */
  coverage(): CoverageReport
  /** Ends the mock; writes the snapshot file, if it has one. */
  close(options?: CloseOptions): Promise<void>
}

interface CloseOptions {
  /** How long requests under way may go on. Default 0: connections are cut. */
  readonly graceMs?: number
}

export interface SessionOptions {
  readonly id?: string
  /** Default: the seed. */
  readonly from?: Snapshot | SessionControl | string
  readonly seed?: number
  /** Freezes its clock at this time. */
  readonly now?: string | Date
}

export interface UnderstudySession extends SessionControl, Credentialed {
  /** Ends the session. */
  close(): void
}

/** Who may ask in a session. */
interface Credentialed {
  /** The credentials that work at this moment, by API and id: `mock.credentials.polis['user-a'].headers`. */
  readonly credentials: MockCredentials
}

/** The server that a mock is reached by. */
export interface Carrier {
  /** Its base URL without a trailing slash, `''` while it does not listen. */
  url(): string
  inject(request: InjectOptions | string): Promise<LightMyRequestResponse>
  close(options?: CloseOptions): Promise<void>
}

/** The mock as its own process steers it. */
export function steer({ apis, engines, sessions, control }: Assembly, carrier: Carrier): Understudy {
  const controlled = (session: Session, suffix: string): SessionControl & Credentialed => {
    const { inject } = carrier
    const controlled = sessionControl({ control, session, url: '', inject })
    return Object.defineProperties(controlled, {
      url: { get: () => urlBelow(carrier, suffix), enumerable: true },
      credentials: { get: () => mockCredentials(engines, session), enumerable: true },
    }) as SessionControl & Credentialed
  }
  return Object.assign(controlled(sessions.default, ''), {
    apis,
    createSession: (wanted: SessionOptions = {}) => {
      const session = newSession(control, wanted)
      const close = (): void => void sessions.delete(session.id)
      return Object.assign(controlled(session, `/~${session.id}`), { close })
    },
    coverage: () => control.coverage(),
    close: (options?: CloseOptions) => carrier.close(options),
  })
}

/** A mock that does not listen has a path only. */
function urlBelow(carrier: Carrier, suffix: string): string {
  return carrier.url() + suffix
}

function newSession(control: Control, { id, from, seed, now }: SessionOptions): Session {
  checkWholeNumber('seed', seed)
  const moment = typeof from === 'object' ? ('snapshot' in from ? from.snapshot() : from).moment : from
  return control.createSession({
    id,
    from: typeof moment === 'string' ? control.moment(moment) : moment,
    seed,
    ...(now !== undefined && { nowMs: timeOf(now) }),
  })
}

import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { UnderstudyError } from '../../errors.ts'
import { type Fault, type NewFault, ruleOf, unknownTarget } from './faults.ts'
import type { JournalEntry, JournalFilter } from './journal.ts'
import type { ProviderStates } from './provider-states.ts'
import { SESSION_HEADER } from './session-prefix.ts'
import type { Session, SessionSnapshot, Violation } from './session.ts'
import type { Sessions } from './sessions.ts'
import { type Assertion, type Verdict, verifyRequests } from './verify.ts'
import type { Api, JsonObject } from '../../openapi/api.ts'
import { clockMisfit, parseTime } from '../../store/clock.ts'
import type { Row } from '../../store/collection.ts'

/** A moment of a session: rows, ids, clock and faults. Taking and restoring one costs the same whatever the number of rows. */
export interface Snapshot {
  readonly moment: SessionSnapshot
}

/** The time of a session. */
export interface ClockControl {
  /** RFC 3339 in UTC. */
  now(): string
  /** Freezes the clock at a time. */
  set(now: string | Date): void
  /** Moves the time on, whether it runs or stands still. */
  advance(ms: number): void
  /** Lets the clock run with the machine's. */
  run(): void
}

/** What a test does with its world. */
export interface SessionControl {
  readonly id: string
  /** Base URL of the session, without a trailing slash; whoever sends its requests there needs no header. */
  readonly url: string
  readonly clock: ClockControl
  /** Sends a request to the session without a socket (light-my-request); a text is the URL of a GET. */
  inject(options: InjectOptions | string): Promise<LightMyRequestResponse>
  /** Back to the beginning: rows, ids, clock, faults, journal and violations. */
  reset(): void
  /** Makes a provider state true and returns the values that it provides. Throws STATE_INVALID. */
  setState(name: string, params?: Readonly<Record<string, unknown>>): JsonObject
  /** The rows of a collection, in the order of their insertion. */
  state(api: string, collection: string): readonly Row[]
  /** Lets something go wrong, such as `{ kind: 'status', status: 503 }` or `{ preset: 'slow' }`; `end` ends it before it ends itself. */
  fault(rule: NewFault): Fault & { end(): void }
  /** The journal, oldest first, credentials masked. */
  requests(filter?: JournalFilter): readonly JournalEntry[]
  /** The requests that the specs forbid: refused by anything but a rule of the API (an unknown row, a conflict) or a fault. */
  refusals(): readonly JournalEntry[]
  /** How many requests the journal no longer has. */
  evicted(): number
  /** Holds an assertion against the journal. */
  verify(assertion: Assertion): Verdict
  /** Answers that broke the spec. */
  violations(): readonly Violation[]
  /** This moment, to come back to; with a name also for the control plane. */
  snapshot(name?: string): Snapshot
  /** Goes to a moment of this or of another session, given as itself or by its name. */
  restore(snapshot: Snapshot | string): void
}

interface ControlOptions {
  readonly apis: readonly Api[]
  readonly sessions: Sessions
  readonly states: ProviderStates
  readonly session: Session
  readonly url: string
  inject(options: InjectOptions | string): Promise<LightMyRequestResponse>
}

export function controlOf({ apis, sessions, states, session, url, inject }: ControlOptions): SessionControl {
  return {
    id: session.id,
    url,
    clock: clockOf(session),
    inject: (options) => {
      if (session === sessions.default) return inject(options)
      const request: InjectOptions = typeof options === 'string' ? { url: options } : options
      return inject({ ...request, headers: { ...request.headers, [SESSION_HEADER]: session.id } })
    },
    reset: () => session.reset(),
    setState: (state, params = {}) => states.setUp(session.world, { state, params }),
    state: (api, collection) => rowsIn(session, api, collection),
    fault: (asked) => {
      const fault = session.faults.add(checkedRule(apis, asked))
      return { ...fault, end: () => void session.faults.remove(fault.id) }
    },
    requests: (filter = {}) => [...session.journal.entries(filter)],
    refusals: () =>
      [...session.journal.entries()].filter(
        ({ refusedBy }) => refusedBy !== undefined && refusedBy !== 'rule' && refusedBy !== 'fault',
      ),
    evicted: () => session.journal.evicted,
    verify: (assertion) => verifyRequests(session.journal, assertion),
    violations: () => session.violations.violations,
    snapshot: (name) => {
      const moment = session.snapshot()
      if (name !== undefined) sessions.snapshots.set(name, moment)
      return { moment }
    },
    restore: (snapshot) => session.restore(momentOf(sessions, snapshot)),
  }
}

/** The moment behind a snapshot or its name. Throws SNAPSHOT_INVALID for a name that nobody gave. */
export function momentOf(sessions: Sessions, snapshot: Snapshot | string): SessionSnapshot {
  if (typeof snapshot !== 'string') return snapshot.moment
  const moment = sessions.snapshots.get(snapshot)
  if (!moment) throw new UnderstudyError('SNAPSHOT_INVALID', `there is no snapshot ${JSON.stringify(snapshot)}`)
  return moment
}

/** Milliseconds since the epoch. Throws USAGE for what no clock can show. */
export function timeOf(now: string | Date): number {
  const ms = typeof now === 'string' ? parseTime(now) : now.getTime()
  return showable(ms, String(now))
}

function clockOf({ world: { clock } }: Session): ClockControl {
  return {
    now: () => clock.iso(),
    set: (now) => clock.set({ mode: 'frozen', nowMs: timeOf(now) }),
    advance: (ms) => {
      showable(clock.now() + ms, String(ms))
      clock.advance(ms)
    },
    run: () => clock.set({ mode: 'real', offsetMs: 0 }),
  }
}

function showable(ms: number, given: string): number {
  const misfit = clockMisfit(ms)
  if (misfit !== undefined) throw new UnderstudyError('USAGE', misfit, JSON.stringify(given))
  return ms
}

function checkedRule(apis: readonly Api[], asked: NewFault) {
  const rule = ruleOf(asked)
  const unknown = unknownTarget(apis, rule)
  if (unknown) throw new UnderstudyError('USAGE', `a fault for an ${unknown} that is not served: ${rule[unknown]}`)
  return rule
}

function rowsIn({ world }: Session, api: string, collection: string): readonly Row[] {
  if (!world.collectionsOf(api).includes(collection)) {
    const known = world.apis.flatMap((name) => world.collectionsOf(name).map((each) => `${name}/${each}`)).join(', ')
    throw new UnderstudyError('USAGE', `there is no collection ${api}/${collection}; known: ${known}`)
  }
  return [...world.state(api).collection(collection).all()]
}

import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { UnderstudyError } from '../../errors.ts'
import type { JsonObject } from '../../openapi/api.ts'
import { parseTime } from '../../store/clock.ts'
import type { Row } from '../../store/collection.ts'
import type { Control } from './control.ts'
import type { Fault, NewFault } from './faults.ts'
import type { JournalEntry } from './journal-entry.ts'
import type { JournalFilter } from './journal.ts'
import type { NewOverride, Override } from './overrides.ts'
import { SESSION_HEADER } from './session-prefix.ts'
import type { Session, SessionSnapshot, Violation } from './session.ts'
import { VerificationError } from './verification-error.ts'
import type { Assertion, Verdict } from './verify.ts'

/** A moment of a session: rows, ids, clock, faults and overrides. Taking and restoring one costs the same whatever the number of rows. */
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
  /** Back to the beginning: rows, ids, clock, faults, overrides, journal and violations. */
  reset(): void
  /** Makes a provider state true and returns the values that it provides. Throws STATE_INVALID. */
  setState(name: string, params?: Readonly<Record<string, unknown>>): JsonObject
  /** The rows of a collection, in the order of their insertion. */
  state(api: string, collection: string): readonly Row[]
  /** Lets something go wrong, such as `{ kind: 'status', status: 503 }` or `{ preset: 'slow' }`; `end` ends it before it ends itself. */
  fault(rule: NewFault): Fault & { end(): void }
  /**
   * Replaces the answer of an operation, such as `{ operationId: 'getPet', status: 404, times: 1 }`; `end` removes it. Checked
   * against the spec unless `unchecked`; throws USAGE for one that does not fit.
   */
  override(rule: NewOverride): Override & { end(): void }
  /** The journal, oldest first, credentials masked. */
  requests(filter?: JournalFilter): readonly JournalEntry[]
  /** The requests that the specs forbid: refused by anything but a rule of the API (an unknown row, a conflict) or a fault. */
  refusals(): readonly JournalEntry[]
  /** How many requests the journal no longer has. */
  evicted(): number
  /**
   * Asserts that requests were made. Throws a VerificationError with the near misses where they were not, unless
   * `throws: false` asks for the verdict alone; throws USAGE for an operation that does not exist.
   */
  verify(assertion: Assertion, options?: { readonly throws?: boolean }): Verdict
  /** Answers that broke the spec. */
  violations(): readonly Violation[]
  /** This moment, to come back to; with a name also for the control plane. */
  snapshot(name?: string): Snapshot
  /** Goes to a moment of this or of another session, given as itself or by its name. */
  restore(snapshot: Snapshot | string): void
}

interface SessionControlOptions {
  readonly control: Control
  readonly session: Session
  readonly url: string
  inject(options: InjectOptions | string): Promise<LightMyRequestResponse>
}

/** The control of one session as the library gives it. */
export function sessionControl({ control, session, url, inject }: SessionControlOptions): SessionControl {
  return {
    id: session.id,
    url,
    clock: clockOf(control, session),
    inject: (options) => {
      if (session === control.sessions.default) return inject(options)
      const request: InjectOptions = typeof options === 'string' ? { url: options } : options
      return inject({ ...request, headers: { ...request.headers, [SESSION_HEADER]: session.id } })
    },
    reset: () => session.reset(),
    setState: (state, params = {}) => control.setState(session, { state, params }),
    state: (api, collection) => rowsIn(session, api, collection),
    fault: (asked) => {
      const fault = control.addFault(session, asked)
      return { ...fault, end: () => void session.faults.remove(fault.id) }
    },
    override: (asked) => {
      const override = control.addOverride(session, asked)
      return { ...override, end: () => void session.overrides.remove(override.id) }
    },
    requests: (filter) => control.requests(session, filter),
    refusals: () =>
      [...session.journal.entries()].filter(
        ({ refusedBy }) => refusedBy !== undefined && refusedBy !== 'rule' && refusedBy !== 'fault',
      ),
    evicted: () => session.journal.evicted,
    verify: (assertion, { throws = true } = {}) => {
      const verdict = control.verify(session, assertion)
      if (throws && !verdict.verified) throw new VerificationError(assertion, verdict)
      return verdict
    },
    violations: () => session.violations.violations,
    snapshot: (name) => {
      const moment = session.snapshot()
      if (name !== undefined) control.keepMoment(name, moment)
      return { moment }
    },
    restore: (snapshot) => session.restore(typeof snapshot === 'string' ? control.moment(snapshot) : snapshot.moment),
  }
}

/** Milliseconds since the epoch; NaN for what is no time. */
export function timeOf(now: string | Date): number {
  return typeof now === 'string' ? parseTime(now) : now.getTime()
}

function clockOf(control: Control, session: Session): ClockControl {
  const { clock } = session.world
  return {
    now: () => clock.iso(),
    set: (now) => control.freeze(session, timeOf(now), String(now)),
    advance: (ms) => control.advance(session, ms),
    run: () => control.run(session),
  }
}

function rowsIn({ world }: Session, api: string, collection: string): readonly Row[] {
  if (!world.collectionsOf(api).includes(collection)) {
    const known = world.apis.flatMap((name) => world.collectionsOf(name).map((each) => `${name}/${each}`)).join(', ')
    throw new UnderstudyError('USAGE', `there is no collection ${api}/${collection}; known: ${known}`)
  }
  return [...world.state(api).collection(collection).all()]
}

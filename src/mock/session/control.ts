import type { Api, JsonObject } from '../../openapi/api.ts'
import { clockMisfit } from '../../store/clock.ts'
import { ControlError } from './control-error.ts'
import type { CoverageReport } from './coverage.ts'
import { faultSchema, newFaultSchema } from './fault-schema.ts'
import { type Fault, type NewFault, ruleOf, unknownTarget } from './faults.ts'
import { InputCheck } from './input-check.ts'
import { requestSchema } from './journal-schema.ts'
import type { JournalEntry } from './journal-entry.ts'
import type { JournalFilter, JournalPage } from './journal.ts'
import { name as nameSchema } from './json-schema.ts'
import { makeOverride } from './make-override.ts'
import { newOverrideSchema, overrideSchema } from './override-schema.ts'
import type { NewOverride, Override } from './overrides.ts'
import type { ProviderStates, StateRequest } from './provider-states.ts'
import type { Session, SessionSnapshot } from './session.ts'
import { MAX_SNAPSHOTS, type Sessions } from './sessions.ts'
import { exportSnapshot, importSnapshot, type SnapshotFile, snapshotSchema } from './snapshot-file.ts'
import { type Misfit, planRows, type Rows, rowsOf, stateSchema } from './state-rows.ts'
import { type Assertion, assertionSchema, type Verdict, verifyRequests } from './verify.ts'

const MAX_FAULTS = 100
const MAX_OVERRIDES = 100

/** What a session is made of; what is left out is that of the moment it starts from, the seed unless told otherwise. */
export interface SessionRequest {
  readonly id?: string | undefined
  /** A moment, or `seed`, `session:<id>`, `snapshot:<name>`. */
  readonly from?: SessionSnapshot | string | undefined
  readonly seed?: number | undefined
  /** Milliseconds since the epoch at which its clock stands. */
  readonly nowMs?: number | undefined
}

interface Target {
  readonly api?: string | undefined
  readonly operationId?: string | undefined
}

/** What a mock consists of for whoever steers it. */
export interface Mocked {
  readonly apis: readonly Api[]
  readonly sessions: Sessions
  readonly states: ProviderStates
}

/**
 * The one front door: the functions of the library and the calls below `/__mock` end here, so that both are checked alike. What
 * cannot be done is a ControlError, and nothing has changed then.
 */
export class Control {
  readonly sessions: Sessions
  readonly states: ProviderStates
  /** By the schemas of the calls. */
  readonly inputs = new InputCheck(sharedSchemas)
  readonly #apis: readonly Api[]

  constructor({ apis, sessions, states }: Mocked) {
    this.#apis = apis
    this.sessions = sessions
    this.states = states
  }

  createSession({ id, from = 'seed', seed, nowMs }: SessionRequest): Session {
    if (id !== undefined) checkName(id, 'a session')
    if (id !== undefined && this.sessions.get(id))
      throw new ControlError(409, `there is a session ${JSON.stringify(id)} already`)
    const origin = typeof from === 'string' ? this.#originOf(from) : from
    if (nowMs !== undefined) checkTime(nowMs)
    const session = this.sessions.create({
      from: origin,
      ...(id !== undefined && { id }),
      ...(seed !== undefined && { seed }),
      ...(nowMs !== undefined && { nowMs }),
    })
    if (session) return session
    throw new ControlError(409, `there are ${this.sessions.size} sessions already; end some first`)
  }

  deleteSession(id: string): void {
    if (id === this.sessions.default.id)
      throw new ControlError(409, 'the default session stays; POST /__mock/reset puts it back to its seed')
    if (!this.sessions.delete(id)) throw new ControlError(404, `there is no session ${JSON.stringify(id)}`)
  }

  rows({ world }: Session): Rows {
    return rowsOf(this.#apis, world)
  }

  /** All rows are checked before the first is put. */
  putRows({ world }: Session, rows: Rows): void {
    const planned = planRows(this.#apis, world, rows)
    if ('misfit' in planned) throw misfitError(planned.misfit)
    planned.put()
  }

  /** Makes a provider state true, or puts its API's rows back, and returns the values that the state provides. */
  setState(
    session: Session,
    { action = 'setup', ...request }: StateRequest & { readonly action?: string | undefined },
  ): JsonObject {
    if (action !== 'teardown') return this.states.setUp(session.world, request)
    const api = this.states.apiOf(request.state)
    if (api) session.restoreRows(api.name)
    return {}
  }

  /** The moment of a name. */
  moment(name: string): SessionSnapshot {
    const moment = this.sessions.snapshots.get(name)
    if (moment) return moment
    throw new ControlError(404, `there is no snapshot ${JSON.stringify(name)}`, { code: 'SNAPSHOT_INVALID' })
  }

  keepMoment(name: string, moment: SessionSnapshot): void {
    checkName(name, 'a snapshot')
    const { snapshots } = this.sessions
    if (!snapshots.has(name) && snapshots.size >= MAX_SNAPSHOTS)
      throw new ControlError(409, `there are ${MAX_SNAPSHOTS} snapshots already; forget some first`)
    snapshots.set(name, moment)
  }

  forgetMoment(name: string): void {
    this.moment(name)
    this.sessions.snapshots.delete(name)
  }

  exportMoment(name: string): SnapshotFile {
    return exportSnapshot(this.#apis, this.sessions, this.moment(name))
  }

  importMoment(name: string, file: SnapshotFile): void {
    const imported = importSnapshot(this.#apis, this.sessions, file)
    if ('misfit' in imported) throw misfitError(imported.misfit)
    this.keepMoment(name, imported)
  }

  freeze({ world }: Session, nowMs: number, given?: string): void {
    checkTime(nowMs, given)
    world.clock.set({ mode: 'frozen', nowMs })
  }

  advance({ world: { clock } }: Session, ms: number): void {
    checkTime(clock.now() + ms, String(ms))
    clock.advance(ms)
  }

  run({ world }: Session): void {
    world.clock.set({ mode: 'real', offsetMs: 0 })
  }

  addFault({ faults }: Session, asked: NewFault): Fault {
    this.inputs.check(newFaultSchema, asked, 'a fault')
    const rule = ruleOf(asked)
    const unknown = unknownTarget(this.#apis, rule)
    if (unknown)
      throw new ControlError(400, `there is no ${unknown} ${JSON.stringify(rule[unknown])}`, {
        where: `a fault for an ${unknown} that is not served: ${rule[unknown]}`,
      })
    if (faults.list.length >= MAX_FAULTS)
      throw new ControlError(409, `there are ${MAX_FAULTS} faults already; end some first`)
    return faults.add(rule)
  }

  removeFault({ faults }: Session, id: string): void {
    if (!faults.remove(id)) throw new ControlError(404, `there is no fault ${JSON.stringify(id)}`)
  }

  addOverride({ overrides }: Session, asked: NewOverride): Override {
    this.inputs.check(newOverrideSchema, asked, 'an override')
    this.#checkTarget(asked, { operationId: 'operation' })
    const made = makeOverride(this.#apis, asked)
    if (overrides.list.length >= MAX_OVERRIDES)
      throw new ControlError(409, `there are ${MAX_OVERRIDES} overrides already; remove some first`)
    return overrides.add(made)
  }

  removeOverride({ overrides }: Session, id: string): void {
    if (!overrides.remove(id)) throw new ControlError(404, `there is no override ${JSON.stringify(id)}`)
  }

  requests({ journal }: Session, filter: JournalFilter = {}, page: JournalPage = {}): readonly JournalEntry[] {
    this.#checkTarget(filter)
    return [...journal.entries(filter, page)]
  }

  verify({ journal }: Session, assertion: Assertion): Verdict {
    this.inputs.check(assertionSchema, assertion, 'an assertion')
    this.#checkTarget({ operationId: assertion.operationId }, { operationId: 'operation' })
    const { count } = assertion
    if (typeof count === 'object' && (count.atMost ?? Number.POSITIVE_INFINITY) < (count.atLeast ?? 0))
      throw new ControlError(400, 'no count is at least atLeast and at most atMost: atLeast is the larger of them')
    return verifyRequests(journal, assertion)
  }

  coverage(name?: string): CoverageReport {
    this.#checkTarget({ api: name }, { api: 'API' })
    return this.sessions.coverage.report(this.#apis.filter((api) => name === undefined || api.name === name))
  }

  /** What names nothing that is served is a typing mistake, and says so at once. */
  #checkTarget(target: Target, words: { readonly [kind in 'api' | 'operationId']?: string } = {}): void {
    const unknown = unknownTarget(this.#apis, target)
    if (unknown === undefined) return
    throw new ControlError(400, `there is no ${words[unknown] ?? unknown} ${JSON.stringify(target[unknown])}`)
  }

  #originOf(from: string): SessionSnapshot {
    const [kind, key = ''] = from.split(':', 2)
    const origin =
      kind === 'seed'
        ? this.sessions.seed
        : kind === 'session'
          ? this.sessions.get(key)?.snapshot()
          : this.sessions.snapshots.get(key)
    if (origin) return origin
    throw new ControlError(400, `there is no ${from.replace(':', ' ')} to start from`)
  }
}

/** Schemas that others refer to by their `$id`. */
export const sharedSchemas: readonly JsonObject[] = [
  faultSchema,
  overrideSchema,
  requestSchema,
  snapshotSchema,
  stateSchema,
]

function checkName(name: string, what: string): void {
  if (new RegExp(nameSchema.pattern).test(name)) return
  throw new ControlError(400, `${what} is named by up to 64 letters, digits, dots, dashes and underscores`)
}

function checkTime(ms: number, given?: string): void {
  const misfit = clockMisfit(ms)
  if (misfit === undefined) return
  throw new ControlError(400, misfit, given === undefined ? {} : { where: JSON.stringify(given) })
}

function misfitError({ pointer, message }: Misfit): ControlError {
  return new ControlError(400, `${pointer} ${message}`)
}

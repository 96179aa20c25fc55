import type { Api } from '../../openapi/api.ts'
import type { World } from '../../store/world.ts'
import type { RequestHead } from '../handlers/request-head.ts'

export const faultKinds = ['status', 'delay', 'drop', 'truncate', 'drip', 'content-type'] as const
type FaultKind = (typeof faultKinds)[number]

/** What goes wrong, when, and how often. */
export interface FaultRule {
  readonly kind: FaultKind
  readonly operationId?: string
  readonly api?: string
  /** For `status`. Default 503. */
  readonly status?: number
  /** For `delay` and `drip`. Default 1000. */
  readonly delayMs?: number
  /**
   * Before or after the state change. Default: `before` for what keeps an answer from coming (status, delay, drop), `after`
   * for what spoils one (truncate, drip, content-type); these, when `before`, spoil the answer of a `status` fault.
   */
  readonly phase?: 'before' | 'after'
  /** After so many requests the fault is over. */
  readonly count?: number
  /** The share of matching requests that it hits, from 0 to 1; which ones follows from the seed. */
  readonly rate?: number
  /** Only requests with this header: `name`, or `name: value`. */
  readonly header?: string
  /** By the session's clock. */
  readonly expiresInMs?: number
}

/** What asks for a fault: a rule, or the name of a preset that the other properties refine. */
export type NewFault = FaultRule | (Partial<FaultRule> & { readonly preset: string })

export interface Fault extends FaultRule {
  readonly id: string
  /** How many requests it has hit. */
  readonly hits: number
  readonly expiresAt?: string
}

/** Faults in the order of their making, with how often each was applied. */
export type FaultSnapshot = { readonly next: number; readonly faults: readonly Fault[] }

export const noFaults: FaultSnapshot = { next: 1, faults: [] }

/** Well-known bad days, by name. */
export const faultPresets: Readonly<Record<string, FaultRule>> = {
  outage: { kind: 'status', status: 503 },
  overloaded: { kind: 'status', status: 503, rate: 0.5 },
  'rate-limited': { kind: 'status', status: 429 },
  slow: { kind: 'delay', delayMs: 2000 },
  flaky: { kind: 'drop', rate: 0.3 },
  'lost-answer': { kind: 'drop', phase: 'after', count: 1 },
  'half-answer': { kind: 'truncate', count: 1 },
}

/** The property of a fault or a filter that names an API or an operation which is not served, so that it could never match. */
export function unknownTarget(
  apis: readonly Api[],
  { api, operationId }: { readonly api?: unknown; readonly operationId?: unknown },
): 'api' | 'operationId' | undefined {
  const candidates = apis.filter(({ name }) => api === undefined || name === api)
  if (candidates.length === 0) return 'api'
  const known = candidates.some(({ operations }) => operations.some(({ id }) => id === operationId))
  return operationId === undefined || known ? undefined : 'operationId'
}

/** A rule with the preset that it names filled in; what it says itself wins. */
export function ruleOf(asked: NewFault): FaultRule {
  if (!('preset' in asked)) return asked
  const { preset, ...given } = asked
  return { ...(faultPresets[preset] as FaultRule), ...given }
}

/** The faults of one session; the first that matches a request hits. */
export class Faults {
  readonly #world: World
  #state: FaultSnapshot

  constructor(world: World, from: FaultSnapshot) {
    this.#world = world
    this.#state = from
  }

  get list(): readonly Fault[] {
    return this.#state.faults
  }

  snapshot(): FaultSnapshot {
    return this.#state
  }

  restore(snapshot: FaultSnapshot): void {
    this.#state = snapshot
  }

  add(rule: FaultRule): Fault {
    const { next, faults } = this.#state
    const expires =
      rule.expiresInMs === undefined
        ? {}
        : { expiresAt: new Date(this.#world.clock.now() + rule.expiresInMs).toISOString() }
    const fault: Fault = { id: `fault-${next}`, ...rule, ...expires, hits: 0 }
    this.#state = { next: next + 1, faults: [...faults, fault] }
    return fault
  }

  /** False if there was none. */
  remove(id: string): boolean {
    const faults = this.#state.faults.filter((fault) => fault.id !== id)
    const found = faults.length < this.#state.faults.length
    this.#state = { ...this.#state, faults }
    return found
  }

  clear(): void {
    this.#state = { ...this.#state, faults: [] }
  }

  /** The fault that hits this request, counted as a hit. */
  match(api: string, operationId: string, request: RequestHead): Fault | undefined {
    if (this.#state.faults.length === 0) return undefined
    const fault = this.#state.faults.find(
      (each) => matches(each, api, operationId, request) && this.#isActive(each) && this.#isDrawn(each),
    )
    if (fault) {
      const faults = this.#state.faults.map((each) => (each === fault ? { ...each, hits: each.hits + 1 } : each))
      this.#state = { ...this.#state, faults }
    }
    return fault
  }

  #isActive({ count, hits, expiresAt }: Fault): boolean {
    return (
      (count === undefined || hits < count) &&
      (expiresAt === undefined || this.#world.clock.now() < Date.parse(expiresAt))
    )
  }

  #isDrawn({ id, rate }: Fault): boolean {
    return rate === undefined || this.#world.chance(id) < rate
  }
}

function matches(fault: Fault, api: string, operationId: string, { headers }: RequestHead): boolean {
  if (fault.api !== undefined && fault.api !== api) return false
  if (fault.operationId !== undefined && fault.operationId !== operationId) return false
  if (fault.header === undefined) return true
  const colon = fault.header.indexOf(':')
  const name = colon < 0 ? fault.header : fault.header.slice(0, colon)
  const sent = headers[name.trim().toLowerCase()]
  return sent !== undefined && (colon < 0 || String(sent) === fault.header.slice(colon + 1).trim())
}

const spoiling: readonly FaultKind[] = ['truncate', 'drip', 'content-type']

export function phaseOf({ kind, phase }: FaultRule): 'before' | 'after' {
  return phase ?? (spoiling.includes(kind) ? 'after' : 'before')
}

import { parseQuery } from '../../openapi/parameter.ts'
import type { RequestHead } from '../handlers/handler.ts'
import { isPartOf } from './verify.ts'

type Text = string | number | boolean

/** Which requests of its operation an override answers: all that it names have to fit. */
export interface OverrideMatch {
  /** The whole path as it is sent, or path parameters by name. */
  readonly path?: string | Readonly<Record<string, Text>>
  /** Query parameters by name, as text. */
  readonly query?: Readonly<Record<string, Text>>
  /** Headers by name. */
  readonly header?: Readonly<Record<string, Text>>
  /** Properties that the request body must have, at any depth; arrays must be equal. */
  readonly body?: unknown
}

/** What asks for an override. */
export interface NewOverride {
  readonly operationId: string
  /** Where several APIs have an operation of that name. */
  readonly api?: string
  readonly match?: OverrideMatch
  /** Over after so many requests; 1 is "once, then back". Default: until it is removed. */
  readonly times?: number
  /** Default: that of the example, or the first success of the operation. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** JSON, or a string for a media type that is not JSON. Default: a documented example of the status. */
  readonly body?: unknown
  /** A documented example by name, in place of a body. */
  readonly example?: string
  /** Whether the answer may break the spec. Default `false`. */
  readonly unchecked?: boolean
}

/** An override as it answers, with everything that it left open filled in. */
export interface Override extends NewOverride {
  readonly id: string
  readonly status: number
  /** By lower-case name, `content-type` included. */
  readonly headers: Readonly<Record<string, string>>
  /** How many requests it has answered. */
  readonly hits: number
}

/** Overrides in the order in which they were added. */
export interface OverrideSnapshot {
  readonly next: number
  readonly overrides: readonly Override[]
}

export const noOverrides: OverrideSnapshot = { next: 1, overrides: [] }

/** A request before its body is read. */
export interface OverriddenRequest {
  readonly api: string
  readonly operationId: string
  readonly line: RequestHead
  readonly pathTexts: Readonly<Record<string, string>>
}

/** The overrides of one session; the first that matches a request answers it. */
export class Overrides {
  #state: OverrideSnapshot

  constructor(from: OverrideSnapshot) {
    this.#state = from
  }

  get list(): readonly Override[] {
    return this.#state.overrides
  }

  snapshot(): OverrideSnapshot {
    return this.#state
  }

  restore(snapshot: OverrideSnapshot): void {
    this.#state = snapshot
  }

  add(made: Omit<Override, 'id' | 'hits'>): Override {
    const { next, overrides } = this.#state
    const override: Override = { id: `override-${next}`, ...made, hits: 0 }
    this.#state = { next: next + 1, overrides: [...overrides, override] }
    return override
  }

  /** False if there was none. */
  remove(id: string): boolean {
    const overrides = this.#state.overrides.filter((override) => override.id !== id)
    const found = overrides.length < this.#state.overrides.length
    this.#state = { ...this.#state, overrides }
    return found
  }

  clear(): void {
    this.#state = { ...this.#state, overrides: [] }
  }

  get isEmpty(): boolean {
    return this.#state.overrides.length === 0
  }

  /** Those that may answer a request, as far as its head tells; `undefined` for none. */
  matching(request: OverriddenRequest): readonly Override[] | undefined {
    if (this.isEmpty) return undefined
    const found = this.#state.overrides.filter((override) => isActive(override) && matches(override, request))
    return found.length === 0 ? undefined : found
  }

  /** The first of them that the body fits too, counted as a hit. A request that came in between may have used one up. */
  take(candidates: readonly Override[], body: unknown): Override | undefined {
    const found = this.#state.overrides.find(
      (each) => candidates.some(({ id }) => id === each.id) && isActive(each) && fitsBody(each, body),
    )
    if (!found) return undefined
    const overrides = this.#state.overrides.map((each) => (each === found ? { ...each, hits: each.hits + 1 } : each))
    this.#state = { ...this.#state, overrides }
    return found
  }
}

function isActive({ times, hits }: Override): boolean {
  return times === undefined || hits < times
}

function matches(override: Override, { api, operationId, line, pathTexts }: OverriddenRequest): boolean {
  if (override.operationId !== operationId || (override.api !== undefined && override.api !== api)) return false
  const { path, query, header } = override.match ?? {}
  return fitsPath(path, line.path, pathTexts) && fitsQuery(query, line.url) && fitsHeaders(header, line.headers)
}

function fitsPath(wanted: OverrideMatch['path'], path: string, texts: Readonly<Record<string, string>>): boolean {
  if (typeof wanted === 'string') return wanted === path
  return Object.entries(wanted ?? {}).every(([name, value]) => texts[name] === String(value))
}

function fitsQuery(wanted: OverrideMatch['query'], url: string): boolean {
  if (wanted === undefined) return true
  const mark = url.indexOf('?')
  const pairs = mark < 0 ? [] : parseQuery(url.slice(mark + 1))
  return Object.entries(wanted).every(([name, value]) =>
    pairs.some(([sent, text]) => sent === name && text === String(value)),
  )
}

function fitsHeaders(wanted: OverrideMatch['header'], headers: RequestHead['headers']): boolean {
  return Object.entries(wanted ?? {}).every(([name, value]) => {
    const sent = headers[name.toLowerCase()]
    return sent !== undefined && String(sent) === String(value)
  })
}

function fitsBody({ match }: Override, body: unknown): boolean {
  return match?.body === undefined || isPartOf(match.body, body)
}

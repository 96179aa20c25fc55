import type { Answer, Call, Engine, Plan } from '../engine/engine.ts'
import type { Payload } from '../engine/read-request.ts'
import type { Fault } from '../session/faults.ts'
import type { Override } from '../session/overrides.ts'
import type { Session } from '../session/session.ts'
import type { Sessions } from '../session/sessions.ts'
import type { AccessPolicy } from './access.ts'
import type { DelayRange } from './delay.ts'
import type { RequestListener } from './request-event.ts'
import { createRouteTable, type RouteTable } from './route-table.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the credentials and the media type of a request were accepted. */
    mockCall: Call | undefined
    /** The fault that hits this request. */
    mockFault: Fault | undefined
    /** Set where an override of the session may answer, which the body decides. */
    mockPending: PendingOverride | undefined
    /** Where one route of Fastify stands for many operations: the one that it is for, once it was found. */
    mockRoute: Route | undefined
    /** Set where somebody logs requests. */
    mockOutcome: Outcome | undefined
  }
}

export interface HostOptions {
  readonly engines: readonly Engine[]
  readonly sessions: Sessions
  /** Whom it talks to; whoever has asked that already leaves it out. */
  readonly access?: AccessPolicy
  /** Whether pages on this machine, and on the origins of `access`, may read the answers. Default `false`. */
  readonly cors?: boolean
  /** How long the answers of the APIs take. */
  readonly delayMs?: DelayRange | undefined
  /** Told of every request, by the hook of `registerRequestLog`. */
  readonly onRequest?: RequestListener | undefined
}

/** A request that waits for its body to tell whether an override answers it. */
export interface PendingOverride {
  readonly candidates: readonly Override[]
  readonly session: Session
  /** What becomes of it otherwise. */
  readonly begun: Call | Answer
}

/** What every route of a host shares. */
export interface Host extends HostOptions {
  readonly routes: RouteTable
}

export function createHost(options: HostOptions): Host {
  return { ...options, routes: createRouteTable(options.engines) }
}

/** The operation that a request is for. */
export interface Route {
  readonly host: Host
  readonly engine: Engine
  readonly plan: Plan
  readonly pathTexts: Readonly<Record<string, string>>
}

/** What is known of a request when it is answered; nothing where routing failed. */
export interface Context {
  readonly engine?: Engine
  readonly plan?: Plan
  readonly session?: Session
  readonly payload?: Payload | undefined
  /** The id of the override that answers. */
  readonly override?: string
}

/** What `send` knows of a request and its answer, for whoever logs it. */
export interface Outcome {
  readonly answer: Answer
  readonly context: Context
}

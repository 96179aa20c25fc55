import type { FastifyPluginCallback } from 'fastify'
import type { Engine } from '../mock/engine/engine.ts'
import type { Control } from '../mock/session/control.ts'
import type { Session } from '../mock/session/session.ts'
import type { JsonObject } from '../openapi/api.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The session that a call of the control plane acts on. */
    mockSession: Session
  }
  interface FastifyContextConfig {
    /** A call that may come without its body. */
    optionalBody?: boolean
  }
}

/** What the calls of the control plane act on. */
export interface ControlOptions {
  readonly control: Control
  readonly engines: readonly Engine[]
  /** The OpenAPI document of the calls. */
  readonly document: () => Promise<JsonObject>
}

/** A tag of the document, and the plugin with its calls. */
export interface ControlPart {
  readonly tag: { readonly name: string; readonly description: string }
  readonly routes: FastifyPluginCallback<ControlOptions>
}

import type { FastifyInstance } from 'fastify'
import type { Engine } from '../mock/engine/engine.ts'
import type { Control } from '../mock/session/control.ts'
import type { Api, JsonObject } from '../openapi/api.ts'
import { compileApi } from '../openapi/compile.ts'
import type { ControlPart } from './control-options.ts'
import { CONTROL_PREFIX, controlPlane } from './control-plane.ts'

interface RegisterOptions {
  readonly control: Control
  readonly engines: readonly Engine[]
  /** Default: everything that a mock can be asked. */
  readonly parts?: readonly ControlPart[]
}

/** Puts the control plane into an app; the returned function compiles its document, for whoever shows it. */
export function registerControlPlane(app: FastifyInstance, options: RegisterOptions): () => Promise<Api> {
  let described: Promise<JsonObject> | undefined
  const document = (): Promise<JsonObject> =>
    (described ??= import('./control-document.ts').then(({ describeControlPlane }) =>
      describeControlPlane({ ...options, document }),
    ))
  app.register(controlPlane, { ...options, document, prefix: CONTROL_PREFIX })
  return async () => compileApi({ file: 'control-plane.json', root: await document() })
}

import { holdsInSeed } from '../cases/states.ts'
import type { Context } from '../context.ts'
import { jsonOf } from '../checks/json-of.ts'
import type { GivenState } from '../../openapi/scenario.ts'
import { createTransport, type Exchanged, type Transport } from '../transport/transport.ts'
import { isObject } from '../../openapi/pointer.ts'

/** How a server is brought to where a case begins, as far as it lets us. */
export interface Control {
  readonly canReset: boolean
  /** Back to the seed; does nothing where that is not possible. */
  reset(): Promise<void>
  /** The values that the states provide, or why they can't be set. */
  establish(
    given: readonly GivenState[],
  ): Promise<{ readonly values: Readonly<Record<string, unknown>> } | { readonly missing: string }>
  /** Whether setting these states would change the server at all. */
  isGiven(given: readonly GivenState[]): boolean
  /** Whether the value stands in the server's rows; `undefined` where they can't be seen. */
  knows(value: string): boolean | undefined
  close(): void
}

/**
 * Finds out what the target's control plane can do; a server without one gets no further requests of that kind. `known`: what
 * was found out before, for a new session of the same server.
 */
export async function openControl(context: Context, transport: Transport, known?: Control): Promise<Control> {
  const { target } = context
  const reset = async (): Promise<boolean> =>
    isSuccess(await transport.send({ method: 'POST', path: '/__mock/reset', headers: [] }))
  const canReset = known?.canReset ?? (target.states.kind === 'mock' && !target.safe && (await reset()))
  const hook = target.states.kind === 'hook' ? hookOf(target.states) : undefined
  const rows =
    canReset && known === undefined
      ? await transport.send({ method: 'GET', path: '/__mock/state', headers: [] })
      : undefined
  const text = rows && isSuccess(rows) && rows.outcome.kind === 'answer' ? rows.outcome.text : undefined
  const isGiven = (given: readonly GivenState[]): boolean =>
    given.every(({ state, params }) => holdsInSeed(context, state, params))
  return {
    canReset,
    reset: async () => {
      if (canReset) await reset()
    },
    isGiven,
    establish: async (given) => {
      const values: Record<string, unknown> = {}
      for (const each of given) {
        const set = await setState(context, transport, hook, each, canReset)
        if (set !== undefined) Object.assign(values, set)
        else if (hook !== undefined || !holdsInSeed(context, each.state, each.params)) {
          return { missing: `needs the state “${each.state}”, which this server can't be put into` }
        }
      }
      return { values }
    },
    knows: known?.knows ?? ((value) => text?.includes(JSON.stringify(value))),
    close: () => hook?.transport.close(),
  }
}

interface Hook {
  readonly transport: Transport
  readonly headers: readonly (readonly [string, string])[]
  readonly unavailable: readonly string[]
}

function hookOf(setting: {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly unavailable: readonly string[]
}): Hook {
  return {
    transport: createTransport({ baseUrl: setting.url, connections: 1 }),
    headers: [['content-type', 'application/json'], ...Object.entries(setting.headers)],
    unavailable: setting.unavailable,
  }
}

async function setState(
  context: Context,
  transport: Transport,
  hook: Hook | undefined,
  { state, params }: GivenState,
  hasControlPlane: boolean,
): Promise<Record<string, unknown> | undefined> {
  if (context.target.safe) return undefined
  const body = JSON.stringify({ state, params, action: 'setup' })
  if (hook) {
    if (hook.unavailable.includes(state)) return undefined
    return valuesIn(await hook.transport.send({ method: 'POST', path: '', headers: hook.headers, body }))
  }
  if (!hasControlPlane) return undefined
  return valuesIn(
    await transport.send({
      method: 'POST',
      path: '/__mock/states',
      headers: [['content-type', 'application/json']],
      body,
    }),
  )
}

function valuesIn(exchanged: Exchanged): Record<string, unknown> | undefined {
  if (!isSuccess(exchanged)) return undefined
  const values = jsonOf(exchanged)
  return isObject(values) ? { ...values } : {}
}

function isSuccess({ outcome }: Exchanged): boolean {
  return outcome.kind === 'answer' && outcome.status >= 200 && outcome.status < 300
}

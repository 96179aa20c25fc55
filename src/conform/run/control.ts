import { holdsInSeed } from '../cases/states.ts'
import type { Context } from '../context.ts'
import type { GivenState } from '../../openapi/scenario.ts'
import { hasSucceeded } from '../transport/exchange.ts'
import type { Transport } from '../transport/transport.ts'
import { hookStateSetter, mockStateSetter, type StateSetter } from './provider-states.ts'

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
    hasSucceeded(await transport.send({ method: 'POST', path: '/__mock/reset', headers: [] }))
  const canReset = known?.canReset ?? (target.states.kind === 'mock' && !target.safe && (await reset()))
  const setter = setterFor(context, transport, canReset)
  const rows =
    canReset && known === undefined
      ? await transport.send({ method: 'GET', path: '/__mock/state', headers: [] })
      : undefined
  const text = rows && hasSucceeded(rows) && rows.outcome.kind === 'answer' ? rows.outcome.text : undefined
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
        const set = await tryToSet(setter, each)
        if (set !== undefined) Object.assign(values, set)
        else if (target.states.kind === 'hook' || !holdsInSeed(context, each.state, each.params)) {
          return { missing: `needs the state “${each.state}”, which this server can't be put into` }
        }
      }
      return { values }
    },
    knows: known?.knows ?? ((value) => text?.includes(JSON.stringify(value))),
    close: () => setter?.close(),
  }
}

/** Nothing is set on a server that has to stay as it is. */
function setterFor(context: Context, transport: Transport, hasControlPlane: boolean): StateSetter | undefined {
  const { safe, states } = context.target
  if (safe) return undefined
  if (states.kind === 'hook') return hookStateSetter(context, states)
  return hasControlPlane ? mockStateSetter(transport) : undefined
}

/** The values that a state provides; `undefined` where it can't be set, or the server refuses to. */
async function tryToSet(
  setter: StateSetter | undefined,
  given: GivenState,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (!setter || setter.obstacle(given.state) !== undefined) return undefined
  return setter.set(given, 'setup').catch(() => undefined)
}

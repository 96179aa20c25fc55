import { holdsInSeed } from '../conform/cases/states.ts'
import {
  hookStateSetter,
  isSeeded,
  mockStateSetter,
  postJson,
  providedBy,
  type StateAction,
} from '../conform/run/provider-states.ts'
import type { Target } from '../conform/target.ts'
import { hasSucceeded } from '../conform/transport/exchange.ts'
import { openTransport } from '../conform/transport/open-transport.ts'
import type { Transport } from '../conform/transport/transport.ts'
import type { Seed } from '../fixtures/seed.ts'
import type { Api, JsonObject } from '../openapi/api.ts'
import { isObject } from '../openapi/pointer.ts'
import type { Given } from './provided.ts'

/** How a server is brought to where an interaction begins. */
export interface InteractionStates {
  /** To be sent with every request, so that it meets the states that were set. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether `begin` and the states make every interaction independent of those before it. */
  readonly restores: boolean
  /** Why a state can't be set, or `undefined` when it can. */
  obstacle(given: Given): string | undefined
  /** Puts the server back to where it was, as far as it can be, before an interaction begins. */
  begin(): Promise<void>
  /** Makes a state true, or ends it, and returns the values that it provides. Throws when the server refuses. */
  set(given: Given, action: StateAction): Promise<JsonObject>
  close(): Promise<void>
}

/** Those that fit the target: by its hook, by the mock's control plane where it answers, or none that can be set. */
export async function openInteractionStates(api: Api, seed: Seed, target: Target): Promise<InteractionStates> {
  const { states } = target
  if (states.kind === 'hook') return statesByHook(api, seed, target, states)
  const transport = openTransport(target)
  if (states.kind === 'mock' && (await succeeds(transport, 'GET', '/__mock/health'))) return statesOfMock(transport)
  return unsettable(api, seed, target, transport)
}

/** A server of which only the address is known has the rows of the seed, so a state that these are in already is given. */
async function unsettable(api: Api, seed: Seed, target: Target, transport: Transport): Promise<InteractionStates> {
  const isGiven = ({ name, params }: Given): boolean =>
    isSeeded(seed, name) || (!target.described && holdsInSeed({ api, seed }, name, params))
  const reason = target.described
    ? 'the target names no hook that sets provider states'
    : 'the server has no /__mock/states, and no target file names a hook'
  const canReset = !target.described && (await succeeds(transport, 'POST', '/__mock/reset'))
  return {
    headers: {},
    restores: canReset,
    obstacle: (given) => (isGiven(given) ? undefined : reason),
    begin: async () => void (canReset && (await succeeds(transport, 'POST', '/__mock/reset'))),
    set: (given) =>
      isGiven(given) ? Promise.resolve(providedBy(seed, given.name, given.params)) : Promise.reject(new Error(reason)),
    close: () => Promise.resolve(transport.close()),
  }
}

/** Uses a session of its own where the mock has sessions, so that nobody else's rows are touched. */
async function statesOfMock(transport: Transport): Promise<InteractionStates> {
  const session = await postJson(transport, '/__mock/sessions', {}, {}).catch(() => undefined)
  const id = isObject(session) && typeof session['id'] === 'string' ? session['id'] : undefined
  const headers: Record<string, string> = id === undefined ? {} : { 'x-mock-session': id }
  const setter = mockStateSetter(transport, headers)
  return {
    headers,
    restores: true,
    obstacle: () => undefined,
    begin: async () => void (await postJson(transport, '/__mock/reset', undefined, headers)),
    // The reset before the next interaction ends every state at once.
    set: ({ name, params }, action) =>
      action === 'teardown' ? Promise.resolve({}) : setter.set({ state: name, params }, action),
    close: async () => {
      if (id !== undefined)
        await transport.send({ method: 'DELETE', path: `/__mock/sessions/${encodeURIComponent(id)}`, headers: [] })
      transport.close()
    },
  }
}

function statesByHook(
  api: Api,
  seed: Seed,
  target: Target,
  hook: Target['states'] & { kind: 'hook' },
): InteractionStates {
  const setter = hookStateSetter({ api, seed, target }, hook)
  return {
    headers: {},
    restores: true,
    obstacle: ({ name }) => setter.obstacle(name),
    begin: () => Promise.resolve(),
    set: ({ name, params }, action) => setter.set({ state: name, params }, action),
    close: () => Promise.resolve(setter.close()),
  }
}

async function succeeds(transport: Transport, method: string, path: string): Promise<boolean> {
  return hasSucceeded(await transport.send({ method, path, headers: [] }))
}

import type { ProviderState, Seed } from '../../fixtures/seed.ts'
import { fill } from '../../fixtures/states.ts'
import type { Api, JsonObject } from '../../openapi/api.ts'
import { variableValues } from '../../openapi/extensions.ts'
import { isObject } from '../../openapi/pointer.ts'
import type { GivenState } from '../../openapi/scenario.ts'
import { jsonOf } from '../checks/json-of.ts'
import type { Target } from '../target.ts'
import { hasSucceeded } from '../transport/exchange.ts'
import { createTransport, type Transport } from '../transport/transport.ts'

export type StateAction = 'setup' | 'teardown'

/** The server that sets the states did not answer at all. */
export class NoAnswerError extends Error {}

/** The one way in which provider states are set on a server under test, by conformance cases and by Pact's verifier. */
export interface StateSetter {
  /** Why a state can't be set, or `undefined` when it can. */
  obstacle(state: string): string | undefined
  /** Makes a state true, or ends it, and returns the values that it provides. Throws NoAnswerError, and Error when the server refuses. */
  set(given: GivenState, action: StateAction): Promise<JsonObject>
  close(): void
}

/** What the parameters of a state and the values that it provides follow from. */
interface StateContext {
  readonly api: Api
  readonly seed: Seed
  readonly target: Target
}

/** By the control plane of a mock. `headers`: the session that the states are set in. */
export function mockStateSetter(transport: Transport, headers: Readonly<Record<string, string>> = {}): StateSetter {
  return {
    obstacle: () => undefined,
    set: ({ state, params }, action) => postJson(transport, '/__mock/states', { state, params, action }, headers),
    close: () => undefined,
  }
}

/** By the hook that a target file names. */
export function hookStateSetter(context: StateContext, hook: Target['states'] & { kind: 'hook' }): StateSetter {
  const { seed, target } = context
  const { origin, pathname, search } = new URL(hook.url)
  const { headers, unavailable } = hook
  const transport = createTransport({ baseUrl: origin, headers, timeoutMs: target.timeoutMs, connections: 1 })
  return {
    obstacle: (state) =>
      unavailable.includes(state) && !isSeeded(seed, state)
        ? "the target says that this state can't be set"
        : undefined,
    set: async ({ state, params: own }, action) => {
      if (unavailable.includes(state)) return providedBy(seed, state, own)
      const params = withVariables(context, own)
      const answer = await postJson(transport, pathname + search, { state, params, action }, {})
      return { ...providedBy(seed, state, params), ...answer }
    },
    close: () => transport.close(),
  }
}

/** Values of the spec's variables become those of the target, wherever they stand in the parameters. */
function withVariables({ api, target }: StateContext, params: JsonObject): JsonObject {
  const names = new Map(Object.entries(variableValues(api.document)).map(([name, value]) => [value, name]))
  return Object.fromEntries(
    Object.entries(params).map(([param, value]) => {
      const name = names.get(value)
      return [param, name !== undefined && Object.hasOwn(target.variables, name) ? target.variables[name] : value]
    }),
  )
}

/** The values that a state provides by what the fixtures say of it. */
export function providedBy(seed: Seed, name: string, params: JsonObject): JsonObject {
  return fill(stateNamed(seed, name)?.provides ?? {}, params) as JsonObject
}

/** Whether a server that nobody has touched is in the state by itself. */
export function isSeeded(seed: Seed, name: string): boolean {
  return stateNamed(seed, name)?.seeded === true
}

function stateNamed(seed: Seed, name: string): ProviderState | undefined {
  return seed.states.find((state) => state.name === name)
}

/** Throws unless the answer is a success; a body that is no JSON object counts as no values. */
export async function postJson(
  transport: Transport,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<JsonObject> {
  const type = body === undefined ? [] : [['content-type', 'application/json'] as const]
  const exchanged = await transport.send({
    method: 'POST',
    path,
    headers: [...Object.entries(headers), ...type],
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const { outcome } = exchanged
  if (outcome.kind === 'no-answer') throw new NoAnswerError(`POST ${path} got no answer (${outcome.code})`)
  if (!hasSucceeded(exchanged))
    throw new Error(`POST ${path} answered ${outcome.status}: ${outcome.text.slice(0, 300)}`)
  const values = jsonOf(exchanged)
  return isObject(values) ? { ...values } : {}
}

import { variableValues } from '../openapi/extensions.ts'
import { fill } from '../fixtures/states.ts'
import type { Seed } from '../fixtures/seed.ts'
import type { Api, JsonObject } from '../openapi/api.ts'
import { isObject } from '../openapi/pointer.ts'
import { holdsInSeed } from '../conform/cases/states.ts'
import type { Target } from '../conform/target.ts'
import { openTransport } from '../conform/transport/open-transport.ts'
import { createTransport, type Transport } from '../conform/transport/transport.ts'
import type { Given } from './provided.ts'

export type StateAction = 'setup' | 'teardown'

/** The server that sets the states did not answer at all. */
export class NoAnswerError extends Error {}

/** Sets provider states on the server under test. */
export interface StateSetter {
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

/** The setter that fits the target: its hook, the mock's control plane where it answers, or one that can set nothing. */
export async function createStateSetter(api: Api, seed: Seed, target: Target): Promise<StateSetter> {
  const { states } = target
  if (states.kind === 'hook') return hookSetter(api, seed, target, states)
  const transport = openTransport(target)
  if (states.kind === 'mock' && (await succeeds(transport, 'GET', '/__mock/health'))) return mockSetter(transport)
  return unsettable(api, seed, target, transport)
}

/** A server of which only the address is known has the rows of the seed, so a state that these are in already is given. */
async function unsettable(api: Api, seed: Seed, target: Target, transport: Transport): Promise<StateSetter> {
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
async function mockSetter(transport: Transport): Promise<StateSetter> {
  const session = await post(transport, '/__mock/sessions', {}, {}).catch(() => undefined)
  const id = isObject(session) && typeof session['id'] === 'string' ? session['id'] : undefined
  const headers: Record<string, string> = id === undefined ? {} : { 'x-mock-session': id }
  return {
    headers,
    restores: true,
    obstacle: () => undefined,
    begin: async () => void (await post(transport, '/__mock/reset', undefined, headers)),
    // The reset before the next interaction ends every state at once.
    set: (given, action) =>
      action === 'teardown'
        ? Promise.resolve({})
        : post(transport, '/__mock/states', { state: given.name, params: given.params, action }, headers),
    close: async () => {
      if (id !== undefined)
        await transport.send({ method: 'DELETE', path: `/__mock/sessions/${encodeURIComponent(id)}`, headers: [] })
      transport.close()
    },
  }
}

function hookSetter(api: Api, seed: Seed, target: Target, hook: Target['states'] & { kind: 'hook' }): StateSetter {
  const url = new URL(hook.url)
  const transport = createTransport({ baseUrl: url.origin, headers: hook.headers, timeoutMs: target.timeoutMs })
  return {
    headers: {},
    restores: true,
    obstacle: ({ name }) =>
      hook.unavailable.includes(name) && !isSeeded(seed, name)
        ? "the target says that this state can't be set"
        : undefined,
    begin: nothing,
    set: async (given, action) => {
      if (hook.unavailable.includes(given.name)) return providedBy(seed, given.name, given.params)
      const params = withVariables(api, target, given.params)
      const answer = await post(transport, url.pathname + url.search, { state: given.name, params, action }, {})
      return { ...providedBy(seed, given.name, params), ...answer }
    },
    close: () => Promise.resolve(transport.close()),
  }
}

/** Values of the spec's variables become those of the target, wherever they stand in the parameters. */
function withVariables(api: Api, target: Target, params: JsonObject): JsonObject {
  const names = new Map(Object.entries(variableValues(api.document)).map(([name, value]) => [value, name]))
  return Object.fromEntries(
    Object.entries(params).map(([param, value]) => {
      const name = names.get(value)
      return [param, name !== undefined && Object.hasOwn(target.variables, name) ? target.variables[name] : value]
    }),
  )
}

function providedBy(seed: Seed, name: string, params: JsonObject): JsonObject {
  const state = seed.states.find((each) => each.name === name)
  return fill(state?.provides ?? {}, params) as JsonObject
}

async function succeeds(transport: Transport, method: string, path: string): Promise<boolean> {
  const { outcome } = await transport.send({ method, path, headers: [] })
  return outcome.kind === 'answer' && outcome.status >= 200 && outcome.status < 300
}

/** Throws unless the answer is a success; a body that is no JSON object counts as no values. */
async function post(
  transport: Transport,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<JsonObject> {
  const { outcome } = await transport.send({
    method: 'POST',
    path,
    headers: [
      ...Object.entries(headers),
      ...(body === undefined ? [] : ([['content-type', 'application/json']] as const)),
    ],
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (outcome.kind === 'no-answer') throw new NoAnswerError(`POST ${path} got no answer (${outcome.code})`)
  if (outcome.status >= 300) throw new Error(`POST ${path} answered ${outcome.status}: ${outcome.text.slice(0, 300)}`)
  try {
    const values: unknown = JSON.parse(outcome.text)
    return isObject(values) ? values : {}
  } catch {
    return {}
  }
}

/** Whether a server that nobody has touched is in the state by itself. */
function isSeeded(seed: Seed, name: string): boolean {
  return seed.states.find((state) => state.name === name)?.seeded === true
}

function nothing(): Promise<void> {
  return Promise.resolve()
}

import { fill } from '../../seed/states.ts'
import type { ProviderState, Seed } from '../../seed/seed.ts'
import type { Api, JsonObject } from '../../spec/api.ts'
import { isObject, pointerTo } from '../../spec/pointer.ts'
import { invalid, type Scenario } from './scenario.ts'

/** The provider state that says whose credentials the request carries; they are added to it at verification. */
export const CREDENTIALS_STATE = 'the request carries credentials'

/** A provider state of an interaction, with all its parameters. */
export interface Given {
  readonly name: string
  readonly params: JsonObject
}

/** The name under which a provider state, or the verifier's target, provides a value; `undefined` for fixed values. */
export type NameOf = (value: unknown) => string | undefined

/** The states of a scenario: whose credentials it carries, then what its rows are. Throws SPEC_INVALID for unknown names. */
export function givenOf(scenario: Scenario, seed: Seed): Given[] {
  const credential = credentialOf(scenario, seed)
  const states = scenario.given.map(({ state, params }) => ({ name: state, params: { ...defaultsOf(stateNamed(scenario, seed, state)), ...params } }))
  return credential === undefined ? states : [{ name: CREDENTIALS_STATE, params: { credential } }, ...states]
}

/** The values of `x-variables`, which a target file may replace by its own. */
export function variablesOf(api: Api): JsonObject {
  const source = api.document['x-variables']
  if (!isObject(source)) return {}
  return Object.fromEntries(Object.entries(source).map(([name, variable]) => [name, isObject(variable) ? variable['value'] : variable]))
}

/** Finds names for values among what the scenario's states provide and, where no state takes the name, the variables. */
export function namesFor(scenario: Scenario, seed: Seed): NameOf {
  const provided = scenario.given.reduce<JsonObject>((all, { state, params }) => {
    const found = stateNamed(scenario, seed, state)
    return { ...all, ...(fill(found.provides, { ...defaultsOf(found), ...params }) as JsonObject) }
  }, {})
  const names = new Map(Object.entries({ ...variablesOf(scenario.api), ...provided }).map(([name, value]) => [keyOf(value), name]))
  for (const [name, value] of Object.entries(provided)) names.set(keyOf(value), name)
  return (value) => names.get(keyOf(value))
}

function keyOf(value: unknown): string {
  return `${typeof value}:${String(value)}`
}

function credentialOf(scenario: Scenario, seed: Seed): string | undefined {
  if (scenario.credential === null) return undefined
  const [standard] = seed.credentials
  const row = scenario.credential === undefined ? standard : seed.credentials.find(({ id }) => id === scenario.credential)
  if (scenario.credential !== undefined && row === undefined) {
    throw invalid(scenario.api, pointerTo(scenario.pointer, 'credential'), `is no credential of fixtures/${seed.api}/credentials.json`)
  }
  return row === undefined || Object.keys(row.headers).length === 0 ? undefined : row.id
}

function stateNamed(scenario: Scenario, seed: Seed, name: string): ProviderState {
  const state = seed.states.find((each) => each.name === name)
  if (state === undefined) {
    throw invalid(scenario.api, pointerTo(scenario.pointer, 'given'), `names a state that fixtures/${seed.api}/states.yaml does not have: ${JSON.stringify(name)}`)
  }
  return state
}

function defaultsOf(state: ProviderState): JsonObject {
  return Object.fromEntries(Object.entries(state.params).map(([name, param]) => [name, param.default]))
}

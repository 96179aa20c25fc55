import { CREDENTIALS_STATE } from '../fixtures/credentials-state.ts'
import { variableValues } from '../openapi/extensions.ts'
import { fill } from '../fixtures/states.ts'
import type { ProviderState } from '../fixtures/seed.ts'
import type { JsonObject } from '../openapi/api.ts'
import { pointerTo } from '../openapi/pointer.ts'
import { invalid, type ScenarioContext } from './scenario.ts'

/** A provider state of an interaction, with all its parameters. */
export interface Given {
  readonly name: string
  readonly params: JsonObject
}

/** The name under which a provider state, or the verifier's target, provides a value; `undefined` for fixed values. */
export type NameOf = (value: unknown) => string | undefined

/** The states of a scene: whose credentials it carries, then what its rows are. Throws SPEC_INVALID for unknown names. */
export function givenOf(scenarioContext: ScenarioContext): Given[] {
  const credential = credentialOf(scenarioContext)
  const states = scenarioContext.scenario.given.map(({ state, params }) => ({
    name: state,
    params: { ...defaultsOf(stateNamed(scenarioContext, state)), ...params },
  }))
  return credential === undefined
    ? states
    : [{ name: CREDENTIALS_STATE, params: { api: scenarioContext.context.api.name, credential } }, ...states]
}

/** Finds names for values among what the scene's states provide and, where no state takes the name, the variables. */
export function namesFor(scenarioContext: ScenarioContext): NameOf {
  const provided: JsonObject = Object.fromEntries(
    scenarioContext.scenario.given.flatMap(({ state, params }) => {
      const found = stateNamed(scenarioContext, state)
      return Object.entries(fill(found.provides, { ...defaultsOf(found), ...params }) as JsonObject)
    }),
  )
  const names = new Map(
    Object.entries({ ...variableValues(scenarioContext.context.api.document), ...provided }).map(([name, value]) => [
      keyOf(value),
      name,
    ]),
  )
  for (const [name, value] of Object.entries(provided)) names.set(keyOf(value), name)
  return (value) => names.get(keyOf(value))
}

function keyOf(value: unknown): string {
  return `${typeof value}:${String(value)}`
}

/** A credential that sends nothing, or nothing but parameters that the contract holds itself, need not be asked for. */
function credentialOf({ context, scenario, draft }: ScenarioContext): string | undefined {
  if (scenario.credential === null || Object.keys(draft.credential).length === 0) return undefined
  return scenario.credential ?? context.seed.credentials[0]?.id
}

function stateNamed({ context: { api, seed }, scenario }: ScenarioContext, name: string): ProviderState {
  const state = seed.states.find((each) => each.name === name)
  if (state === undefined) {
    throw invalid(
      api,
      pointerTo(scenario.pointer, 'given'),
      `names a state that fixtures/${api.name}/states.yaml does not have: ${JSON.stringify(name)}`,
    )
  }
  return state
}

function defaultsOf(state: ProviderState): JsonObject {
  return Object.fromEntries(Object.entries(state.params).map(([name, param]) => [name, param.default]))
}

import { UnderstudyError } from '../../errors.ts'
import { CREDENTIALS_STATE } from '../../fixtures/credentials-state.ts'
import { fill } from '../../fixtures/states.ts'
import type { ProviderState, Seed } from '../../fixtures/seed.ts'
import type { Api, JsonObject } from '../../openapi/api.ts'
import type { World } from '../../store/world.ts'
import { carryCredentials } from './carry-credentials.ts'
import { object } from './json-schema.ts'
import { planChange } from './state-change.ts'

export interface StateRequest {
  /** Its name; the empty one, which the Pact verifier sends for an interaction without a state, is always true. */
  readonly state: string
  readonly params?: Readonly<Record<string, unknown>> | undefined
}

/** The body of `POST /__mock/states`, which is what the Pact verifier sends. */
export const stateRequestSchema = object(
  {
    state: { type: 'string', description: 'Its name; the empty one changes nothing.' },
    params: { type: 'object' },
    action: { enum: ['setup', 'teardown'] },
    consumer: { type: 'string' },
  },
  ['state'],
)

interface KnownState {
  readonly api: Api
  readonly state: ProviderState
  readonly seed: Seed
}

/** Every provider state of every API, by name. */
export class ProviderStates {
  readonly #byName = new Map<string, KnownState>()
  readonly #apis: readonly Api[]
  readonly #seeds: readonly Seed[]

  /** Throws FIXTURE_INVALID when two states share a name. */
  constructor(apis: readonly Api[], seeds: readonly Seed[]) {
    this.#apis = apis
    this.#seeds = seeds
    for (const seed of seeds) {
      const api = apis.find((each) => each.name === seed.api) as Api
      for (const state of seed.states) this.#add(api, state, seed)
    }
  }

  get names(): readonly string[] {
    return [...this.#byName.keys(), CREDENTIALS_STATE]
  }

  has(name: string): boolean {
    return name === CREDENTIALS_STATE || this.#byName.has(name)
  }

  /** The API whose rows a state changes, `undefined` for one that changes none. Throws STATE_INVALID for an unknown name. */
  apiOf(name: string): Api | undefined {
    return name === '' || name === CREDENTIALS_STATE ? undefined : this.#known(name).api
  }

  /**
   * Makes a state true in a world and returns the values that it provides. All changes are checked before the first is made.
   * Throws STATE_INVALID for an unknown name, an unknown parameter or a row that would not fit the spec.
   */
  setUp(world: World, { state: name, params = {} }: StateRequest): JsonObject {
    if (name === '') return {}
    if (name === CREDENTIALS_STATE) return carryCredentials(this.#apis, this.#seeds, params)
    const { api, state, seed } = this.#known(name)
    const surplus = Object.keys(params).find((param) => !Object.hasOwn(state.params, param))
    if (surplus !== undefined) {
      const takes = Object.keys(state.params).join(', ') || 'none'
      throw new UnderstudyError(
        'STATE_INVALID',
        `the provider state ${JSON.stringify(name)} has no parameter ${surplus}; it takes: ${takes}`,
      )
    }
    const values = { ...defaultsOf(state), ...params }
    const edits = state.changes.map((change) => planChange({ api, world, seed, state: name }, change, values))
    for (const edit of edits) edit()
    return fill(state.provides, values) as JsonObject
  }

  #known(name: string): KnownState {
    const known = this.#byName.get(name)
    if (known) return known
    const names = this.names.map((each) => JSON.stringify(each)).join(', ')
    throw new UnderstudyError(
      'STATE_INVALID',
      `there is no provider state ${JSON.stringify(name)}; known: ${names === '' ? 'none' : names}`,
    )
  }

  #add(api: Api, state: ProviderState, seed: Seed): void {
    const other = this.#byName.get(state.name)
    if (other) {
      throw new UnderstudyError(
        'FIXTURE_INVALID',
        `repeats the state ${JSON.stringify(state.name)} of ${other.api.name}`,
        `${api.name}/states.yaml`,
      )
    }
    this.#byName.set(state.name, { api, state, seed })
  }
}

function defaultsOf(state: ProviderState): JsonObject {
  return Object.fromEntries(Object.entries(state.params).map(([name, param]) => [name, param.default]))
}

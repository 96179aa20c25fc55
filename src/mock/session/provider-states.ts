import { UnderstudyError } from '../../errors.ts'
import { checkRow } from '../../fixtures/load.ts'
import { fill } from '../../fixtures/states.ts'
import type { ProviderState, Seed, StateChange } from '../../fixtures/seed.ts'
import type { Api, JsonObject } from '../../openapi/api.ts'
import type { Row } from '../../store/collection.ts'
import type { World } from '../../store/world.ts'
import { object } from './json-schema.ts'

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
}

/** Every provider state of every API, by name. */
export class ProviderStates {
  readonly #byName = new Map<string, KnownState>()

  /** Throws FIXTURE_INVALID when two states share a name. */
  constructor(apis: readonly Api[], seeds: readonly Seed[]) {
    for (const seed of seeds) {
      const api = apis.find((each) => each.name === seed.api) as Api
      for (const state of seed.states) this.#add(api, state)
    }
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()]
  }

  has(name: string): boolean {
    return this.#byName.has(name)
  }

  /** The API whose rows a state changes, `undefined` for the empty state. Throws STATE_INVALID for an unknown name. */
  apiOf(name: string): Api | undefined {
    return name === '' ? undefined : this.#known(name).api
  }

  /**
   * Makes a state true in a world and returns the values that it provides. All changes are checked before the first is made.
   * Throws STATE_INVALID for an unknown name, an unknown parameter or a row that would not fit the spec.
   */
  setUp(world: World, { state: name, params = {} }: StateRequest): JsonObject {
    if (name === '') return {}
    const { api, state } = this.#known(name)
    const surplus = Object.keys(params).find((param) => !Object.hasOwn(state.params, param))
    if (surplus !== undefined) {
      const takes = Object.keys(state.params).join(', ') || 'none'
      throw new UnderstudyError(
        'STATE_INVALID',
        `the provider state ${JSON.stringify(name)} has no parameter ${surplus}; it takes: ${takes}`,
      )
    }
    const values = { ...defaultsOf(state), ...params }
    const edits = state.changes.map((change) => planChange(api, world, fillChange(change, values), name))
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

  #add(api: Api, state: ProviderState): void {
    const other = this.#byName.get(state.name)
    if (other) {
      throw new UnderstudyError(
        'FIXTURE_INVALID',
        `repeats the state ${JSON.stringify(state.name)} of ${other.api.name}`,
        `${api.name}/states.yaml`,
      )
    }
    this.#byName.set(state.name, { api, state })
  }
}

function defaultsOf(state: ProviderState): JsonObject {
  return Object.fromEntries(Object.entries(state.params).map(([name, param]) => [name, param.default]))
}

function fillChange(change: StateChange, values: JsonObject): StateChange {
  return change.kind === 'delete'
    ? { ...change, key: String(fill(change.key, values)) }
    : { ...change, row: fill(change.row, values) as JsonObject }
}

function planChange(api: Api, world: World, change: StateChange, state: string): () => void {
  const table = world.state(api.name).table(change.collection)
  if (change.kind === 'delete') return () => void table.delete(change.key)
  const row = change.kind === 'put' ? change.row : merged(api, table.get(keyIn(api, change)), change, state)
  const [error] = checkRow(api, change.collection, row)
  if (error) {
    throw new UnderstudyError(
      'STATE_INVALID',
      `the state ${JSON.stringify(state)} would make a row of ${change.collection} that the spec forbids: ${error.at} ${error.message}`,
    )
  }
  return () => void table.put(row)
}

function merged(api: Api, row: Row | undefined, change: StateChange & { kind: 'merge' }, state: string): Row {
  if (row) return { ...row, ...change.row }
  throw new UnderstudyError(
    'STATE_INVALID',
    `the state ${JSON.stringify(state)} changes a row of ${change.collection} that does not exist: ${keyIn(api, change)}`,
  )
}

function keyIn(api: Api, change: StateChange & { kind: 'merge' }): string {
  return String(change.row[api.collections[change.collection]?.key ?? 'id'])
}

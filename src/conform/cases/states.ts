import { isDeepStrictEqual } from 'node:util'
import type { StateChange } from '../../fixtures/seed.ts'
import { fill } from '../../fixtures/states.ts'
import type { JsonObject } from '../../openapi/api.ts'
import type { GivenState } from '../../openapi/scenario.ts'
import type { Context } from '../context.ts'

/** Whether a provider state is already there in the base rows, so that nobody has to set it. */
export function holdsInSeed(context: Pick<Context, 'api' | 'seed'>, name: string, params: JsonObject): boolean {
  const state = context.seed.states.find((each) => each.name === name)
  if (!state) return false
  const defaults = Object.fromEntries(Object.entries(state.params).map(([param, { default: value }]) => [param, value]))
  const values = { ...defaults, ...params }
  return state.changes.every((change) => isThere(context, state.changes, change, values))
}

function isThere(
  { api, seed }: Pick<Context, 'api' | 'seed'>,
  changes: readonly StateChange[],
  change: StateChange,
  params: JsonObject,
): boolean {
  if (change.kind === 'restore') return true
  const { collection } = change
  const key = api.collections[collection]?.key ?? 'id'
  const rows =
    collection === 'credentials' ? (seed.credentials as readonly JsonObject[]) : (seed.rows[collection] ?? [])
  const rowOf = (id: unknown): JsonObject | undefined => rows.find((row) => row[key] === id)
  if (change.kind === 'delete') return rowOf(fill(change.key, params)) === undefined
  const wanted = fill(change.row, params) as JsonObject
  if (change.kind === 'delete-where') {
    const put = changes.flatMap((each) =>
      each.kind === 'put' && each.collection === collection ? [(fill(each.row, params) as JsonObject)[key]] : [],
    )
    return rows.every((row) => put.includes(row[key]) || !hasAll(row, wanted))
  }
  const row = rowOf(wanted[key])
  return row !== undefined && hasAll(row, wanted)
}

function hasAll(row: JsonObject, wanted: JsonObject): boolean {
  return Object.entries(wanted).every(([name, value]) => isDeepStrictEqual(row[name], value))
}

/** The states that have to be set: what a fresh server is in by itself, and what its variables promise, is left out. */
export function statesToSet({ seed }: Pick<Context, 'seed'>, given: readonly GivenState[]): readonly GivenState[] {
  return given.filter(({ state }) => seed.states.find(({ name }) => name === state)?.seeded !== true)
}

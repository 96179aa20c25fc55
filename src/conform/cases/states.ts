import { isDeepStrictEqual } from 'node:util'
import type { Seed, StateChange } from '../../fixtures/seed.ts'
import { fill } from '../../fixtures/states.ts'
import type { Api, JsonObject } from '../../openapi/api.ts'
import type { Context } from '../context.ts'

/** Whether a provider state is already there in the base rows, so that nobody has to set it. */
export function holdsInSeed(context: Pick<Context, 'api' | 'seed'>, name: string, params: JsonObject): boolean {
  const state = context.seed.states.find((each) => each.name === name)
  if (!state) return false
  const defaults = Object.fromEntries(Object.entries(state.params).map(([param, { default: value }]) => [param, value]))
  const values = { ...defaults, ...params }
  return state.changes.every((change) => isThere(context.api, context.seed, change, values))
}

function isThere(api: Api, seed: Seed, change: StateChange, params: JsonObject): boolean {
  const key = api.collections[change.collection]?.key ?? 'id'
  const rows =
    change.collection === 'credentials'
      ? (seed.credentials as readonly JsonObject[])
      : (seed.rows[change.collection] ?? [])
  const rowOf = (id: unknown): JsonObject | undefined => rows.find((row) => row[key] === id)
  if (change.kind === 'delete') return rowOf(fill(change.key, params)) === undefined
  const wanted = fill(change.row, params) as JsonObject
  const row = rowOf(wanted[key])
  if (row === undefined) return false
  return Object.entries(wanted).every(([name, value]) => isDeepStrictEqual(row[name], value))
}

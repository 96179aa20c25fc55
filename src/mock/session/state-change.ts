import { isDeepStrictEqual } from 'node:util'
import { UnderstudyError } from '../../errors.ts'
import { checkRow } from '../../fixtures/load.ts'
import type { Seed, StateChange } from '../../fixtures/seed.ts'
import { fill } from '../../fixtures/states.ts'
import type { Api, JsonObject } from '../../openapi/api.ts'
import type { Row } from '../../store/collection.ts'
import type { World } from '../../store/world.ts'

/** Where a provider state is set. */
export interface StatePlace {
  readonly api: Api
  readonly world: World
  readonly seed: Seed
  readonly state: string
}

/**
 * Checks one change of a provider state, its parameters filled in; only what is returned changes anything.
 * Throws STATE_INVALID for a row that would not fit the spec, or that is to be changed and does not exist.
 */
export function planChange(place: StatePlace, change: StateChange, values: JsonObject): () => void {
  const { api, world } = place
  const table = world.state(api.name).table(change.collection)
  const row = 'row' in change ? (fill(change.row, values) as JsonObject) : {}
  const key = 'key' in change ? String(fill(change.key, values)) : ''
  switch (change.kind) {
    case 'put':
      return put(place, change.collection, row)
    case 'merge':
      return put(place, change.collection, merged(place, change.collection, row))
    case 'delete':
      return () => void table.delete(key)
    case 'delete-where': {
      const name = keyOf(api, change.collection)
      const keys = [...table.all()].filter((each) => hasAll(each, row)).map((each) => String(each[name]))
      return () => keys.forEach((each) => table.delete(each))
    }
    case 'restore': {
      const seeded = place.seed.rows[change.collection]?.find(
        (each) => String(each[keyOf(api, change.collection)]) === key,
      )
      return seeded === undefined ? () => void table.delete(key) : put(place, change.collection, seeded)
    }
  }
}

function put({ api, world, state }: StatePlace, collection: string, row: Row): () => void {
  const [error] = checkRow(api, collection, row)
  if (error) {
    throw new UnderstudyError(
      'STATE_INVALID',
      `the state ${JSON.stringify(state)} would make a row of ${collection} that the spec forbids: ${error.at} ${error.message}`,
    )
  }
  return () => void world.state(api.name).table(collection).put(row)
}

function merged({ api, world, state }: StatePlace, collection: string, change: JsonObject): Row {
  const key = String(change[keyOf(api, collection)])
  const row = world.state(api.name).table(collection).get(key)
  if (row) return { ...row, ...change }
  throw new UnderstudyError(
    'STATE_INVALID',
    `the state ${JSON.stringify(state)} changes a row of ${collection} that does not exist: ${key}`,
  )
}

function keyOf(api: Api, collection: string): string {
  return api.collections[collection]?.key ?? 'id'
}

function hasAll(row: Row, wanted: JsonObject): boolean {
  return Object.entries(wanted).every(([name, value]) => isDeepStrictEqual(row[name], value))
}

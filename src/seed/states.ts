import { UnderstudyError } from '../errors.ts'
import type { Api, JsonObject } from '../spec/api.ts'
import { isObject, pointerTo } from '../spec/pointer.ts'
import type { ProviderState, StateChange } from './seed.ts'

/** Parses `states.yaml`. Throws FIXTURE_INVALID with `file#/pointer`. */
export function parseStates(api: Api, file: string, content: unknown): readonly ProviderState[] {
  if (!Array.isArray(content)) throw new UnderstudyError('FIXTURE_INVALID', 'must be a list of provider states', file)
  return content.map((source: unknown, index) => parseState(api, source, `${file}#${pointerTo('', index)}`))
}

/**
 * Fills `${param}` into a value: a text that is nothing but one placeholder becomes the parameter itself, with its type.
 * Placeholders of unknown names stay as they are.
 */
export function fill(value: unknown, params: Readonly<Record<string, unknown>>): unknown {
  if (typeof value === 'string') return fillText(value, params)
  if (Array.isArray(value)) return value.map((entry) => fill(entry, params))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, fill(entry, params)]))
}

function fillText(text: string, params: Readonly<Record<string, unknown>>): unknown {
  const whole = /^\$\{(\w+)\}$/.exec(text)
  if (whole && Object.hasOwn(params, whole[1] as string)) return params[whole[1] as string]
  return text.replaceAll(/\$\{(\w+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : placeholder,
  )
}

function parseState(api: Api, source: unknown, where: string): ProviderState {
  if (!isObject(source) || typeof source['name'] !== 'string') throw invalid(where, 'needs a name, a sentence')
  const { name, description = '', params = {}, changes = [], provides = {} } = source
  if (!isObject(params) || !Object.values(params).every((param) => isObject(param) && 'default' in param)) {
    throw invalid(`${where}/params`, 'must be an object: name → { default, description? }')
  }
  if (!Array.isArray(changes)) throw invalid(`${where}/changes`, 'must be a list')
  if (!isObject(provides)) throw invalid(`${where}/provides`, 'must be an object')
  return {
    name,
    description: String(description),
    params: params as ProviderState['params'],
    changes: changes.map((change: unknown, index) => parseChange(api, change, `${where}/changes/${index}`)),
    provides,
  }
}

function parseChange(api: Api, source: unknown, where: string): StateChange {
  if (!isObject(source)) throw invalid(where, 'must be an object: collection and one of put, merge, delete')
  const { collection } = source
  if (typeof collection !== 'string' || !(collection in api.collections || collection === 'credentials')) {
    throw invalid(`${where}/collection`, `must name a collection of ${api.file}`)
  }
  if (isObject(source['put'])) return { kind: 'put', collection, row: source['put'] }
  if (isObject(source['merge']))
    return { kind: 'merge', collection, row: keyed(api, collection, source['merge'], where) }
  if (typeof source['delete'] === 'string') return { kind: 'delete', collection, key: source['delete'] }
  throw invalid(where, 'needs one of put (a row), merge (part of a row, with its key) and delete (a key)')
}

function keyed(api: Api, collection: string, row: JsonObject, where: string): JsonObject {
  const key = api.collections[collection]?.key ?? 'id'
  if (!(key in row)) throw invalid(`${where}/merge`, `needs the key ${key} of the row to change`)
  return row
}

function invalid(where: string, message: string): UnderstudyError {
  return new UnderstudyError('FIXTURE_INVALID', message, where)
}

import type { Api, Pointer } from '../../spec/api.ts'
import { memberPointers, placesOf, type Place } from './schema-places.ts'

/** A small value of the shape that the schemas describe, for answers that the spec shows no example of. */
export function sampleOf(api: Api, pointers: readonly Pointer[], depth = 0): unknown {
  const places = pointers.flatMap((pointer) => placesOf(api, pointer))
  const shown = first(places, 'const') ?? entry(first(places, 'enum')) ?? entry(first(places, 'examples')) ?? first(places, 'default')
  if (shown !== undefined || depth > 8) return shown
  const type = entry(first(places, 'type')) ?? first(places, 'type')
  if (type === 'object') return sampleObject(api, places, depth)
  if (type === 'array') return []
  return type === undefined ? undefined : scalars[type as string]
}

const scalars: Readonly<Record<string, unknown>> = { string: 'text', integer: 1, number: 1, boolean: true, null: null }

function sampleObject(api: Api, places: readonly Place[], depth: number): unknown {
  const members = places.flatMap(({ schema }) => (Array.isArray(schema['required']) ? (schema['required'] as string[]) : []))
  return Object.fromEntries([...new Set(members)].map((member) => [member, sampleOf(api, memberPointers(places, member), depth + 1)]))
}

function first(places: readonly Place[], keyword: string): unknown {
  return places.find(({ schema }) => schema[keyword] !== undefined)?.schema[keyword]
}

function entry(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined
}

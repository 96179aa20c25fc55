import type { JsonObject, Pointer } from './api.ts'
import { isObject, pointerOfRef, pointerTo, valueAt } from './pointer.ts'

/** Where in a body something stands, and the schema that it has there. */
export interface Entity {
  /** JSON pointer into the body. */
  readonly at: Pointer
  /** JSON pointer into the document, behind references. */
  readonly pointer: Pointer
}

const MAX_DEPTH = 12

/** The pointer of a schema behind any chain of references. */
export function schemaBehind(root: JsonObject, pointer: Pointer): Pointer {
  let current = pointer
  for (let step = 0; step < MAX_DEPTH; step++) {
    const schema = valueAt(root, current)
    const target = isObject(schema) && typeof schema['$ref'] === 'string' ? pointerOfRef(schema['$ref']) : undefined
    if (target === undefined) return current
    current = target
  }
  return current
}

/** The properties of an object's schema, `allOf` and the first alternative included: name → where its schema stands. */
export function propertiesAt(root: JsonObject, pointer: Pointer): ReadonlyMap<string, Pointer> {
  let known = properties.get(root)
  if (!known) properties.set(root, (known = new Map()))
  let found = known.get(pointer)
  if (!found) known.set(pointer, (found = findProperties(root, pointer, 0)))
  return found
}

/** Those of one schema are asked for again and again while resources are looked for. */
const properties = new WeakMap<JsonObject, Map<Pointer, ReadonlyMap<string, Pointer>>>()

function findProperties(root: JsonObject, pointer: Pointer, depth: number): Map<string, Pointer> {
  const place = schemaBehind(root, pointer)
  const schema = valueAt(root, place)
  const found = new Map<string, Pointer>()
  if (!isObject(schema) || depth > MAX_DEPTH) return found
  for (const keyword of ['allOf', 'oneOf', 'anyOf']) {
    const list = Array.isArray(schema[keyword]) ? (schema[keyword] as unknown[]) : []
    const parts = keyword === 'allOf' ? list.keys() : [list.findIndex((each) => !isNull(each))]
    for (const index of parts) {
      if (index < 0) continue
      for (const [name, at] of findProperties(root, pointerTo(place, keyword, index), depth + 1)) found.set(name, at)
    }
  }
  const { properties } = schema
  if (isObject(properties))
    for (const name of Object.keys(properties)) found.set(name, pointerTo(place, 'properties', name))
  return found
}

export function namesAt(root: JsonObject, pointer: Pointer): string[] {
  return [...propertiesAt(root, pointer).keys()]
}

/** Where the schema of a list's items stands; `undefined` for what is no list. */
function itemsAt(root: JsonObject, pointer: Pointer, depth = 0): Pointer | undefined {
  const place = schemaBehind(root, pointer)
  const schema = valueAt(root, place)
  if (!isObject(schema) || depth > MAX_DEPTH) return undefined
  if (isObject(schema['items'])) return schemaBehind(root, pointerTo(place, 'items'))
  for (const keyword of ['allOf', 'oneOf', 'anyOf']) {
    const list = Array.isArray(schema[keyword]) ? (schema[keyword] as unknown[]) : []
    for (const index of list.keys()) {
      const found = itemsAt(root, pointerTo(place, keyword, index), depth + 1)
      if (found !== undefined) return found
    }
  }
  return undefined
}

const envelopes = ['data', 'item', 'result', 'response', 'payload', 'object', 'attributes']

/** What a body is about: itself, or the one object in it that `keyOf` finds a key in. */
export function entityIn(
  root: JsonObject,
  pointer: Pointer,
  keyOf: (pointer: Pointer) => string | undefined,
): (Entity & { readonly key: string }) | undefined {
  const own = keyOf(pointer)
  if (own !== undefined) return { at: '', pointer: schemaBehind(root, pointer), key: own }
  const all = propertiesAt(root, pointer)
  // What has more properties beside an object than are in it is no envelope of it: a commit is not about its author.
  const isEnvelope = (name: string, at: Pointer): boolean =>
    envelopes.includes(name) || all.size - 1 <= namesAt(root, at).length
  const inner = [...all]
    .filter(([name, at]) => itemsAt(root, at) === undefined && namesAt(root, at).length > 0 && isEnvelope(name, at))
    .toSorted(([a], [b]) => Number(envelopes.includes(b)) - Number(envelopes.includes(a)))
  for (const [name, at] of inner) {
    const key = keyOf(at)
    if (key !== undefined) return { at: pointerTo('', name), pointer: schemaBehind(root, at), key }
  }
  return undefined
}

/** The list in a body whose items are the ones looked for: the body itself, a property, or a property of a property. */
export function listIn(
  root: JsonObject,
  pointer: Pointer,
  isWanted: (items: Pointer) => boolean,
  at: Pointer = '',
): Entity | undefined {
  const items = itemsAt(root, pointer)
  if (items !== undefined) return isWanted(items) ? { at, pointer: items } : undefined
  if (at.split('/').length > 2) return undefined
  for (const [name, place] of propertiesAt(root, pointer)) {
    const found = listIn(root, place, isWanted, pointerTo(at, name))
    if (found) return found
  }
  return undefined
}

/** A path parameter, as far as it tells which property it names. */
export interface KeyParameter {
  readonly name: string
  /** The types of its schema; empty where it has none. */
  readonly types: readonly unknown[]
  /** What the document shows as its value, if anything. */
  readonly example?: unknown
}

/** The property that a path parameter names: `petId` is `petId`, `pet_id` or `id`; `repo` is the `id`, or the `name` if that is no string. */
export function keyFor(root: JsonObject, pointer: Pointer, { name, types, example }: KeyParameter): string | undefined {
  const all = propertiesAt(root, pointer)
  const isScalar = (each: string): boolean => {
    const place = all.get(each)
    return place !== undefined && namesAt(root, place).length === 0 && itemsAt(root, place) === undefined
  }
  // Asked of few: what is behind a property takes longer to tell than its name.
  const names = [...all.keys()]
  const same = names.find((each) => plain(each) === plain(name) && isScalar(each))
  if (same !== undefined) return same
  const last = wordsOf(name).at(-1) ?? ''
  const isId = /^(?:id|key|uuid|guid)?$/.test(last)
  const endings = [last, ...(isId ? ['id', 'uuid', 'key'] : ['id', 'name', 'slug', 'login', 'key'])]
  const isOther = (each: string): boolean => isUuid(root, all.get(each)) && isText(example) && !UUID.test(example)
  const found = endings.flatMap((ending) =>
    names.filter((each) => plain(each) === ending && isScalar(each) && !isOther(each)),
  )
  // A string that no id says of itself is rather a name than a number.
  const isOfType = (each: string): boolean => isNumber(root, all.get(each)) === types.includes('integer')
  return isId ? found[0] : (found.find(isOfType) ?? found[0])
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

function isUuid(root: JsonObject, pointer: Pointer | undefined): boolean {
  const schema = pointer === undefined ? undefined : valueAt(root, schemaBehind(root, pointer))
  return isObject(schema) && schema['format'] === 'uuid'
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isNumber(root: JsonObject, pointer: Pointer | undefined): boolean {
  const schema = pointer === undefined ? undefined : valueAt(root, schemaBehind(root, pointer))
  return isObject(schema) && [schema['type']].flat().some((type) => type === 'integer' || type === 'number')
}

/** Whether two schemas tell of the same thing: the same schema, or half of the properties of the smaller one in common. */
export function overlaps(root: JsonObject, one: Pointer, other: Pointer, key: string | undefined): boolean {
  if (schemaBehind(root, one) === schemaBehind(root, other)) return true
  const [a, b] = [namesAt(root, one), namesAt(root, other)]
  if (key !== undefined && !b.includes(key)) return false
  const shared = a.filter((name) => b.includes(name)).length
  return shared > 0 && shared * 2 >= Math.min(a.length, b.length)
}

function isNull(schema: unknown): boolean {
  return isObject(schema) && schema['type'] === 'null'
}

function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z\d]/g, '')
}

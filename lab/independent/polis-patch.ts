import type { Json, JsonObject } from './json.ts'
import type { Flawed } from './refusal.ts'
import { isDeepStrictEqual } from 'node:util'
import { isObject } from './json.ts'
import { ATTRIBUTES } from './polis-interaction.ts'
import { Refusal } from './refusal.ts'

type Pointer = readonly string[]

/** The operations of a body: `{"data": […]}` or the bare array of RFC 6902. */
export function operationsOf(body: Json, flawed: Flawed): readonly JsonObject[] {
  if (Array.isArray(body) && flawed('patch/bare-array-refused')) throw new Refusal(400, 'data is required')
  const wrapped = isObject(body) ? body['data'] : undefined
  if (isObject(body) && wrapped !== undefined && flawed('patch/wrapper-refused'))
    throw new Refusal(400, 'the body has to be an array')
  const list = Array.isArray(body) ? body : wrapped
  if (!Array.isArray(list)) throw new Refusal(400, 'data has to be an array of operations')
  if (list.length === 0 && flawed('patch/no-operations-refused')) throw new Refusal(400, 'data has to have operations')
  return list.map((operation) => {
    if (!isObject(operation)) throw new Refusal(400, 'an operation has to be an object')
    return operation
  })
}

/** Data after all operations; the given data stays as it was, also when one of them fails. */
export function patched(data: JsonObject, operations: readonly JsonObject[], flawed: Flawed): JsonObject {
  if (!flawed('patch/not-atomic')) return operations.reduce((current, one) => applied(current, one, flawed), data)
  let current = data
  for (const operation of operations) {
    try {
      current = applied(current, operation, flawed)
    } catch (error) {
      throw new HalfDone(current, error as Refusal)
    }
  }
  return current
}

/** What a server that isn't atomic has done when an operation is refused. */
export class HalfDone extends Error {
  readonly data: JsonObject
  readonly refusal: Refusal

  constructor(data: JsonObject, refusal: Refusal) {
    super(refusal.message)
    this.data = data
    this.refusal = refusal
  }
}

function applied(data: JsonObject, operation: JsonObject, flawed: Flawed): JsonObject {
  const path = pointer('path', operation['path'], data, flawed)
  switch (operation['op']) {
    case 'add':
      if (flawed('patch/add-refused')) break
      return added(data, path, valueOf(operation, flawed), flawed)
    case 'remove':
      if (flawed('patch/remove-sets-null')) return put(data, path, null)
      return removed(data, path, flawed)
    case 'replace':
      return replaced(data, path, valueOf(operation, flawed), flawed)
    case 'move':
      if (flawed('patch/move-and-copy-refused')) break
      return moved(data, pointer('from', operation['from'], data, flawed), path, flawed)
    case 'copy': {
      if (flawed('patch/move-and-copy-refused')) break
      const from = pointer('from', operation['from'], data, flawed)
      return added(
        data,
        flawed('patch/copy-backwards') ? from : path,
        read(data, flawed('patch/copy-backwards') ? path : from),
        flawed,
      )
    }
    case 'test':
      if (flawed('patch/test-ignored') || (path.length > 1 && flawed('patch/nested-test-ignored'))) return data
      tested(data, path, valueOf(operation, flawed), flawed)
      return data
    default:
      break
  }
  if (flawed('patch/unknown-operation-ignored')) return data
  throw new Refusal(400, `${String(operation['op'])} is not an operation of JSON Patch`)
}

function valueOf(operation: JsonObject, flawed: Flawed): Json {
  const value = operation['value']
  if (value !== undefined) return value
  if (flawed('patch/value-optional')) return false
  throw new Refusal(400, `${String(operation['op'])} needs a value`)
}

function pointer(member: string, text: Json | undefined, data: JsonObject, flawed: Flawed): Pointer {
  if (typeof text !== 'string') throw new Refusal(400, `${member} has to be a JSON Pointer`)
  if (text === '') throw new Refusal(400, 'data as a whole stays')
  if (!text.startsWith('/') && !flawed('patch/slash-optional')) throw new Refusal(400, `${text} is not a JSON Pointer`)
  if (/~(?![01])/.test(text)) throw new Refusal(400, `${text} is not a JSON Pointer`)
  const decoded = (part: string): string =>
    flawed('patch/escapes-kept')
      ? part
      : flawed('patch/escapes-in-wrong-order')
        ? part.replaceAll('~0', '~').replaceAll('~1', '/')
        : part.replaceAll('~1', '/').replaceAll('~0', '~')
  const parts = text.replace(/^\//, '').split('/').map(decoded)
  const [head, ...rest] = parts
  if (head !== 'data' || rest.length === 0 || 'data' in data) return parts
  return flawed('patch/data-prefix-refused') ? parts : rest
}

function read(data: Json, path: Pointer): Json {
  let value: Json = data
  for (const part of path) value = child(value, part)
  return value
}

function child(value: Json, part: string): Json {
  if (Array.isArray(value)) {
    const item = isIndex(part) ? (value as readonly Json[])[Number(part)] : undefined
    if (item !== undefined) return item
  } else if (isObject(value) && Object.hasOwn(value, part)) {
    return value[part] as Json
  }
  throw new Refusal(400, `there is no ${part}`)
}

function isIndex(part: string): boolean {
  return /^(0|[1-9]\d*)$/.test(part)
}

function added(data: JsonObject, path: Pointer, value: Json, flawed: Flawed): JsonObject {
  const attribute = path[0] ?? ''
  if (!isAttribute(data, path) && !flawed('patch/add-anything'))
    throw new Refusal(400, `data has no attribute ${path.join('/')}`)
  if (flawed('patch/add-keeps-existing') && path.length === 1 && Object.hasOwn(data, attribute)) return data
  return put(data, path, value)
}

/** What the page's tables list, also inside survey and location, and whatever a caller made up when posting. */
function isAttribute(data: JsonObject, [attribute = '', inner]: Pointer): boolean {
  if (inner === undefined) return ATTRIBUTES.includes(attribute) || Object.hasOwn(data, attribute)
  if (attribute === 'location') return ['lat', 'lng', 'confidence'].includes(inner)
  return attribute !== 'survey' || ['surveyId', 'responses'].includes(inner)
}

function replaced(data: JsonObject, path: Pointer, value: Json, flawed: Flawed): JsonObject {
  if (flawed('patch/replace-adds')) return put(data, path, value)
  const old = read(data, path)
  if (isObject(old) && isObject(value) && flawed('patch/replace-merges')) return put(data, path, { ...old, ...value })
  const parent = read(data, path.slice(0, -1))
  return Array.isArray(parent) ? put(removed(data, path, flawed), path, value) : put(data, path, value)
}

function moved(data: JsonObject, from: Pointer, to: Pointer, flawed: Flawed): JsonObject {
  const value = read(data, from)
  if (to.length > from.length && from.every((part, index) => part === to[index]))
    throw new Refusal(400, 'nothing moves into itself')
  return added(flawed('patch/move-copies') ? data : removed(data, from, flawed), to, value, flawed)
}

function tested(data: JsonObject, path: Pointer, value: Json, flawed: Flawed): void {
  const own = read(data, path)
  const isSame = flawed('patch/test-compares-as-text')
    ? String(own) === String(value)
    : flawed('patch/test-in-member-order')
      ? JSON.stringify(own) === JSON.stringify(value)
      : isDeepStrictEqual(own, value)
  if (!isSame) throw new Refusal(400, `the test of /${path.join('/')} fails`)
}

/** The same tree with one value put in; a new item moves those behind it, as RFC 6902 wants it of add. */
function put(data: JsonObject, path: Pointer, value: Json): JsonObject {
  return within(data, path, (parent, last) => {
    if (!Array.isArray(parent)) return { ...(parent as JsonObject), [last]: value }
    const items: readonly Json[] = parent
    if (last !== '-' && (!isIndex(last) || Number(last) > items.length)) throw new Refusal(400, `there is no ${last}`)
    return items.toSpliced(last === '-' ? items.length : Number(last), 0, value)
  })
}

function removed(data: JsonObject, path: Pointer, flawed: Flawed): JsonObject {
  if (flawed('patch/remove-of-nothing-accepted') && path.length === 1 && !Object.hasOwn(data, path[0] ?? ''))
    return data
  return within(data, path, (parent, last) => {
    child(parent, last)
    if (Array.isArray(parent)) return (parent as readonly Json[]).toSpliced(Number(last), 1)
    return Object.fromEntries(Object.entries(parent as JsonObject).filter(([name]) => name !== last))
  })
}

function within(data: JsonObject, path: Pointer, change: (parent: Json, last: string) => Json): JsonObject {
  const go = (value: Json, [part, ...rest]: Pointer): Json => {
    if (part === undefined) throw new Refusal(400, 'a path is empty')
    if (rest.length > 0) return set(value, part, go(child(value, part), rest))
    if (typeof value !== 'object' || value === null) throw new Refusal(400, `there is no ${part}`)
    return change(value, part)
  }
  return go(data, path) as JsonObject
}

function set(value: Json, part: string, next: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).with(Number(part), next)
  return { ...(value as JsonObject), [part]: next }
}

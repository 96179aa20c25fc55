import { isDeepStrictEqual } from 'node:util'
import { isObject } from '../../openapi/pointer.ts'

export type Patched = { readonly value: unknown } | { readonly problem: string; readonly isTest: boolean }

type Tokens = readonly string[]

/** More parts than this no patched document may have: a few copies of copies would fill the memory. */
const MAX_PARTS = 100_000

/** Applies a JSON Patch (RFC 6902) as a whole: the new document, or why one of its operations does not apply. */
export function applyJsonPatch(document: unknown, operations: readonly unknown[]): Patched {
  let value = document
  for (const [index, operation] of operations.entries()) {
    const { op, path } = isObject(operation) ? operation : {}
    try {
      value = applied(value, isObject(operation) ? operation : {})
    } catch (error) {
      if (!(error instanceof PatchProblem)) throw error
      const problem = `operation ${index} (${String(op)} ${String(path)}): ${error.message}`
      return { problem, isTest: op === 'test' }
    }
  }
  return { value }
}

class PatchProblem extends Error {}

function applied(document: unknown, operation: Readonly<Record<string, unknown>>): unknown {
  const path = tokensOf(operation['path'], 'path')
  switch (operation['op']) {
    case 'add':
      return added(document, path, valueOf(operation))
    case 'replace':
      return replaced(document, path, valueOf(operation))
    case 'remove':
      return removed(document, path)
    case 'test':
      if (!isDeepStrictEqual(found(document, path), valueOf(operation)))
        throw new PatchProblem('the value is another one')
      return document
    case 'copy':
      return withinLimit(added(document, path, found(document, tokensOf(operation['from'], 'from'))))
    case 'move':
      return moved(document, tokensOf(operation['from'], 'from'), path)
    default:
      throw new PatchProblem('op must be one of add, remove, replace, move, copy, test')
  }
}

function valueOf(operation: Readonly<Record<string, unknown>>): unknown {
  if (!('value' in operation)) throw new PatchProblem('value is missing')
  return operation['value']
}

/** RFC 6901, section 3: empty, or each token after a slash, with no other `~` than `~0` and `~1`. */
function tokensOf(pointer: unknown, name: string): Tokens {
  if (typeof pointer !== 'string') throw new PatchProblem(`${name} is missing`)
  if (pointer === '') return []
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) throw new PatchProblem(`${name} is not a JSON pointer`)
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** RFC 6901, section 4: digits without a leading zero. */
function indexOf(token: string, length: number): number {
  if (!/^(?:0|[1-9]\d*)$/.test(token)) throw new PatchProblem(`${JSON.stringify(token)} is not an index of an array`)
  if (Number(token) >= length) throw new PatchProblem(`there is no item ${token}`)
  return Number(token)
}

function found(document: unknown, path: Tokens): unknown {
  return path.reduce((value, token) => childOf(value, token), document)
}

function childOf(value: unknown, token: string): unknown {
  if (Array.isArray(value)) return value[indexOf(token, value.length)] as unknown
  if (isObject(value) && Object.hasOwn(value, token)) return value[token]
  throw new PatchProblem(`there is nothing at ${JSON.stringify(token)}`)
}

/** Changes the container that a path leads into; everything on the way is copied. */
function changed(value: unknown, path: Tokens, change: (container: unknown, token: string) => unknown): unknown {
  const [token = '', ...rest] = path
  if (rest.length === 0) return change(value, token)
  const child = changed(childOf(value, token), rest, change)
  if (Array.isArray(value)) return value.with(indexOf(token, value.length), child)
  return { ...(value as object), [token]: child }
}

function added(document: unknown, path: Tokens, value: unknown): unknown {
  if (path.length === 0) return value
  return changed(document, path, (container, token) => {
    if (Array.isArray(container))
      return container.toSpliced(token === '-' ? container.length : indexOf(token, container.length + 1), 0, value)
    if (isObject(container)) return { ...container, [token]: value }
    throw new PatchProblem('the target is neither an object nor an array')
  })
}

function replaced(document: unknown, path: Tokens, value: unknown): unknown {
  if (path.length === 0) return value
  return changed(document, path, (container, token) => {
    childOf(container, token)
    if (Array.isArray(container)) return container.with(Number(token), value)
    return { ...(container as object), [token]: value }
  })
}

function removed(document: unknown, path: Tokens): unknown {
  if (path.length === 0) throw new PatchProblem('the whole document cannot be removed')
  return changed(document, path, (container, token) => {
    childOf(container, token)
    if (Array.isArray(container)) return container.toSpliced(Number(token), 1)
    return Object.fromEntries(Object.entries(container as object).filter(([name]) => name !== token))
  })
}

/** RFC 6902, section 4.4: what is moved cannot go into itself. */
function moved(document: unknown, from: Tokens, path: Tokens): unknown {
  const isInside = path.length > from.length && from.every((token, index) => token === path[index])
  if (isInside) throw new PatchProblem('from cannot be a parent of path')
  const value = found(document, from)
  if (from.length === path.length && from.every((token, index) => token === path[index])) return document
  return added(removed(document, from), path, value)
}

function withinLimit(document: unknown): unknown {
  let parts = 0
  const count = (value: unknown): void => {
    if (++parts > MAX_PARTS) throw new PatchProblem(`the document would have more than ${MAX_PARTS} parts`)
    if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) count(each)
  }
  count(document)
  return document
}

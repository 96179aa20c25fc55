import type { JsonObject, Pointer } from '../openapi/api.ts'
import { isObject, pointerOfRef, pointerTo, valueAt } from '../openapi/pointer.ts'

/**
 * Turns the comparator's `[root].paths./v2/interactions.get` into a JSON pointer. Its properties are not escaped, so the longest
 * that fits is taken; what leads into a `$ref` or into the content of a Pact V4 body is followed. Ends where nothing fits.
 */
export function pointerOf(root: unknown, location: string): Pointer {
  let pointer: Pointer = ''
  let rest = location.replace(/^\[root\]/, '')
  for (let steps = 0; steps < 200; steps++) {
    const node = valueAt(root, pointer)
    const step = stepInto(node, rest)
    if (step) {
      pointer = pointerTo(pointer, step.token)
      rest = step.rest
    } else {
      const other = detour(root, node, pointer, rest)
      if (rest === '' || other === undefined) return pointer
      pointer = other
    }
  }
  return pointer
}

function stepInto(node: unknown, rest: string): { token: string; rest: string } | undefined {
  const index = /^\.?\[?(\d+)\]?(?=[.[]|$)/.exec(rest)
  if (Array.isArray(node)) return index ? { token: index[1] as string, rest: rest.slice(index[0].length) } : undefined
  if (!isObject(node) || rest === '') return undefined
  const path = rest.replace(/^\./, '')
  const fits = (name: string): boolean =>
    path.toLowerCase().startsWith(name.toLowerCase()) && /^(?:$|[.[])/.test(path.slice(name.length))
  const [token] = Object.keys(node)
    .filter((name) => name !== '' && fits(name))
    .toSorted((one, other) => other.length - one.length)
  return token === undefined ? undefined : { token, rest: path.slice(token.length) }
}

/** The comparator copies what a schema refers to below the schema itself, as `schema.components.schemas.X`. */
function detour(root: unknown, node: unknown, pointer: Pointer, rest: string): Pointer | undefined {
  if (!isObject(node)) return undefined
  if (rest.startsWith('.components.') && pointer !== '') return ''
  if (typeof node['$ref'] === 'string') return pointerOfRef(node['$ref'])
  return isBody(root, pointer, node) ? pointerTo(pointer, 'content') : undefined
}

function isBody(root: unknown, pointer: Pointer, node: JsonObject): boolean {
  return isObject(root) && pointer.endsWith('/body') && 'content' in node
}

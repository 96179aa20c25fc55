import type { Pointer } from '../api.ts'
import { isObject, pointerTo } from '../pointer.ts'

/**
 * What a schema calls itself, so that references can: `$id` and the `$self` of a document as they stand, `$anchor` and
 * `$dynamicAnchor` with a `#` before them. Example values have none, whatever is in them.
 */
export function anchorsOf(part: object): ReadonlyMap<string, Pointer> {
  const anchors = new Map<string, Pointer>()
  const seen = new Set<object>()
  const pending: { readonly part: unknown; readonly pointer: Pointer }[] = [{ part, pointer: '' }]
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (typeof next.part !== 'object' || next.part === null || seen.has(next.part)) continue
    seen.add(next.part)
    const { pointer } = next
    if (isObject(next.part)) {
      for (const name of namesOf(next.part)) if (!anchors.has(name)) anchors.set(name, pointer)
    }
    for (const [key, below] of Object.entries(next.part)) {
      if (!values.has(key) && typeof below === 'object') pending.push({ part: below, pointer: pointerTo(pointer, key) })
    }
  }
  return anchors
}

/** Under these keys stand values of users, or whole other files. */
const values = new Set(['example', 'examples', 'default', 'enum', 'const', 'value', 'x-understudy-files'])

function namesOf(part: Readonly<Record<string, unknown>>): string[] {
  const { $id, $self, $anchor, $dynamicAnchor } = part
  return [
    ...(typeof $id === 'string' ? [$id.replace(/#$/, '')] : []),
    ...(typeof $self === 'string' ? [$self] : []),
    ...(typeof $anchor === 'string' ? [`#${$anchor}`] : []),
    ...(typeof $dynamicAnchor === 'string' ? [`#${$dynamicAnchor}`] : []),
  ]
}

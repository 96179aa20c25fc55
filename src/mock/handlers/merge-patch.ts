import { isObject } from '../../openapi/pointer.ts'
import type { Row } from '../../store/collection.ts'

/** JSON Merge Patch (RFC 7396) on an object: null takes a property away. */
export function mergePatch(target: unknown, patch: unknown): Row {
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(isObject(patch) ? patch : {})) {
    if (value === null) delete merged[name]
    else merged[name] = isObject(value) ? mergePatch(merged[name], value) : value
  }
  return merged
}

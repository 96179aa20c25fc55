import type { JsonObject, Pointer } from './api.ts'
import { isObject, pointerOfRef, pointerTo, tokensOf, valueAt } from './pointer.ts'
import type { SchemaError } from './validator.ts'

/** An alternative of `anyOf` or `oneOf`, and what is wrong with the value by it. */
interface Branch {
  readonly pointer: Pointer
  readonly errors: readonly SchemaError[]
}

/** What the alternatives at these places require, of themselves and all alike; made once for a document. */
export interface BranchNames {
  readonly required: readonly (readonly string[])[]
  readonly shared: readonly string[]
}

export function branchNames(root: JsonObject, pointers: readonly Pointer[]): BranchNames {
  const required = pointers.map((pointer) => requiredOf(root, pointer, 0))
  const shared = (required[0] ?? []).filter((name) => required.every((names) => names.includes(name)))
  return { required, shared }
}

/**
 * Of the alternatives that a value satisfies none of, the one that it was meant for: of its type, with its discriminating constants, with
 * the greatest part of its required properties, with the fewest further errors, the first. `at` of each error is relative to the value.
 */
export function closestBranch<Each extends Branch>(
  { required, shared }: BranchNames,
  branches: readonly Each[],
  value: unknown,
): Each | undefined {
  const rated = branches.map((branch, index) => ({
    branch,
    rating: ratingOf(branch, value, { required: required[index] ?? [], shared }),
  }))
  return rated.toSorted((one, other) => compare(one.rating, other.rating))[0]?.branch
}

interface Names {
  readonly required: readonly string[]
  /** What all alternatives require: an error in one of them tells that another alternative is meant. */
  readonly shared: readonly string[]
}

/** The less, the closer, the first number first. */
function ratingOf({ errors }: Branch, value: unknown, { required, shared }: Names): readonly number[] {
  const isOtherType = errors.some(({ at, keyword }) => at === '' && keyword === 'type')
  const others = errors.filter(({ at, keyword }) => {
    if (keyword !== 'const' && keyword !== 'enum') return false
    const [name, ...rest] = tokensOf(at)
    return name !== undefined && rest.length === 0 && shared.includes(name)
  })
  const present = required.filter((name) => isObject(value) && Object.hasOwn(value, name)).length
  const missing = required.length === 0 ? 0 : 1 - present / required.length
  const more = errors.filter(({ at, keyword }) => at !== '' || keyword !== 'required').length
  return [Number(isOtherType), others.length, missing, more]
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((number, index) => number !== other[index])
  return at < 0 ? 0 : (one[at] as number) - (other[at] as number)
}

const MAX_DEPTH = 10

function requiredOf(root: JsonObject, pointer: Pointer, depth: number): string[] {
  const schema = valueAt(root, pointer)
  if (!isObject(schema) || depth > MAX_DEPTH) return []
  const { $ref, allOf, required } = schema
  const target = typeof $ref === 'string' ? pointerOfRef($ref) : undefined
  const parts = Array.isArray(allOf) ? allOf.map((_, index) => pointerTo(pointer, 'allOf', index)) : []
  return [
    ...(Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []),
    ...[...(target === undefined ? [] : [target]), ...parts].flatMap((part) => requiredOf(root, part, depth + 1)),
  ]
}

import type { JsonObject, Pointer } from './api.ts'
import { isObject, tokensOf } from './pointer.ts'

/**
 * Why the part of the document at `pointer` is our assumption, or `undefined` when the vendor's page states it.
 * `x-inferred: "<why>"` covers the object it stands on and all below; `x-inferred: { <keyword>: "<why>" }` covers
 * single keywords of its object, `required/<member>` one entry of a list.
 */
export function assumptionAt(root: JsonObject, pointer: Pointer): string | undefined {
  return reasonAt(root, pointer, 'x-inferred')
}

/**
 * Why servers may differ in the part of the document at `pointer`, so that neither taking nor refusing a value there tells anything:
 * `x-open`, written like `x-inferred`.
 */
export function openAt(root: JsonObject, pointer: Pointer): string | undefined {
  return reasonAt(root, pointer, 'x-open')
}

function reasonAt(root: JsonObject, pointer: Pointer, extension: string): string | undefined {
  const tokens = tokensOf(pointer)
  let node: unknown = root
  for (let depth = 0; ; depth++) {
    const why = isObject(node) ? reasonOn(node[extension], tokens.slice(depth)) : undefined
    if (why !== undefined || depth === tokens.length) return why
    node = stepInto(node, tokens[depth] as string)
  }
}

function reasonOn(mark: unknown, rest: readonly string[]): string | undefined {
  if (typeof mark === 'string') return mark
  if (!isObject(mark)) return undefined
  for (let length = 1; length <= rest.length; length++) {
    const why = mark[rest.slice(0, length).join('/')]
    if (typeof why === 'string') return why
  }
  return undefined
}

function stepInto(node: unknown, token: string): unknown {
  return typeof node === 'object' && node !== null ? (node as JsonObject)[token] : undefined
}

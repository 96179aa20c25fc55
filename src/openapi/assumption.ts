import type { JsonObject, Pointer } from './api.ts'
import { isObject, tokensOf } from './pointer.ts'

/** The extension that says why something is an assumption of ours; only this file reads it. */
export const ASSUMPTION = 'x-inferred'

/**
 * Why the part of the document at `pointer` is our assumption, or `undefined` when the vendor's page states it.
 * `x-inferred: "<why>"` covers the object it stands on and all below; `x-inferred: { <keyword>: "<why>" }` covers
 * single keywords of its object, `required/<property>` one entry of an array.
 */
export function assumptionAt(root: JsonObject, pointer: Pointer): string | undefined {
  return reasonAt(root, pointer, ASSUMPTION)
}

/** Why the whole of an object is an assumption, by its own mark. */
export function ownAssumption(owner: JsonObject): string | undefined {
  const mark = owner[ASSUMPTION]
  return typeof mark === 'string' ? mark : undefined
}

/** Why a keyword of an object, or what is below it, is an assumption, by a mark for single keywords. */
export function keywordAssumption(owner: JsonObject, ...tokens: readonly (string | number)[]): string | undefined {
  const mark = owner[ASSUMPTION]
  return isObject(mark) ? reasonOn(mark, tokens.map(String)) : undefined
}

/** How many marks stand in a part of a document, each keyword of a mark counted. */
export function countAssumptions(node: unknown): number {
  if (Array.isArray(node)) return node.reduce<number>((count, entry) => count + countAssumptions(entry), 0)
  if (!isObject(node)) return 0
  return Object.entries(node).reduce((count, [name, value]) => {
    if (name !== ASSUMPTION) return count + countAssumptions(value)
    return count + (isObject(value) ? Object.keys(value).length : 1)
  }, 0)
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

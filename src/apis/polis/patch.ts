import { applyPatch } from 'rfc6902'
import type { InteractionData } from './interaction.ts'

/** An operation of RFC 6902 as the schema of the request lets it pass. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'move' | 'copy'; readonly path: string; readonly from: string }
  | { readonly op: 'remove'; readonly path: string }

export type Patched = { readonly data: InteractionData } | { readonly problem: string }

/** What the operations work on, and how much they have copied: a few copies of copies would fill the memory. */
interface Draft {
  readonly data: InteractionData
  copiedCharacters: number
}

type Tokens = readonly string[]
type Container = { readonly [member: string]: unknown }

/** `open` holds anything; other shapes list their properties, `*` standing for any name. */
type Shape = 'open' | { readonly [member: string]: Shape }

const MAX_COPIED_CHARACTERS = 1024 * 1024
const MAX_DEPTH = 200

const outside: ReadonlySet<string> = new Set(['id', 'meta', 'customerId', 'securityGroupId'])
/** The library passes over these names, so that a pointer with one of them would lead to its parent. */
const unusable: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

const shapeOfData: { readonly [member: string]: Shape } = {
  campaignId: 'open',
  contactId: 'open',
  householdId: 'open',
  contactHouseholdId: 'open',
  timestamp: 'open',
  survey: { surveyId: 'open', responses: { '*': { fields: { '*': 'open' }, questionId: 'open' } } },
  location: { lat: 'open', lng: 'open', confidence: 'open' },
  successful: 'open',
  unavailable: 'open',
  unavailableReason: 'open',
  distance: 'open',
  statusId: 'open',
  walklistId: 'open',
  turfId: 'open',
}

/** Applies all operations to a copy of the data, or tells why one of them does not apply. */
export function patchData(data: InteractionData, operations: readonly PatchOperation[]): Patched {
  const draft: Draft = { data: structuredClone(data), copiedCharacters: 0 }
  for (const [index, operation] of operations.entries()) {
    const problem = apply(draft, operation)
    if (problem !== undefined) return { problem: `Operation ${index}, ${operation.op} ${operation.path}: ${problem}` }
  }
  return { data: draft.data }
}

/** Changes the draft, or returns why it can't. The library gets only what these checks have let pass. */
function apply(draft: Draft, operation: PatchOperation): string | undefined {
  const path = tokensIn(draft.data, operation.path)
  // A property that an operation does not define is ignored (RFC 6902, section 4).
  const hasSource = operation.op === 'move' || operation.op === 'copy'
  const from = hasSource ? tokensIn(draft.data, operation.from) : path
  const source = valueAt(draft.data, from)
  if (isOutside(path) || isOutside(from)) return 'only attributes inside data can be patched.'
  if (operation.op === 'add') return add(draft, path, operation.value)
  if (source === undefined) return `there is no ${pointer(from)} in data.`
  switch (operation.op) {
    case 'test':
      return isSameJson(source, operation.value) ? undefined : 'the attribute has another value.'
    case 'remove':
      return mutate(draft, { op: 'remove', path: pointer(path) })
    case 'replace':
      return mutate(draft, { op: 'replace', path: pointer(path), value: operation.value })
    case 'copy':
      return copy(draft, source, path)
    case 'move':
      return move(draft, source, from, path)
  }
}

function add(draft: Draft, path: Tokens, value: unknown): string | undefined {
  const parent = valueAt(draft.data, path.slice(0, -1))
  if (typeof parent !== 'object' || parent === null)
    return `there is no ${pointer(path.slice(0, -1))} to add to in data.`
  if (valueAt(draft.data, path) === undefined && !isKnown(draft.data, path))
    return `data has no attribute ${pointer(path)}.`
  if (path.length + depthOf(value) > MAX_DEPTH) return `the value would be nested deeper than ${MAX_DEPTH} levels.`
  return mutate(draft, { op: 'add', path: pointer(path), value })
}

function copy(draft: Draft, value: unknown, path: Tokens): string | undefined {
  draft.copiedCharacters += JSON.stringify(value).length
  if (draft.copiedCharacters > MAX_COPIED_CHARACTERS) return 'the patch copies more than 1 MiB.'
  return add(draft, path, value)
}

/** A removal and an addition, as RFC 6902 (section 4.4) defines it; the library would look up the target too early. */
function move(draft: Draft, value: unknown, from: Tokens, path: Tokens): string | undefined {
  if (pointer(from) === pointer(path)) return undefined
  if (`${pointer(path)}/`.startsWith(`${pointer(from)}/`)) return 'an attribute cannot be moved into itself.'
  return mutate(draft, { op: 'remove', path: pointer(from) }) ?? add(draft, path, value)
}

function mutate(draft: Draft, operation: Parameters<typeof applyPatch>[1][number]): string | undefined {
  return applyPatch(draft.data, [operation])[0]?.message
}

/** The tokens of a path relative to data; older revisions of the page write `/data/successful` for `/successful`. */
function tokensIn(data: InteractionData, path: string): Tokens {
  const tokens = path
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
  const fromRow = tokens.length > 1 && tokens[0] === 'data' && valueAt(data, tokens) === undefined
  return fromRow ? tokens.slice(1) : tokens
}

function pointer(tokens: Tokens): string {
  return tokens.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function isOutside(tokens: Tokens): boolean {
  return outside.has(tokens[0] ?? '') || tokens.some((token) => unusable.has(token))
}

/** The value behind the tokens by own properties and existing indexes only, `undefined` if there is none. */
function valueAt(data: InteractionData, tokens: Tokens): unknown {
  let value: unknown = data
  for (const token of tokens) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined
    if (Array.isArray(value) && token === 'length') return undefined
    value = (value as Container)[token]
  }
  return value
}

/** Whether the page knows the attribute; inside an attribute that only the sender knows, anything may be added. */
function isKnown(data: InteractionData, tokens: Tokens): boolean {
  const [top = ''] = tokens
  if (!Object.hasOwn(shapeOfData, top)) return tokens.length > 1 && Object.hasOwn(data, top)
  let shape: Shape | undefined = shapeOfData
  for (const token of tokens) {
    if (shape === 'open') return true
    shape = Object.hasOwn(shape, token) ? shape[token] : shape['*']
    if (shape === undefined) return false
  }
  return true
}

function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSameJson((a as Container)[name], (b as Container)[name]))
  )
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Object.values(value).reduce<number>((deepest, member) => Math.max(deepest, depthOf(member)), 0)
}

import { requiredAttributes } from './polis-client.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json }

export interface Operation {
  readonly op: string
  readonly path: string
  readonly from?: string
  readonly value?: Json
}

/** RFC 6902 word by word, on a copy each time, with our two rules on top: `undefined` where an operation does not apply. */
export function applied(document: Json, { op, path, from = '', value = null }: Operation): Json | undefined {
  const target = tokensOf(path)
  const source = tokensOf(from)
  const moved = at(document, source)
  switch (op) {
    case 'add':
      return isAddable(document, target) ? added(document, target, value) : undefined
    case 'remove':
      return removed(document, target)
    case 'replace':
      return at(document, target) === undefined ? undefined : replaced(document, target, value)
    case 'test':
      return sorted(at(document, target)) === sorted(value) ? document : undefined
    case 'copy':
      return moved === undefined || !isAddable(document, target) ? undefined : added(document, target, moved)
    default: {
      if (moved === undefined || path.startsWith(`${from}/`)) return undefined
      if (path === from) return document
      const rest = removed(document, source)
      return rest === undefined || !isAddable(rest, target) ? undefined : added(rest, target, moved)
    }
  }
}

function tokensOf(path: string): readonly string[] {
  return path
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function at(value: Json | undefined, [token, ...rest]: readonly string[]): Json | undefined {
  if (token === undefined) return value
  if (Array.isArray(value))
    return /^(0|[1-9]\d*)$/.test(token) ? at((value as readonly Json[])[Number(token)], rest) : undefined
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined
  return at((value as Record<string, Json>)[token], rest)
}

/** No new attribute of data, the survey or the location, whose attributes the page lists. */
function isAddable(document: Json, target: readonly string[]): boolean {
  const known = ['unavailableReason', 'location', 'successful', 'turfId', 'survey', 'unavailable', 'campaignId']
  const [top = '', inner = ''] = target
  if (target.length === 1) return known.includes(top) || at(document, target) !== undefined
  return top !== 'location' || ['lat', 'lng', 'confidence'].includes(inner)
}

function added(value: Json, [token = '', ...rest]: readonly string[], leaf: Json): Json | undefined {
  const inside = rest.length === 0 ? leaf : undefined
  if (Array.isArray(value)) {
    const index =
      token === '-' && inside !== undefined ? value.length : /^(0|[1-9]\d*)$/.test(token) ? Number(token) : -1
    if (index < 0 || index > value.length) return undefined
    if (inside !== undefined) return [...value.slice(0, index), inside, ...value.slice(index)]
  }
  if (typeof value !== 'object' || value === null) return undefined
  if (inside !== undefined) return { ...(value as object), [token]: inside }
  const child = at(value, [token])
  const changed = child === undefined ? undefined : added(child, rest, leaf)
  return changed === undefined ? undefined : replaced(value, [token], changed)
}

function replaced(value: Json, [token = '', ...rest]: readonly string[], leaf: Json): Json {
  const next = rest.length === 0 ? leaf : replaced(at(value, [token]) as Json, rest, leaf)
  if (Array.isArray(value)) return value.map((item: Json, index) => (String(index) === token ? next : item))
  return { ...(value as object), [token]: next }
}

function removed(value: Json, target: readonly string[]): Json | undefined {
  const parentTokens = target.slice(0, -1)
  const token = target.at(-1) ?? ''
  const parent = at(value, parentTokens)
  if (parent === undefined || at(parent, [token]) === undefined) return undefined
  const rest = Array.isArray(parent)
    ? parent.filter((_: Json, index) => String(index) !== token)
    : Object.fromEntries(Object.entries(parent as object).filter(([name]) => name !== token))
  return parentTokens.length === 0 ? rest : replaced(value, parentTokens, rest)
}

function sorted(value: Json | undefined): string | undefined {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}

/** The types that the table of the page gives to what these operations touch. */
export function isValid(data: Json | undefined): boolean {
  if (typeof data !== 'object' || data === null) return false
  const { survey, location, unavailable, unavailableReason, successful, turfId } = data as Record<
    string,
    Json | undefined
  >
  return (
    survey !== undefined &&
    sorted(survey) === sorted(requiredAttributes.survey) &&
    typeof unavailable === 'boolean' &&
    ['undefined', 'string'].includes(typeof unavailableReason) &&
    ['undefined', 'boolean'].includes(typeof successful) &&
    (turfId === undefined || /^[0-9a-f-]{36}$/.test(String(turfId))) &&
    (location === undefined ||
      (typeof location === 'object' &&
        location !== null &&
        !Array.isArray(location) &&
        Object.entries(location).every(
          ([name, value]) => !['lat', 'lng', 'confidence'].includes(name) || typeof value === 'number',
        )))
  )
}

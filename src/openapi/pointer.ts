import type { JsonObject, Pointer } from './json.ts'

/** Appends raw tokens to an RFC 6901 pointer, escaping them. */
export function pointerTo(base: Pointer, ...tokens: readonly (string | number)[]): Pointer {
  let pointer = base
  for (const token of tokens) pointer += `/${typeof token === 'string' ? escapeToken(token) : token}`
  return pointer
}

export function tokensOf(pointer: Pointer): string[] {
  return pointer === '' ? [] : pointer.slice(1).split('/').map(unescapeToken)
}

/** The value at a pointer, or `undefined`. */
export function valueAt(value: unknown, pointer: Pointer): unknown {
  let current = value
  // Cut off one by one: this is asked some ten thousand times at the start of a large document.
  for (let start = 0; start < pointer.length;) {
    const slash = pointer.indexOf('/', start + 1)
    const end = slash < 0 ? pointer.length : slash
    const token = unescapeToken(pointer.slice(start + 1, end))
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, token)) return undefined
    current = (current as JsonObject)[token]
    start = end
  }
  return current
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `#/components/schemas/X` → `/components/schemas/X`; `undefined` for a reference outside the document. */
export function pointerOfRef(ref: string): Pointer | undefined {
  return ref === '#' || ref.startsWith('#/') ? safeDecode(ref.slice(1)) : undefined
}

function escapeToken(token: string): string {
  return token.includes('~') || token.includes('/') ? token.replaceAll('~', '~0').replaceAll('/', '~1') : token
}

function unescapeToken(token: string): string {
  return token.includes('~') ? token.replaceAll('~1', '/').replaceAll('~0', '~') : token
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

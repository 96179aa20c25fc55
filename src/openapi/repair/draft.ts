/** A part of the document while it is repaired: it was just parsed, and is nobody else's yet. */
export type Draft = Record<string, unknown>

/** What has a part under a key: an object, or an array whose keys are its indices. */
export type Holder = Record<string | number, unknown>

export function isDraft(value: unknown): value is Draft {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value of a document as text, whatever stands there: an object may have a property called `toString`. */
export function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

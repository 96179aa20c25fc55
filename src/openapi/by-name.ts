/** An object to fill by names of a document: `constructor` and `__proto__` are names like all others, and nothing is inherited. */
export function byName<Value>(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>
}

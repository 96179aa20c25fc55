/** Freezes a JSON value and all below it, and returns it; an object that is frozen is taken to be so all the way down. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) freezeObject(value)
  return value
}

function freezeObject(object: object): void {
  if (Object.isFrozen(object)) return
  // JSON has no inherited properties, and walking them in place makes no list of them first.
  for (const name in object) {
    const member: unknown = object[name as keyof typeof object]
    if (typeof member === 'object' && member !== null) freezeObject(member)
  }
  Object.freeze(object)
}

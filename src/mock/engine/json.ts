/** `undefined` for what was turned into text once: most rows that a test creates are never read again. */
const texts = new WeakMap<object, string | undefined>()

/** JSON text of a value. Frozen objects, which rows are, keep theirs from the second time on. */
export function toJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const known = texts.get(value)
  if (known !== undefined) return known
  if (Object.isFrozen(value)) return textOf(value)
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`
  let text = ''
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${toJson(member)}`
  }
  return `{${text}}`
}

function textOf(row: object): string {
  const text = JSON.stringify(row)
  texts.set(row, texts.has(row) ? text : undefined)
  return text
}

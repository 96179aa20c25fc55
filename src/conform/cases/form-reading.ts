import { isObject, tokensOf } from '../../openapi/pointer.ts'
import type { SchemaError } from '../../openapi/validator.ts'

type Validate = (value: unknown) => readonly SchemaError[]

/** Whether the values of a form are all such as one field can hold. */
export function isFlat(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && Object.values(value).every((each) => typeof each !== 'object')
}

/**
 * Whether the fields of a form break the schema in every way that they can be read: in a form everything is text, so that
 * `7` may be a number as well as a word, and nothing may be an empty word.
 */
export function isBrokenForm(validate: Validate, value: unknown): boolean {
  if (!isFlat(value)) return false
  const read: Record<string, unknown> = Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, String(each)]),
  )
  for (const [name, text] of Object.entries(value)) {
    const isFitting = (reading: unknown): boolean => !isAbout(name, validate({ ...read, [name]: reading }))
    read[name] = readings(String(text)).find(isFitting) ?? read[name]
  }
  return validate(read).length > 0
}

function isAbout(name: string, errors: readonly SchemaError[]): boolean {
  return errors.some(({ at }) => tokensOf(at)[0] === name)
}

function readings(text: string): unknown[] {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  return [
    text,
    ...(Number.isNaN(number) ? [] : [number]),
    ...(text === 'true' || text === '1' ? [true] : []),
    ...(text === 'false' || text === '0' ? [false] : []),
    // One field may be a list of one, and how an object is written nobody says.
    [text],
    [number],
    {},
    ...jsonIn(text),
  ]
}

/** Many a server takes a list or an object in a field as JSON. */
function jsonIn(text: string): unknown[] {
  if (!/^[[{]/.test(text)) return []
  try {
    return [JSON.parse(text)]
  } catch {
    return []
  }
}

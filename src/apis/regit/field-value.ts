import type { FieldType, FormField } from './form-field.ts'

export type FieldProblem = 'empty' | 'invalid' | 'invalid.format' | 'invalid.value'

/** A value in the one notation that is stored and compared, or what is wrong with it. */
export type ReadValue = { readonly value: unknown } | { readonly problem: FieldProblem }

type Reader = (value: unknown, options: readonly string[]) => ReadValue

/** Reads a value by the type of its field. Formats are those of the vendor's reference of interaction data. */
export function readValue({ type, options = [] }: FormField, value: unknown): ReadValue {
  if (value === null || value === undefined) return problem('empty')
  if (value === '' && !mayBeIndefinite(type, options)) return problem('empty')
  return readers[type](value, options)
}

function mayBeIndefinite(type: FieldType, options: readonly string[]): boolean {
  return (type === 'date' || type === 'datecombo') && options.includes('indef')
}

const readText: Reader = (value) => (typeof value === 'string' ? { value } : problem('invalid'))

const readTextbox: Reader = (value, options) =>
  typeof value === 'string' && options.includes('phone') ? readPhone(value) : readText(value, options)

function readPhone(text: string): ReadValue {
  return /^\+?\d+$/.test(text) ? { value: `+${text.replace('+', '')}` } : problem('invalid.format')
}

const readChoice: Reader = (value, options) => {
  if (typeof value !== 'string') return problem('invalid')
  return options.length === 0 || options.includes(value) ? { value } : problem('invalid.value')
}

/** A range is named by its text or by its index. */
const readRange: Reader = (value, options) => {
  if (typeof value !== 'string') return problem('invalid')
  const range = options.includes(value) ? value : /^\d{1,6}$/.test(value) ? options[Number(value)] : undefined
  return range === undefined ? problem('invalid.value') : { value: range }
}

const readCheckbox: Reader = (value) => (typeof value === 'boolean' ? { value } : problem('invalid'))

const readTexts: Reader = (value) => {
  const list = parsed(value)
  if (!Array.isArray(list)) return problem('invalid')
  if (list.length === 0) return problem('empty')
  return list.every((entry) => typeof entry === 'string') ? { value: list } : problem('invalid')
}

const timeOfDay = String.raw`(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?`
const dateWithTime = new RegExp(String.raw`^(\d{4}-\d{2}-\d{2})(?:T${timeOfDay})?$`)

/** Vaults know days only: a time is accepted and forgotten, since the vendor ignores time and zone of all dates. */
const readDate: Reader = (value) => {
  if (typeof value !== 'string') return problem('invalid')
  if (value === '') return { value }
  const day = dateWithTime.exec(value)?.[1]
  if (day === undefined) return problem('invalid.format')
  return day >= '1900' && isInCalendar(day) ? { value: day } : problem('invalid.value')
}

function isInCalendar(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}

const readLocation: Reader = (value) => {
  const location = parsed(value)
  if (!isRecord(location)) return problem('invalid')
  const { country, city = null } = location
  if (!isFilledText(country) || !isTextOrNull(city)) return problem('invalid.format')
  return { value: { country, city } }
}

/** The amount may be a number or its text, which is what the vendor's examples show. */
const readNumber: Reader = (value) => {
  const number = parsed(value)
  if (!isRecord(number)) return problem('invalid')
  const { amount, unit = null } = number
  if (!(typeof amount === 'number' || isFilledText(amount)) || !isTextOrNull(unit)) return problem('invalid.format')
  const text = String(amount)
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? { value: { amount: text, unit } } : problem('invalid.value')
}

const readDocuments: Reader = (value) => {
  const list = parsed(value)
  if (!Array.isArray(list)) return problem('invalid')
  if (list.length === 0) return problem('empty')
  const documents = list.flatMap((entry: unknown) => readDocument(entry) ?? [])
  return documents.length === list.length ? { value: documents } : problem('invalid.format')
}

function readDocument(entry: unknown): { filePath: string; fileName: string } | undefined {
  if (!isRecord(entry)) return undefined
  const { filePath, fileName } = entry
  return isFilledText(filePath) && isFilledText(fileName) ? { filePath, fileName } : undefined
}

const readers: Readonly<Record<FieldType, Reader>> = {
  textbox: readTextbox,
  address: readText,
  radio: readChoice,
  select: readChoice,
  qa: readChoice,
  range: readRange,
  checkbox: readCheckbox,
  tagsinput: readTexts,
  smartinput: readTexts,
  date: readDate,
  datecombo: readDate,
  location: readLocation,
  numinput: readNumber,
  doc: readDocuments,
  static: () => ({ value: null }),
}

/** Lists and objects may come as JSON text. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

function problem(which: FieldProblem): ReadValue {
  return { problem: which }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isFilledText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isTextOrNull(value: unknown): value is string | null {
  return typeof value === 'string' || value === null
}

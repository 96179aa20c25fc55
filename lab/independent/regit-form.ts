import type { Json, JsonObject } from './json.ts'
import type { Has } from './protocol.ts'
import type { FormField } from './regit-seed.ts'
import { isDeepStrictEqual } from 'node:util'
import { isObject } from './json.ts'
import { Refusal } from './refusal.ts'

/** A field as it was sent. */
export interface Submitted {
  readonly path: string
  readonly isNew: boolean
  readonly value: Json | undefined
}

/** A field of the form whose value holds, in the notation of the vault. */
export interface Accepted {
  readonly path: string
  readonly isNew: boolean
  readonly value: Json
}

/** Whether a document may be named: it has to be uploaded before. */
export type IsUploaded = (filePath: string, fileName: string) => boolean

interface Checking {
  readonly field: FormField
  readonly has: Has
  readonly isUploaded: IsUploaded
}

/** Reads the list of fields; what its items look like is checked, not yet their values. */
export function submittedFields(fields: Json | undefined, has: Has): readonly Submitted[] {
  if (fields === undefined || (fields === null && has('register/fields-null-accepted'))) return []
  if (!Array.isArray(fields)) {
    if (has('register/fields-any-type')) return []
    throw new Refusal(400, 'Invalid parameters')
  }
  if (fields.length === 0 && has('register/fields-not-empty')) throw new Refusal(400, 'Invalid parameters')
  return fields.map((field) => submitted(field, has))
}

function submitted(field: Json, has: Has): Submitted {
  if (!isObject(field) || typeof field['path'] !== 'string') {
    if (has('register/items-unchecked')) return { path: '', isNew: false, value: undefined }
    throw new Refusal(400, 'Invalid parameters')
  }
  const { path, source, value } = field
  return { path, isNew: isNew(source, has), value }
}

function isNew(source: Json | undefined, has: Has): boolean {
  if (source === undefined) {
    if (has('register/source-required')) throw new Refusal(400, 'Invalid parameters')
    return has('register/source-default-new')
  }
  if (has('register/source-ignored')) return true
  if (has('register/source-any-case') && typeof source === 'string') {
    const lower = source.toLowerCase()
    if (lower === 'newvalue' || lower === 'vaultcurrentvalue') return lower === 'newvalue'
  }
  if (source === null && has('register/source-null-accepted')) return false
  if (source !== 'newValue' && source !== 'vaultCurrentValue' && !has('register/source-unknown-accepted')) {
    throw new Refusal(400, 'Invalid parameters')
  }
  if (source === 'vaultCurrentValue' && has('register/current-value-refused'))
    throw new Refusal(400, 'Invalid parameters')
  return source === 'newValue'
}

/** Holds the submitted fields against the form, in the form's order; answers those of the form as they were sent. */
export function acceptedFields(
  form: readonly FormField[],
  fields: readonly Submitted[],
  options: { readonly has: Has; readonly isUploaded: IsUploaded },
): readonly Accepted[] {
  const { has, isUploaded } = options
  const byPath = new Map<string, Submitted>()
  for (const field of fields)
    if (!byPath.has(field.path) || has('register/last-duplicate-wins')) byPath.set(field.path, field)
  const values = new Map<string, Json>()
  for (const field of form) {
    const one = byPath.get(field.path)
    if (one !== undefined) values.set(field.path, checked(one, { field, has, isUploaded }))
    else refuseMissing(field, has)
  }
  for (const path of byPath.keys()) {
    if (!values.has(path) && has('register/unknown-paths-refused')) throw new Refusal(400, `Invalid field: ${path}`)
  }
  const accepted = [...byPath.values()].flatMap(({ path, isNew }) => {
    const value = values.get(path)
    if (value === undefined) return has('register/unknown-paths-listed') ? [{ path, isNew: false, value: null }] : []
    return [{ path, isNew, value }]
  })
  if (!has('register/fields-in-order-of-form')) return accepted
  return form.flatMap((field) => accepted.filter((one) => one.path === field.path))
}

function refuseMissing(field: FormField, has: Has): void {
  const must = has('register/optional-fields-required') || !field.optional
  if (!must || has('register/missing-field-accepted')) return
  if (field.type === 'address' && has('register/last-field-not-required')) return
  const message = has('register/missing-field-unnamed')
    ? 'Missing required field'
    : `Missing required field: ${named(field)}`
  throw new Refusal(400, message, has('register/missing-field-without-code') ? undefined : 'interaction.field.missing')
}

function named(field: FormField): string {
  return `${field.title} (${field.path})`
}

function checked(submitted: Submitted, checking: Checking): Json {
  const { field, has } = checking
  if (!submitted.isNew && has('register/current-values-unchecked') && submitted.value !== undefined)
    return submitted.value
  if (submitted.value === undefined && has('register/value-may-be-missing')) return null
  const value = submitted.value === undefined ? null : unpacked(submitted.value, checking)
  if (
    isEmpty(value, field) &&
    !(has('register/empty-value-accepted') || (has('register/empty-optional-value-accepted') && field.optional))
  ) {
    throw new Refusal(400, `Missing value for field: ${named(field)}`, 'interaction.field.empty')
  }
  if (has('register/values-unchecked')) return value
  return typed(value, checking)
}

function isEmpty(value: Json, { type }: FormField): boolean {
  const isList = type === 'smartinput' || type === 'doc'
  return value === null || value === '' || (isList && Array.isArray(value) && value.length === 0)
}

/** Objects and lists may come as JSON text. */
function unpacked(value: Json, { field, has }: Checking): Json {
  const packable = field.type === 'location' || field.type === 'smartinput' || field.type === 'doc'
  if (has('register/all-text-parsed') && typeof value === 'string' && /^[[{"\d]/.test(value))
    return parsedOr(value, () => value)
  if (!packable || typeof value !== 'string' || value === '') return value
  if (has('register/json-text-refused')) throw invalidType(field)
  if (has('register/json-documents-refused') && field.type === 'doc') throw invalidType(field)
  if (has('register/json-objects-refused') && value.startsWith('{')) throw invalidType(field)
  if (has('register/json-lists-refused') && value.startsWith('[')) throw invalidType(field)
  return parsedOr(value, () => {
    if (has('register/single-tag-accepted') && field.type === 'smartinput') return [value]
    if (has('register/bad-json-text-crashes')) JSON.parse(value)
    throw invalidType(field)
  })
}

function parsedOr(text: string, otherwise: () => Json): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return otherwise()
  }
}

function invalidType(field: FormField): Refusal {
  return new Refusal(400, `Value of invalid data type for field: ${named(field)}`, 'interaction.field.invalid')
}

function invalidFormat(field: FormField): Refusal {
  return new Refusal(400, `Invalid format for field: ${named(field)}`, 'interaction.field.invalid.format')
}

function typed(value: Json, checking: Checking): Json {
  const { field, has } = checking
  switch (field.type) {
    case 'textbox':
    case 'address':
      return text(value, field, has)
    case 'date':
      return date(value, field, has)
    case 'location':
      return place(value, field, has)
    case 'smartinput':
      return tags(value, field, has)
    case 'doc':
      return documents(value, checking)
  }
}

function text(value: Json, field: FormField, has: Has): Json {
  if (typeof value !== 'string') {
    if (has('register/text-any-type') || (has('register/address-any-type') && field.type === 'address')) return value
    if (has('register/text-may-be-truth-value') && typeof value === 'boolean') return value
    if (has('register/text-may-be-object') && isObject(value)) return value
    throw invalidType(field)
  }
  if (has('register/text-ascii-only') && /[^\x20-\x7e]/.test(value)) throw invalidFormat(field)
  if (has('register/text-trimmed')) return value.trim()
  if (has('register/text-in-lower-case')) return value.toLowerCase()
  if (has('register/text-at-most-1000') && value.length > 1000) throw invalidFormat(field)
  if (has('register/text-at-most-50') && value.length > 50) throw invalidFormat(field)
  if (has('register/home-is-a-phone-number') && field.path === '.contact.home' && !/^\+?\d+$/.test(value))
    throw invalidFormat(field)
  return value
}

function date(value: Json, field: FormField, has: Has): Json {
  if (typeof value !== 'string') {
    if (has('register/date-any-type')) return value
    throw invalidType(field)
  }
  if (has('register/date-any-text')) return value
  if (has('register/date-whatever-parses') && !Number.isNaN(Date.parse(value))) return value
  const match = /^(\d{4})-(\d\d)-(\d\d)(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$/.exec(value)
  if (match === null && has('register/date-without-zeros') && /^\d{4}-\d\d?-\d\d?$/.test(value)) return value
  if (match === null) throw invalidFormat(field)
  if (match[4] !== undefined && has('register/date-with-time-refused')) throw invalidFormat(field)
  if (match[4] === undefined && has('register/date-without-time-refused')) throw invalidFormat(field)
  const [year, month, day] = match.slice(1, 4).map(Number) as [number, number, number]
  const days = has('register/thirty-first-of-any-month') ? 31 : new Date(Date.UTC(year, month, 0)).getUTCDate()
  const isDate = month >= 1 && month <= 12 && (day >= 1 || has('register/day-zero')) && day <= days
  if (has('register/years-after-1900') && year === 1900) throw invalidFormat(field)
  if (!isDate || (year < 1900 && !has('register/any-year'))) throw invalidFormat(field)
  return has('register/dates-compared-as-text') ? value : value.slice(0, 10)
}

function place(value: Json, field: FormField, has: Has): Json {
  if (!isObject(value)) {
    if (has('register/location-any-type') || (has('register/list-for-location') && Array.isArray(value))) return value
    throw invalidType(field)
  }
  const { country, city } = value
  const isCountry =
    (typeof country === 'string' && (country !== '' || has('register/empty-country-accepted'))) ||
    (has('register/country-any-type') && country !== undefined)
  if (!isCountry && !(has('register/country-optional') && country === undefined)) throw invalidFormat(field)
  if (city === undefined && has('register/city-required')) throw invalidFormat(field)
  if (city === null && has('register/city-null-refused')) throw invalidFormat(field)
  if (typeof city !== 'string' && city !== undefined && city !== null && !has('register/city-any-type'))
    throw invalidFormat(field)
  return value
}

function tags(value: Json, field: FormField, has: Has): Json {
  if (!Array.isArray(value)) {
    if (has('register/object-for-tags') && isObject(value)) return value
    throw invalidType(field)
  }
  if (has('register/at-most-two-tags') && value.length > 2) throw invalidType(field)
  if (has('register/only-first-tag-checked') && typeof value[0] === 'string') return value as Json
  if (!value.every((tag) => typeof tag === 'string') && !has('register/tags-any-type')) throw invalidType(field)
  return value as Json
}

function documents(value: Json, { field, has, isUploaded }: Checking): Json {
  if (!Array.isArray(value)) {
    if (has('register/single-document-accepted') && isObject(value)) return [value]
    throw invalidType(field)
  }
  if (value.length > 1 && has('register/only-one-document')) throw invalidType(field)
  return (value as readonly Json[]).map((item, index) => {
    if (!isObject(item) || typeof item['filePath'] !== 'string' || typeof item['fileName'] !== 'string')
      throw invalidType(field)
    const { filePath, fileName } = item
    const isTrusted =
      has('register/documents-not-looked-up') || (has('register/only-first-document-looked-up') && index > 0)
    if (!isTrusted && !isUploaded(filePath, fileName)) {
      throw new Refusal(400, `Invalid value for field: ${named(field)}`, 'interaction.field.invalid.value')
    }
    return { filePath, fileName }
  })
}

/** Whether a value is the one of the vault already. */
export function isSame(value: Json, current: Json | undefined, has: Has): boolean {
  if (current === undefined) return false
  if (has('register/same-value-updated')) return false
  if (has('register/compared-by-reference')) return value === current
  if (has('register/compared-as-text')) return JSON.stringify(value) === JSON.stringify(current)
  if (has('register/order-of-lists-ignored') && Array.isArray(value) && Array.isArray(current)) {
    return isDeepStrictEqual(new Set(value), new Set(current))
  }
  return isDeepStrictEqual(value, current)
}

/** Tells that an object of a JSON body may be read by name. */
export function asObject(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined
}

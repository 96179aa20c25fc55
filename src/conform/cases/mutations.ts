import type { JsonObject } from '../../openapi/api.ts'
import { isObject } from '../../openapi/pointer.ts'

/** A value to put in the place of another; `undefined` takes the property away. */
export interface Mutation {
  /** `type`, `format`, `missing`, …: what the change is meant to break. */
  readonly label: string
  readonly value: unknown
  /** Valid by the schema, but nobody promises that a server knows or takes it: a contract, a closed list or a column may not. */
  readonly isMadeUp?: true
}

/** Changes that are meant to break what a schema says of a value. Whether they do is validated afterwards. */
export function breakingMutations(schema: JsonObject, value: unknown): Mutation[] {
  return [
    ...typeChanges(schema, value),
    ...valueChanges(schema, value),
    ...textChanges(schema, value),
    ...numberChanges(schema, value),
    ...listChanges(schema, value),
    ...objectChanges(schema, value),
  ]
}

/** Changes that stay inside of what a schema says: the other side of each bound. Whether they do is validated afterwards. */
export function boundaryValues(schema: JsonObject, value: unknown): Mutation[] {
  if (Array.isArray(schema['enum'])) {
    return schema['enum']
      .filter((each) => each !== value)
      .map((each: unknown) => ({ label: `is ${JSON.stringify(each)}`, value: each }))
  }
  if ('const' in schema) return []
  const types = typesOf(schema)
  const nulls = types.includes('null') && value !== null ? [{ label: 'is null', value: null }] : []
  return [...nulls, ...keepingText(schema, value), ...keepingNumbers(schema, value, types), ...keepingBooleans(value)]
}

function typesOf(schema: JsonObject): readonly unknown[] {
  const { type } = schema
  return Array.isArray(type) ? (type as unknown[]) : type === undefined ? [] : [type]
}

function typeChanges(schema: JsonObject, value: unknown): Mutation[] {
  if (!('type' in schema) && !('enum' in schema) && !('const' in schema)) return []
  const changes: Mutation[] = [
    { label: 'is null', value: null },
    { label: 'is a number', value: 7 },
    { label: 'is a string', value: 'understudy' },
    { label: 'is a boolean', value: true },
    { label: 'is an object', value: {} },
    { label: 'is an array', value: [] },
    { label: 'is in an array', value: [value] },
  ]
  if (typeof value === 'number' || typeof value === 'boolean')
    changes.push({ label: 'is written as a string', value: String(value) })
  if (typeof value === 'boolean') changes.push({ label: 'is 0 or 1', value: Number(value) })
  if (typeof value === 'object' && value !== null)
    changes.push({ label: 'is JSON in a string', value: JSON.stringify(value) })
  if (Array.isArray(value) && value.length > 0) changes.push({ label: 'is a single item', value: value[0] as unknown })
  return changes
}

function valueChanges(schema: JsonObject, value: unknown): Mutation[] {
  if (!('enum' in schema) && !('const' in schema)) return []
  if (typeof value !== 'string')
    return typeof value === 'boolean' ? [{ label: 'is the other boolean', value: !value }] : []
  return [
    { label: 'is in lower case', value: value.toLowerCase() },
    { label: 'is in upper case', value: value.toUpperCase() },
    { label: 'is capitalised', value: value.slice(0, 1).toUpperCase() + value.slice(1).toLowerCase() },
    { label: 'has a letter more', value: `${value}x` },
    { label: 'has a space behind it', value: `${value} ` },
    { label: 'has a letter less', value: value.slice(0, -1) },
    { label: 'is empty', value: '' },
  ]
}

function textChanges(schema: JsonObject, value: unknown): Mutation[] {
  if (typeof value !== 'string') return []
  const changes: Mutation[] = []
  const { minLength, maxLength, pattern, format } = schema
  if (typeof minLength === 'number' && minLength > 0) {
    changes.push({ label: 'is too short', value: cut(value, minLength - 1) }, { label: 'is empty', value: '' })
  }
  if (typeof maxLength === 'number') changes.push({ label: 'is too long', value: stretch(value, maxLength + 1) })
  if (typeof pattern === 'string') changes.push(...patternChanges(value))
  if (typeof format === 'string') changes.push(...formatChanges(format, value))
  return changes
}

function patternChanges(value: string): Mutation[] {
  return [
    { label: 'has another form', value: 'under study!' },
    { label: 'is empty', value: '' },
    { label: 'has a character in front', value: `!${value}` },
    { label: 'has a character behind', value: `${value}!` },
    { label: 'has a line break behind', value: `${value}\n` },
    { label: 'lacks its first character', value: value.slice(1) },
    { label: 'lacks its last character', value: value.slice(0, -1) },
    { label: 'has a space inside', value: `${value.slice(0, 1)} ${value.slice(1)}` },
    { label: 'has its first character twice', value: value.slice(0, 1) + value },
    { label: 'ends in a letter', value: `${value.slice(0, -1)}x` },
    { label: 'is in upper case', value: value.toUpperCase() },
    { label: 'is doubled', value: value + value },
    { label: 'has no characters but letters and digits', value: value.replaceAll(/[^\p{L}\p{N}]/gu, '') },
  ]
}

const formatTexts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  uuid: {
    'is no UUID': 'understudy',
    'has a letter that is no hexadecimal digit': 'g1fbfbaa-5de8-4d17-ac2b-c47f2376265a',
    'is a digit too short': '61fbfbaa-5de8-4d17-ac2b-c47f2376265',
    'is a digit too long': '61fbfbaa-5de8-4d17-ac2b-c47f2376265a0',
    'is a number': '42',
  },
  'date-time': {
    'is no date': 'yesterday',
    'has a 13th month': '2019-13-01T00:00:00.000Z',
    'has a 25th hour': '2019-01-01T25:00:00.000Z',
    'has no time': '2019-01-01',
    'has no offset': '2019-01-01T00:00:00.000',
    'is a count of milliseconds': '1546300800000',
    'has slashes': '01/02/2019 00:00:00',
  },
  date: {
    'is no date': 'yesterday',
    'has a 13th month': '2019-13-01',
    'has slashes': '01/02/2019',
    'has a time': '2019-01-01T00:00:00Z',
  },
  time: { 'is no time': 'noon', 'has a 25th hour': '25:00:00Z' },
  email: {
    'is no address': 'understudy',
    'has no host': 'understudy@',
    'has no name': '@example.com',
    'has a space': 'under study@example.com',
  },
  uri: { 'is no URI': 'understudy', 'has a space': 'https://example.com/under study' },
  ipv4: { 'is no address': '192.0.2', 'has too large a part': '192.0.2.256' },
  ipv6: { 'is no address': '2001:::db8' },
  hostname: { 'is no host': 'under_study!', 'has a space': 'under study' },
}

function formatChanges(format: string, value: string): Mutation[] {
  const texts = formatTexts[format] ?? { 'has another form': 'under study!' }
  return [
    ...Object.entries(texts).map(([label, text]) => ({ label, value: text })),
    { label: 'is empty', value: '' },
    // Who checks addresses as a person would takes any sign behind the last dot.
    ...(format === 'email' ? [] : [{ label: 'has a character behind', value: `${value}!` }]),
  ]
}

function numberChanges(schema: JsonObject, value: unknown): Mutation[] {
  if (typeof value !== 'number') return []
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  const step = typeof multipleOf === 'number' ? multipleOf : 1
  const changes: Mutation[] = []
  if (typeof minimum === 'number') changes.push({ label: 'is below the minimum', value: minimum - step })
  if (typeof maximum === 'number') changes.push({ label: 'is above the maximum', value: maximum + step })
  if (typeof exclusiveMinimum === 'number') changes.push({ label: 'is the excluded minimum', value: exclusiveMinimum })
  if (typeof exclusiveMaximum === 'number') changes.push({ label: 'is the excluded maximum', value: exclusiveMaximum })
  if (typesOf(schema).includes('integer') || typeof multipleOf === 'number') {
    changes.push({ label: 'has a fraction', value: value + step / 2 })
  }
  return changes
}

function listChanges(schema: JsonObject, value: unknown): Mutation[] {
  if (!Array.isArray(value)) return []
  const list = value as unknown[]
  const { minItems, maxItems, uniqueItems, prefixItems } = schema
  const fixed = Array.isArray(prefixItems) ? prefixItems.length : 0
  const changes: Mutation[] = []
  if (typeof minItems === 'number' && minItems > 0) {
    changes.push(
      { label: 'has too few items', value: list.slice(0, minItems - 1) },
      { label: 'is an empty array', value: [] },
    )
  }
  if (typeof maxItems === 'number') {
    changes.push({
      label: 'has too many items',
      value: Array.from({ length: maxItems + 1 }, (_, index) => list[index % list.length]),
    })
  }
  if (uniqueItems === true && list.length > 0) changes.push({ label: 'has an item twice', value: [...list, list[0]] })
  if (fixed > 1) changes.push({ label: 'is in reverse order', value: list.toReversed() })
  return changes
}

function objectChanges(schema: JsonObject, value: unknown): Mutation[] {
  if (!isObject(value)) return []
  const changes: Mutation[] = []
  if (schema['additionalProperties'] === false || schema['unevaluatedProperties'] === false) {
    changes.push({ label: 'has an unknown property', value: { ...value, understudyUnknown: 'understudy' } })
  }
  if (typeof schema['minProperties'] === 'number') changes.push({ label: 'is an empty object', value: {} })
  if (typeof schema['maxProperties'] === 'number') {
    const more = Array.from({ length: schema['maxProperties'] + 1 }, (_, index) => [`understudy${index}`, 'understudy'])
    changes.push({ label: 'has too many properties', value: { ...value, ...Object.fromEntries(more) } })
  }
  const [first] = Object.values(value)
  if ('propertyNames' in schema && first !== undefined) {
    changes.push({ label: 'has a property with a wrong name', value: { ...value, 'under study!': first } })
  }
  return changes
}

function keepingText(schema: JsonObject, value: unknown): Mutation[] {
  if (typeof value !== 'string') return []
  const { minLength, maxLength, pattern, format } = schema
  if (format === 'date-time') {
    return [
      { label: 'has no fraction of a second', value: '2020-02-29T23:59:59Z', isMadeUp: true },
      { label: 'has an offset', value: '2020-02-29T23:59:59.123+05:30', isMadeUp: true },
    ]
  }
  if (format === 'email' && typeof pattern !== 'string') {
    return [
      { label: 'has a plus', value: 'anna.berg+understudy@example.com' },
      { label: 'has another top-level domain', value: 'anna@mail.example.museum' },
      ...edges(value, minLength, maxLength),
    ]
  }
  if (typeof pattern === 'string' || typeof format === 'string') return edges(value, minLength, maxLength)
  const texts: Mutation[] = [
    { label: 'is not in ASCII', value: 'Zoë Grüße 東京 🎉' },
    // As macOS writes file names: a letter and its mark are two code points (UAX 15, form D).
    { label: 'has decomposed characters', value: 'Zoe\u0308 re\u0301sume\u0301' },
    { label: 'has characters that JSON escapes', value: 'a "quoted" \\ text\n\twith breaks' },
    { label: 'has characters of markup', value: "<b>&amp;</b> O'Brien; --" },
    { label: 'looks like a number', value: '007' },
    // Longer than the columns that people are used to: 255, 500, 1,000.
    { label: 'is long', value: 'understudy '.repeat(100), isMadeUp: true },
  ]
  return [...texts, ...edges(value, minLength, maxLength)]
}

function edges(value: string, minLength: unknown, maxLength: unknown): Mutation[] {
  const changes: Mutation[] = []
  if (typeof minLength === 'number')
    changes.push({ label: 'is as short as allowed', value: stretch(cut(value, minLength), minLength) })
  if (typeof maxLength === 'number') changes.push({ label: 'is as long as allowed', value: stretch(value, maxLength) })
  return changes
}

function keepingNumbers(schema: JsonObject, value: unknown, types: readonly unknown[]): Mutation[] {
  if (typeof value !== 'number') return []
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  const step = typeof multipleOf === 'number' ? multipleOf : 1
  const whole = types.includes('integer') || typeof multipleOf === 'number'
  const changes: Mutation[] = [
    { label: 'is 0', value: 0 },
    { label: 'is negative', value: -step },
    { label: 'is 1', value: step },
  ]
  if (!whole) {
    changes.push({ label: 'has a fraction', value: 0.5 }, { label: 'has eight decimals', value: 12.34567891 })
  }
  const isBounded = [minimum, maximum, exclusiveMinimum, exclusiveMaximum].some((each) => typeof each === 'number')
  if (!isBounded) return changes
  if (typeof minimum === 'number') changes.push({ label: 'is the minimum', value: minimum })
  if (typeof maximum === 'number') changes.push({ label: 'is the maximum', value: maximum })
  if (typeof exclusiveMinimum === 'number')
    changes.push({ label: 'is just above the minimum', value: exclusiveMinimum + step })
  if (typeof exclusiveMaximum === 'number')
    changes.push({ label: 'is just below the maximum', value: exclusiveMaximum - step })
  return changes
}

function keepingBooleans(value: unknown): Mutation[] {
  return typeof value === 'boolean' ? [{ label: `is ${!value}`, value: !value }] : []
}

function cut(text: string, length: number): string {
  return Array.from(text).slice(0, length).join('')
}

function stretch(text: string, length: number): string {
  const signs = Array.from(text)
  if (signs.length >= length) return signs.slice(0, length).join('')
  const filler = signs.at(-1) ?? 'x'
  return text + filler.repeat(length - signs.length)
}

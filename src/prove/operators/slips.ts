import type { JsonObject } from '../../openapi/api.ts'
import { isObject } from '../../openapi/pointer.ts'

/** A constraint that is not kept, in one of two ways: what breaks it is accepted, or what keeps it is refused. */
export interface Slip {
  readonly operator: string
  readonly keyword: string
  /** Whether the slip concerns this value. */
  readonly concerns: (value: unknown) => boolean
  /** What the value is taken for; without this, what the slip concerns is refused. */
  readonly repaired?: (value: unknown) => unknown
  /** A value that is refused wrongly. */
  readonly witness?: unknown
}

/** What breaks a keyword is accepted. `known` is a valid value, if one is known. */
export function leniencies(schema: JsonObject, known: unknown): Slip[] {
  const types = [schema['type']].flat()
  const slips: Slip[] = []
  const add = (
    operator: string,
    keyword: string,
    concerns: Slip['concerns'],
    repaired: NonNullable<Slip['repaired']>,
  ): void => void slips.push({ operator, keyword, concerns, repaired })
  const { enum: values, minimum, maximum, minLength, maxLength, minItems, maxItems, pattern, format } = schema
  if (types.includes('number') || types.includes('integer'))
    add(
      'number-as-string-accepted',
      'type',
      (value) => typeof value === 'string' && Number.isFinite(Number(value)) && value !== '',
      Number,
    )
  if ((types.includes('number') || types.includes('integer')) && known !== undefined)
    add(
      'string-as-number-accepted',
      'type',
      (value) => typeof value === 'string',
      () => known,
    )
  if (types.includes('boolean'))
    add(
      'boolean-as-string-accepted',
      'type',
      (value) => value === 'true' || value === 'false',
      (value) => value === 'true',
    )
  if (types.includes('boolean'))
    add('boolean-as-number-accepted', 'type', (value) => value === 1 || value === 0, Boolean)
  const isMade = known !== undefined || (pattern === undefined && format === undefined)
  if (types.includes('string') && !types.includes('number') && isMade)
    add(
      'string-as-number-accepted',
      'type',
      (value) => typeof value === 'number',
      (value) => known ?? String(value),
    )
  if (types.length > 0 && !types.includes('null') && schema['type'] !== undefined && known !== undefined)
    add(
      'null-accepted',
      'type',
      (value) => value === null,
      () => known,
    )
  if (types.includes('array') && !types.includes('object') && known !== undefined)
    add('object-as-array-accepted', 'type', isObject, () => known)
  if (types.includes('object') && !types.includes('array') && known !== undefined)
    add('array-as-object-accepted', 'type', Array.isArray, () => known)
  if (Array.isArray(values)) {
    const texts = values.filter((each): each is string => typeof each === 'string')
    const counterpart = (value: unknown): string | undefined =>
      texts.find((each) => typeof value === 'string' && each !== value && each.toLowerCase() === value.toLowerCase())
    if (texts.some((each) => each.toLowerCase() !== each.toUpperCase()))
      add(
        'any-letter-case-accepted',
        'enum',
        (value) => !texts.includes(value as string) && counterpart(value) !== undefined,
        (value) => counterpart(value),
      )
    add(
      'unlisted-value-accepted',
      'enum',
      (value) => typeof value === typeof values[0] && !values.includes(value),
      () => known ?? values[0],
    )
  }
  if (typeof minimum === 'number')
    add(
      'below-minimum-accepted',
      'minimum',
      (value) => typeof value === 'number' && value < minimum && value >= minimum - 1,
      () => minimum,
    )
  if (typeof maximum === 'number')
    add(
      'above-maximum-accepted',
      'maximum',
      (value) => typeof value === 'number' && value > maximum && value <= maximum + 1,
      () => maximum,
    )
  if (typeof minLength === 'number')
    add(
      'too-short-accepted',
      'minLength',
      (value) => typeof value === 'string' && [...value].length === minLength - 1,
      (value) => known ?? `${value as string}x`,
    )
  if (typeof maxLength === 'number')
    add(
      'too-long-accepted',
      'maxLength',
      (value) => typeof value === 'string' && [...value].length === maxLength + 1,
      (value) => [...(value as string)].slice(0, maxLength).join(''),
    )
  if (typeof minItems === 'number')
    add(
      'too-few-accepted',
      'minItems',
      (value) => Array.isArray(value) && value.length === minItems - 1,
      () => known ?? [],
    )
  if (typeof maxItems === 'number')
    add(
      'too-many-accepted',
      'maxItems',
      (value) => Array.isArray(value) && value.length === maxItems + 1,
      (value) => (value as unknown[]).slice(0, maxItems),
    )
  if (typeof pattern === 'string' && typeof known === 'string')
    add(
      'pattern-ignored',
      'pattern',
      (value) => typeof value === 'string' && !new RegExp(pattern, 'u').test(value),
      () => known,
    )
  if (typeof format === 'string' && typeof known === 'string' && typeof pattern !== 'string' && format !== 'password')
    add(
      'format-ignored',
      'format',
      (value) => typeof value === 'string' && value !== '' && !looksLike(format, value),
      () => known,
    )
  return slips
}

function looksLike(format: string, value: string): boolean {
  switch (format) {
    case 'uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
    case 'date-time':
      return /^\d{4}-\d{2}-\d{2}T/.test(value)
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(value)
    case 'email':
      return value.includes('@')
    default:
      return true
  }
}

/** What keeps a keyword is refused: at each bound, for a listed value, for text beyond ASCII. */
export function severities(schema: JsonObject, known: readonly unknown[]): Slip[] {
  const slips: Slip[] = []
  const add = (
    operator: string,
    keyword: string,
    witness: unknown,
    concerns: Slip['concerns'] = (value) => value === witness,
  ): void => void slips.push({ operator, keyword, concerns, witness })
  const { enum: values, minimum, maximum, minLength, maxLength, pattern, format } = schema
  const filled = (length: number): string => [...'Ab1@'.repeat(Math.ceil(length / 4))].slice(0, length).join('')
  if (Array.isArray(values)) {
    const rare = values.findLast((each: unknown) => !known.includes(each)) as unknown
    if (rare !== undefined) add('listed-value-refused', `enum/${String(rare)}`, rare)
  }
  if (typeof minimum === 'number') add('minimum-refused', 'minimum', minimum)
  if (typeof maximum === 'number') add('maximum-refused', 'maximum', maximum)
  if (typeof minLength === 'number' && minLength > 1)
    add(
      'shortest-refused',
      'minLength',
      filled(minLength),
      (value) => typeof value === 'string' && [...value].length === minLength,
    )
  if (typeof maxLength === 'number')
    add(
      'longest-refused',
      'maxLength',
      filled(maxLength),
      (value) => typeof value === 'string' && [...value].length === maxLength,
    )
  const flag = [true, false].find((each) => !known.includes(each))
  if (schema['type'] === 'boolean' && flag !== undefined) add('boolean-refused', 'type', flag)
  const isText =
    schema['type'] === 'string' &&
    pattern === undefined &&
    format === undefined &&
    !Array.isArray(values) &&
    schema['const'] === undefined
  if (isText)
    add(
      'text-beyond-ascii-refused',
      'type',
      'Zoë Łukasz 漢字',
      (value) => typeof value === 'string' && /[^\0-\x7f]/.test(value),
    )
  return slips
}

import type { LocatedError } from '../handlers/handler.ts'

/** More constraints than this a message does not list; the count tells how many there are. */
const MAX_LISTED = 20

/** `body /data/timestamp must match format "date-time"`, with the value that was expected. */
export function describeError(error: Pick<LocatedError, 'in' | 'name' | 'message'> & Partial<LocatedError>): string {
  const place = `${error.in}${error.name === '' ? '' : ` ${error.name}`}`
  return `${place} ${wanting(error)}`
}

/** Every constraint that a request breaks, in one sentence. */
export function describeErrors(errors: readonly LocatedError[]): string {
  const texts = [...new Set(errors.map(describeError))]
  const more = texts.length > MAX_LISTED ? `; and ${texts.length - MAX_LISTED} more` : ''
  return `${texts.slice(0, MAX_LISTED).join('; ')}${more}`
}

/** What the keyword asked for: the values of an enum, a bound, a type, the missing property; `undefined` where it says nothing. */
export function expectedOf({ keyword, params }: Pick<LocatedError, 'keyword' | 'params'>): unknown {
  switch (keyword) {
    case 'enum':
      return params['allowedValues']
    case 'const':
      return params['allowedValue']
    case 'required':
    case 'dependentRequired':
      return params['missingProperty']
    case 'additionalProperties':
    case 'unevaluatedProperties':
    case 'false schema':
      return undefined
    default:
      return params['limit'] ?? params['type'] ?? params['format'] ?? params['pattern'] ?? params['multipleOf']
  }
}

/** The validator's own words, and the values that it does not name. */
function wanting({ keyword, message, params = {} }: Pick<LocatedError, 'message'> & Partial<LocatedError>): string {
  const values =
    keyword === 'enum' ? params['allowedValues'] : keyword === 'const' ? [params['allowedValue']] : undefined
  return Array.isArray(values) ? `${message}: ${values.map((value) => JSON.stringify(value)).join(', ')}` : message
}

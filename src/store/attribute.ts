import type { Row } from './collection.ts'

export type Scalar = string | number | boolean | null
export type Getter = (row: Row) => Scalar

/** Reads the scalar at a JSON pointer of a row; anything absent or not scalar reads as `null`. */
export function getterFor(pointer: string): Getter {
  const tokens = pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
  const [first = '', second] = tokens
  // Nearly all pointers have one or two tokens, and these run in every comparison of a sort.
  if (tokens.length === 1) return (row) => scalar(row[first])
  if (tokens.length === 2 && second !== undefined) {
    return (row) => {
      const parent = row[first]
      return typeof parent === 'object' && parent !== null ? scalar((parent as Row)[second]) : null
    }
  }
  return (row) => {
    let value: unknown = row
    for (const token of tokens) value = typeof value === 'object' && value !== null ? (value as Row)[token] : undefined
    return scalar(value)
  }
}

/** `null` < booleans < numbers < texts; texts by UTF-16 code unit, so that no locale can change an answer. */
export function compareScalars(a: Scalar, b: Scalar): number {
  if (a === b) return 0
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : 1
  const byType = rank(a) - rank(b)
  return byType === 0 ? Number(a) - Number(b) : byType
}

/** Texts as points in time, whatever their offset: noon at `+02:00` comes before eleven at `Z`. */
export function compareInstants(a: Scalar, b: Scalar): number {
  if (typeof a !== 'string' || typeof b !== 'string' || isOneForm(a, b)) return compareScalars(a, b)
  return Date.parse(a) - Date.parse(b) || compareScalars(a, b)
}

/** Two texts in UTC with the same number of digits, as nearly all are, need no parsing. */
function isOneForm(a: string, b: string): boolean {
  return a.length === b.length && a.endsWith('Z') && b.endsWith('Z')
}

function rank(value: Scalar): number {
  if (value === null) return 0
  if (typeof value === 'boolean') return 1
  return typeof value === 'number' ? 2 : 3
}

function scalar(value: unknown): Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

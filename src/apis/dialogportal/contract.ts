import type { Row } from '../../store/collection.ts'

/** What the contract says of a transaction group: which types it has, and which extra data each takes. */
export interface TransactionGroup {
  readonly id: number
  readonly name: string
  readonly types: readonly TransactionType[]
}

export interface TransactionType {
  readonly id: number
  readonly name: string
  readonly extra?: Readonly<Record<string, ExtraField>>
}

interface ExtraField {
  readonly type: 'string' | 'number' | 'boolean'
  readonly required?: boolean
}

/** Rows of `groups` were checked against `x-collections` when they came in. */
export function asGroup(row: Row): TransactionGroup {
  return row as unknown as TransactionGroup
}

/** What the contract has against the extra data of a transaction, as a sentence, or `undefined` if nothing. */
export function problemWithExtra(type: TransactionType, extra: Readonly<Record<string, unknown>>): string | undefined {
  const fields = type.extra ?? {}
  const unlisted = Object.keys(extra).find((name) => !Object.hasOwn(fields, name))
  if (unlisted !== undefined) return `extra.${unlisted} is not in the contract for the transaction type ${type.id}`
  for (const [name, field] of Object.entries(fields)) {
    const problem = Object.hasOwn(extra, name) ? problemWithValue(field, extra[name]) : problemWithAbsence(field)
    if (problem !== undefined) return `extra.${name} ${problem} for the transaction type ${type.id}`
  }
  return undefined
}

function problemWithValue(field: ExtraField, value: unknown): string | undefined {
  return typeof value === field.type ? undefined : `must be a ${field.type}`
}

function problemWithAbsence(field: ExtraField): string | undefined {
  return field.required ? 'is required' : undefined
}

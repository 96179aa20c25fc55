import { parseQuery } from '../openapi/parameter.ts'
import { isObject } from '../openapi/pointer.ts'
import { attributeOf } from '../conform/cases/resource.ts'
import { isEqual } from './equal.ts'
import type { Body } from './body-difference.ts'

/** The attributes that a query asks to sort by. */
export function sortColumns(query: string): string[] {
  const values = parseQuery(query)
    .filter(([name]) => /^(?:sort|order)/i.test(name))
    .flatMap(([, value]) => value.split(','))
  return values
    .map((value) => value.replace(/^[+-]|[: ](?:asc|desc)$/gi, ''))
    .filter((value) => value !== '' && !/^(?:asc|desc)$/i.test(value))
}

/** Where rows that lack the attribute stand is not said, and other values have another order. */
export function isSortedEqually(
  body: Body,
  column: string,
  one: readonly unknown[],
  other: readonly unknown[],
): boolean {
  const valuesOf = (rows: readonly unknown[]): unknown[] =>
    rows.map((row) => attributeOf(row, column)).filter((value) => value !== undefined)
  const [ours, theirs] = [valuesOf(one), valuesOf(other)]
  if (JSON.stringify(ours.map(String).toSorted()) !== JSON.stringify(theirs.map(String).toSorted())) return true
  return ours.every((value, index) => isEqual(body, column, value, theirs[index]))
}

/** Where among the items of the target that one is which has the id of an item of the mock; -1 where no id tells. */
export function counterpartOf({ same }: Body, item: unknown, others: readonly unknown[]): number {
  const id = isObject(item) && typeof item['id'] === 'string' ? same.counterpartOf(item['id']) : undefined
  return id === undefined ? -1 : others.findIndex((other) => isObject(other) && other['id'] === id)
}

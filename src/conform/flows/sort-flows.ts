import { isDeepStrictEqual } from 'node:util'
import { assumptionAt, openAt } from '../../openapi/assumption.ts'
import type { Parameter } from '../../openapi/parameter.ts'
import { isObject, pointerTo } from '../../openapi/pointer.ts'
import type { FlowCase } from '../case.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import type { Context } from '../context.ts'
import { keyOf } from '../cases/draft.ts'
import { attributeOf, type Resource } from '../cases/resource.ts'
import { flowCase } from './flow-case.ts'
import { idsOf, isScalar, vary } from './list-rows.ts'
import { allRows } from './whole-list.ts'

interface Sorting {
  readonly parameter: Parameter
  readonly column: string
  readonly why: string | undefined
  readonly ascending: unknown
  readonly descending: unknown
}

/** A sort parameter that takes a column and a direction, or a column with a minus in front. */
function sortingsOf(context: Context, list: BaseRequest): Sorting[] {
  return list.draft.operation.parameters
    .filter((parameter) => parameter.in === 'query' && /^(?:sort|order)/i.test(parameter.name))
    .flatMap((parameter) => {
      const signed = context.api.strict ? [] : signedSortings(parameter)
      if (signed.length > 0) return signed
      const [columns, directions] = Array.isArray(parameter.schema['prefixItems'])
        ? (parameter.schema['prefixItems'] as unknown[])
        : []
      if (!isObject(columns) || !isObject(directions)) return []
      const names = Array.isArray(columns['enum']) ? (columns['enum'] as string[]) : []
      const words = Array.isArray(directions['enum']) ? (directions['enum'] as string[]) : []
      const up = words.find((word) => /^asc/i.test(word))
      const down = words.find((word) => /^desc/i.test(word))
      if (up === undefined || down === undefined) return []
      const base = pointerTo(parameter.pointer, 'schema', 'prefixItems', 0, 'enum')
      const isOpen = (column: string): boolean => openAt(context.api.document, `${base}/${column}`) !== undefined
      return names
        .filter((column) => !isOpen(column))
        .map((column) => ({
          parameter,
          column,
          ascending: [column, up],
          descending: [column, down],
          why: parameter.inferred ?? assumptionAt(context.api.document, `${base}/${column}`),
        }))
    })
}

/** `sort=name` and `sort=-name`, as far as the document lists both. */
function signedSortings(parameter: Parameter): Sorting[] {
  const words = Array.isArray(parameter.schema['enum']) ? (parameter.schema['enum'] as unknown[]) : []
  return words.flatMap((word) => {
    if (typeof word !== 'string' || word.startsWith('-') || !words.includes(`-${word}`)) return []
    return [{ parameter, column: word, ascending: word, descending: `-${word}`, why: parameter.inferred }]
  })
}

/** `sort` orders, both ways, and loses nothing. */
export function sortFlows(context: Context, resource: Resource, list: BaseRequest): FlowCase[] {
  const operation = list.draft.operation
  return sortingsOf(context, list).map(({ parameter, column, why, ascending, descending }) =>
    flowCase(context, {
      name: `the list is sorted by ${column}, both ways`,
      kind: 'list',
      operation,
      pointer: pointerTo(parameter.pointer, 'schema'),
      why,
      checks: ['sort-wrong'],
      changesNothing: true,
      play: async (flow) => {
        await vary(flow, resource, column)
        for (const [direction, sign] of [
          [ascending, 1],
          [descending, -1],
        ] as const) {
          const sorted = await allRows(flow, resource, list, { [keyOf(parameter)]: direction })
          const values = sorted.map((row) => attributeOf(row, column)).filter(isScalar)
          const order = Array.isArray(direction) ? String(direction[1]) : sign > 0 ? 'ascending' : 'descending'
          if (!isOrdered(values, sign)) {
            flow.fail('sort-wrong', `rows are not in the order ${column} ${order}`, {
              expected: `${column} ${order}`,
              got: values.join(', '),
            })
          }
          const all = idsOf(resource, await allRows(flow, resource, list))
          if (!isDeepStrictEqual(all.toSorted(), idsOf(resource, sorted).toSorted())) {
            flow.fail('sort-wrong', `sorting by ${column} loses or repeats rows`, {
              expected: all.join(', '),
              got: idsOf(resource, sorted).join(', '),
            })
          }
        }
      },
    }),
  )
}

/** Orders that implementations use for text differ in case and language: one of them has to fit. */
function isOrdered(values: readonly (string | number | boolean)[], sign: number): boolean {
  const byCode = (one: unknown, other: unknown): number =>
    one === other ? 0 : (one as string) < (other as string) ? -1 : 1
  const byLocale = (one: unknown, other: unknown): number => String(one).localeCompare(String(other), 'en')
  const fits = (compare: (one: unknown, other: unknown) => number): boolean =>
    values.every((value, index) => index === 0 || sign * compare(values[index - 1], value) <= 0)
  if (fits(byCode)) return true
  if (values.every(isInstant)) return fits((one, other) => Date.parse(String(one)) - Date.parse(String(other)))
  return values.every((value) => typeof value === 'string') && fits(byLocale)
}

/** Times with offsets have two orders: that of their letters and that of time. */
function isInstant(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/.test(value)
}

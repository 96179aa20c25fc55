import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../../../spec/api.ts'
import { inferredAt, openAt } from '../../../spec/inferred.ts'
import type { Parameter } from '../../../spec/parameter.ts'
import { isObject, pointerTo } from '../../../spec/pointer.ts'
import type { FlowCase } from '../../case.ts'
import { jsonMedia, type Base } from '../body-cases.ts'
import type { Context } from '../context.ts'
import { keyOf } from '../draft.ts'
import { flowCase, isOk, seen, type Scene } from './flow-case.ts'
import { attributeOf, idIn, make, pagingOf, rowsOf, wholeList, type Resource } from '../resource.ts'
import { richSample } from '../sample.ts'

/** What a list has to do with its filter, its pages and its order. */
export function listFlows(context: Context, resource: Resource): FlowCase[] {
  const { list } = resource
  if (!list) return []
  return [
    ...filterFlows(context, resource, list),
    ...pageFlows(context, resource, list),
    ...sortFlows(context, resource, list),
  ]
}

interface Filter {
  readonly parameter: Parameter
  /** The attribute as a row has it. */
  readonly attribute: string
  readonly valueFor: (value: unknown) => unknown
}

function filtersOf(list: Base): Filter[] {
  const paging = pagingOf(list)
  return list.draft.operation.parameters
    .filter(
      (parameter) =>
        parameter.in === 'query' &&
        ![paging.limit?.key, paging.skip].includes(keyOf(parameter)) &&
        !/^(?:sort|order)/i.test(parameter.name),
    )
    .flatMap((parameter) => {
      const properties =
        parameter.style === 'deepObject' && isObject(parameter.schema['properties'])
          ? Object.keys(parameter.schema['properties'])
          : undefined
      if (properties)
        return properties.map((attribute) => ({
          parameter,
          attribute,
          valueFor: (value: unknown) => ({ [attribute]: value }),
        }))
      return parameter.types.own.includes('array')
        ? []
        : [{ parameter, attribute: parameter.name, valueFor: (value: unknown) => value }]
    })
}

function filterFlows(context: Context, resource: Resource, list: Base): FlowCase[] {
  const operation = list.draft.operation
  return filtersOf(list).flatMap((filter) => {
    const { attribute, parameter, valueFor } = filter
    const pointer =
      parameter.style === 'deepObject'
        ? pointerTo(parameter.pointer, 'schema', 'properties', attribute)
        : parameter.pointer
    const why = parameter.inferred ?? inferredAt(context.api.document, pointer)
    return flowCase(context, {
      name: `the filter ${attribute} returns all that match and nothing else`,
      kind: 'list',
      operation,
      pointer,
      why,
      checks: ['filter-wrong'],
      changesNothing: true,
      play: async (scene) => {
        await vary(scene, resource, attribute)
        const all = await rows(scene, list)
        const values = distinct(all.map((row) => attributeOf(row, attribute)).filter(isScalar)).slice(0, 3)
        if (values.length === 0) scene.notReached(`no row has a value for ${attribute}`)
        for (const value of values) {
          const found = await rows(scene, list, { [keyOf(parameter)]: valueFor(value) })
          const matching = all.filter((row) => attributeOf(row, attribute) === value)
          const [wanted, got] = [idsOf(resource, matching), idsOf(resource, found)]
          const strange = found.filter((row) => attributeOf(row, attribute) !== value)
          if (strange.length > 0) {
            scene.fail('filter-wrong', `the filter ${attribute} returns what does not match`, {
              expected: wanted.join(', '),
              got: got.join(', '),
            })
          } else if (!isDeepStrictEqual(wanted.toSorted(), got.toSorted())) {
            scene.fail('filter-wrong', `the filter ${attribute} does not return all that match`, {
              expected: wanted.join(', '),
              got: got.join(', '),
            })
          }
        }
        const taken = new Set(all.map((row) => attributeOf(row, attribute)))
        let none = otherThan(values[0])
        while (none !== undefined && taken.has(none)) none = otherThan(none)
        if (none === undefined) return
        const empty = await rows(scene, list, { [keyOf(parameter)]: valueFor(none) })
        if (empty.length > 0) {
          scene.fail('filter-wrong', `the filter ${attribute} returns what does not match`, {
            expected: 'no rows',
            got: idsOf(resource, empty).join(', '),
          })
        }
      },
    })
  })
}

function pageFlows(context: Context, resource: Resource, list: Base): FlowCase[] {
  const { limit, skip } = pagingOf(list)
  if (!limit) return []
  const operation = list.draft.operation
  const parameter = operation.parameters.find((each) => keyOf(each) === limit.key)
  const pointer = parameter?.pointer ?? operation.pointer
  return [
    flowCase(context, {
      name: 'limit and skip walk the list once',
      kind: 'list',
      operation,
      pointer,
      why: inferredAt(context.api.document, pointer),
      checks: ['page-wrong'],
      changesNothing: true,
      play: async (scene) => {
        await vary(scene, resource, undefined)
        const all = idsOf(resource, await rows(scene, list))
        if (all.length < 2) scene.notReached('the list has fewer than two rows')
        for (const size of [1, 2, all.length - 1, all.length, all.length + 1]) {
          const first = idsOf(resource, await rows(scene, list, { [limit.key]: size }))
          if (!isDeepStrictEqual(first, all.slice(0, size))) {
            return scene.fail('page-wrong', 'limit does not give the first rows of the list, as many as it says', {
              expected: all.slice(0, size).join(', '),
              got: first.join(', '),
            })
          }
        }
        if (!skip) return
        for (const size of [1, 2, 3]) {
          const walked: string[] = []
          for (let at = 0; at < all.length + size; at += size) {
            walked.push(...idsOf(resource, await rows(scene, list, { [limit.key]: size, [skip]: at })))
          }
          if (isDeepStrictEqual(walked, all)) continue
          return scene.fail('page-wrong', 'limit and skip do not walk the list once', {
            expected: all.join(', '),
            got: walked.join(', '),
          })
        }
        const beyond = await rows(scene, list, { [skip]: all.length })
        if (beyond.length > 0)
          scene.fail('page-wrong', 'skip beyond the end gives rows', {
            expected: 'no rows',
            got: idsOf(resource, beyond).join(', '),
          })
      },
    }),
  ]
}

interface Sorting {
  readonly parameter: Parameter
  readonly column: string
  readonly why: string | undefined
  readonly ascending: unknown
  readonly descending: unknown
}

/** A sort parameter that takes a column and a direction, or a column with a minus in front. */
function sortingsOf(context: Context, list: Base): Sorting[] {
  return list.draft.operation.parameters
    .filter((parameter) => parameter.in === 'query' && /^(?:sort|order)/i.test(parameter.name))
    .flatMap((parameter) => {
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
          why: parameter.inferred ?? inferredAt(context.api.document, `${base}/${column}`),
        }))
    })
}

function sortFlows(context: Context, resource: Resource, list: Base): FlowCase[] {
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
      play: async (scene) => {
        await vary(scene, resource, column)
        for (const [direction, sign] of [
          [ascending, 1],
          [descending, -1],
        ] as const) {
          const sorted = await rows(scene, list, { [keyOf(parameter)]: direction })
          const values = sorted.map((row) => attributeOf(row, column)).filter(isScalar)
          const order = String((direction as string[])[1])
          if (!isOrdered(values, sign)) {
            scene.fail('sort-wrong', `rows are not in the order ${column} ${order}`, {
              expected: `${column} ${order}`,
              got: values.join(', '),
            })
          }
          const all = idsOf(resource, await rows(scene, list))
          if (!isDeepStrictEqual(all.toSorted(), idsOf(resource, sorted).toSorted())) {
            scene.fail('sort-wrong', `sorting by ${column} loses or repeats rows`, {
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

/** Makes a few rows that differ in the attribute, where rows can be made, so that a wrong answer shows. */
async function vary(scene: Scene, resource: Resource, attribute: string | undefined): Promise<void> {
  const { create } = resource
  if (!create || scene.context.target.safe || create.draft.body.kind !== 'json') return
  const body = create.draft.body.value
  const member = attribute === undefined ? undefined : attribute.slice(attribute.lastIndexOf('/') + 1)
  const old = isObject(body) && member !== undefined ? (body[member] ?? richBody(scene, create)[member]) : undefined
  for (const variant of [old, otherThan(old), otherThan(otherThan(old))]) {
    const changed =
      isObject(body) && member !== undefined && variant !== undefined && old !== undefined
        ? { ...body, [member]: variant }
        : body
    const made = await make(scene.stage, resource, changed)
    if ('refused' in made) return
  }
}

/** The body of a creation with all its optional members. */
function richBody({ context }: Scene, create: Base): JsonObject {
  const media = jsonMedia(create)
  const rich = media ? richSample(context.schemas, media.schema, media.value) : undefined
  return isObject(rich) ? rich : {}
}

/** Another value of the same form. */
function otherThan(value: unknown): unknown {
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number') return value + 1
  if (typeof value !== 'string' || value === '') return undefined
  if (/^\d{4}-\d{2}-\d{2}T/.test(value)) return value.replace(/^\d{4}/, (year) => String(Number(year) + 1))
  if (/^[0-9a-f-]{24,36}$/i.test(value))
    return value.replace(/.$/, (digit) => ((Number.parseInt(digit, 16) + 3) % 16).toString(16))
  return `${value}x`
}

async function rows(scene: Scene, list: Base, values: Readonly<Record<string, unknown>> = {}): Promise<unknown[]> {
  const answer = await scene.send(wholeList(list, values), list.draft.operation)
  const found = isOk(answer) ? rowsOf(answer) : undefined
  return found ?? scene.notReached(`the list cannot be read: ${seen(answer)}`)
}

function idsOf(resource: Resource, list: readonly unknown[]): string[] {
  return list.map((row) => idIn(resource, row) ?? JSON.stringify(row))
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

function distinct<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)]
}

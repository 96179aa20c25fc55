import type { CheckId, Tier } from '../../../src/conform/check.ts'
import type { Operation } from '../../../src/openapi/api.ts'
import type { Parameter } from '../../../src/openapi/parameter.ts'
import { isObject } from '../../../src/openapi/pointer.ts'
import { changingRequests, isSuccess, jsonIn, withJson, type Behaviour, type Call } from '../../../src/prove/call.ts'
import { defect, type SeededDefect } from '../../../src/prove/defect.ts'
import type { Material } from '../../../src/prove/samples.ts'
import { valueOf, withValue } from '../../../src/prove/operators/parameters.ts'
import { changingRows } from './changing-rows.ts'

const ALL = Number.MAX_SAFE_INTEGER

/** Filters, pages and orders that are not what was asked for. */
export function listDefects(material: Material): SeededDefect[] {
  return material.api.operations.flatMap((operation) => {
    const named = (name: string): Parameter | undefined =>
      operation.parameters.find((each) => each.in === 'query' && each.name === name)
    const [filter, limit, skip, sort] = [named('filter'), named('limit'), named('skip'), named('sort')]
    return [
      ...(filter ? filterDefects(material, operation, filter) : []),
      ...(limit && skip ? pageDefects(material, operation, limit, skip) : []),
      ...(sort ? sortDefects(material, operation, sort) : []),
      ...strangerDefects(material, operation),
    ]
  })
}

type Make = (
  operator: string,
  tier: Tier,
  expected: readonly CheckId[],
  create: () => Behaviour,
  target?: string,
) => SeededDefect

function making(material: Material, operation: Operation): Make {
  return (operator, tier, expected, create, target = '') =>
    defect(material, operation, { operator, target, tier, expected, create })
}

function filterDefects(material: Material, operation: Operation, filter: Parameter): SeededDefect[] {
  const of = making(material, operation)
  const wrong: readonly CheckId[] = ['filter-wrong', 'flow']
  const members = isObject(filter.schema['properties']) ? Object.keys(filter.schema['properties']) : []
  const filterOf = (call: Call): Readonly<Record<string, unknown>> | undefined => {
    const value = call.operation === operation ? valueOf(call.request, filter) : undefined
    return isObject(value) ? value : undefined
  }
  return [
    of('filter-ignored', 'documented', wrong, () =>
      changingRequests((call) =>
        filterOf(call) === undefined ? undefined : withValue(call.request, filter, undefined),
      ),
    ),
    ...members.map((member) =>
      of(
        'filter-ignored',
        'documented',
        wrong,
        () =>
          changingRequests((call) => {
            const { [member]: dropped, ...rest } = filterOf(call) ?? {}
            return dropped === undefined
              ? undefined
              : withValue(call.request, filter, Object.keys(rest).length > 0 ? rest : undefined)
          }),
        member,
      ),
    ),
    of('only-first-filter', 'assumed', wrong, () =>
      changingRequests((call) => {
        const [first, ...more] = Object.entries(filterOf(call) ?? {})
        return first === undefined || more.length === 0
          ? undefined
          : withValue(call.request, filter, Object.fromEntries([first]))
      }),
    ),
    of('filter-turned-round', 'documented', wrong, () => async (call) => {
      const asked = filterOf(call)
      const answer = await call.forward()
      if (asked === undefined || !isSuccess(answer)) return answer
      const all = await call.forward(withValue(call.request, filter, undefined))
      const [some, whole] = [rowsOf(jsonIn(answer)), rowsOf(jsonIn(all))]
      call.wrong()
      return withJson(answer, {
        ...(jsonIn(answer) as object),
        data: whole.filter((row) => !some.some((each) => each['id'] === row['id'])),
      })
    }),
    of('filter-drops-a-row', 'documented', wrong, () =>
      changingRows(operation, (rows, call) => (filterOf(call) === undefined ? rows : rows.slice(1))),
    ),
  ]
}

function pageDefects(material: Material, operation: Operation, limit: Parameter, skip: Parameter): SeededDefect[] {
  const of = making(material, operation)
  const wrong: readonly CheckId[] = ['page-wrong', 'flow']
  const changed =
    (parameter: Parameter, change: (value: number, other: number) => number): (() => Behaviour) =>
    () =>
      changingRequests((call) => {
        const value = call.operation === operation ? valueOf(call.request, parameter) : undefined
        const other = valueOf(call.request, parameter === limit ? skip : limit)
        if (typeof value !== 'number' || value < (parameter === limit ? 1 : 0)) return undefined
        const next = change(value, typeof other === 'number' ? other : 0)
        return next === value ? undefined : withValue(call.request, parameter, next)
      })
  return [
    of(
      'limit-ignored',
      'documented',
      wrong,
      changed(limit, () => ALL),
    ),
    of(
      'limit-plus-one',
      'documented',
      wrong,
      changed(limit, (value) => (value < ALL ? value + 1 : value)),
    ),
    of(
      'limit-minus-one',
      'documented',
      wrong,
      changed(limit, (value) => (value > 1 && value < ALL ? value - 1 : value)),
    ),
    of(
      'limit-capped',
      'documented',
      [...wrong, 'created-unlisted'],
      changed(limit, (value) => Math.min(value, 2)),
    ),
    of(
      'limit-of-one-always',
      'documented',
      wrong,
      changed(limit, () => 1),
    ),
    of('limit-is-the-end', 'documented', wrong, () =>
      changingRows(operation, (rows, call) =>
        rows.slice(0, Math.max(0, Number(valueOf(call.request, limit)) - Number(valueOf(call.request, skip)))),
      ),
    ),
    of(
      'skip-ignored',
      'documented',
      wrong,
      changed(skip, () => 0),
    ),
    of(
      'skip-from-one',
      'documented',
      wrong,
      changed(skip, (value) => Math.max(0, value - 1)),
    ),
    of(
      'skip-plus-one',
      'documented',
      wrong,
      changed(skip, (value) => value + 1),
    ),
    of(
      'skip-counts-pages',
      'documented',
      wrong,
      changed(skip, (value, other) => (other < ALL ? value * other : value)),
    ),
  ]
}

function sortDefects(material: Material, operation: Operation, sort: Parameter): SeededDefect[] {
  const of = making(material, operation)
  const wrong: readonly CheckId[] = ['sort-wrong', 'page-wrong', 'flow']
  const sorted =
    (change: (column: string, direction: string) => readonly [string, string]): (() => Behaviour) =>
    () =>
      changingRequests((call) => {
        const value = call.operation === operation ? valueOf(call.request, sort) : undefined
        if (!Array.isArray(value) || typeof value[0] !== 'string' || typeof value[1] !== 'string') return undefined
        if (!['ASC', 'DESC'].includes(value[1])) return undefined
        const next = change(value[0], value[1])
        return next[0] === value[0] && next[1] === value[1] ? undefined : withValue(call.request, sort, [...next])
      })
  return [
    of('sort-ignored', 'documented', wrong, () =>
      changingRows(operation, (rows) => rows.toSorted((one, other) => (hash(one) < hash(other) ? -1 : 1))),
    ),
    of(
      'sort-always-ascending',
      'documented',
      wrong,
      sorted((column) => [column, 'ASC']),
    ),
    of(
      'sort-always-descending',
      'documented',
      wrong,
      sorted((column) => [column, 'DESC']),
    ),
    of(
      'sort-turned-round',
      'documented',
      wrong,
      sorted((column, direction) => [column, direction === 'ASC' ? 'DESC' : 'ASC']),
    ),
    of(
      'sort-by-id-always',
      'assumed',
      wrong,
      sorted((_, direction) => ['/data/id', direction]),
    ),
    of(
      'sort-by-time-always',
      'documented',
      wrong,
      sorted((_, direction) => ['/data/timestamp', direction]),
    ),
    of('last-row-first', 'documented', wrong, () =>
      changingRows(operation, (rows) => [...rows.slice(-1), ...rows.slice(0, -1)]),
    ),
  ]
}

function hash(row: Readonly<Record<string, unknown>>): string {
  return [...String(row['id'])].toReversed().join('')
}

/** The rows of somebody else are in the list, too. */
function strangerDefects(material: Material, operation: Operation): SeededDefect[] {
  const stranger = material.seed.credentials.find(({ id }) => id === 'user-b')
  if (!operation.parameters.some(({ name }) => name === 'limit') || stranger === undefined) return []
  return [
    making(material, operation)(
      'strangers-listed',
      'assumed',
      ['filter-wrong', 'page-wrong', 'sort-wrong', 'flow'],
      () => async (call) => {
        const answer = await call.forward()
        const body = jsonIn(answer)
        if (
          call.operation !== operation ||
          !isSuccess(answer) ||
          !isObject(body) ||
          call.request.headers['authorization'] === stranger.headers['authorization']
        )
          return answer
        const other = jsonIn(
          await call.forward({ ...call.request, headers: { ...call.request.headers, ...stranger.headers } }),
        )
        call.wrong()
        return withJson(answer, { ...body, data: [...rowsOf(body), ...rowsOf(other)] })
      },
    ),
  ]
}

function rowsOf(body: unknown): Readonly<Record<string, unknown>>[] {
  return isObject(body) && Array.isArray(body['data']) ? body['data'].filter(isObject) : []
}

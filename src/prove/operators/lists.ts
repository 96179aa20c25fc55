import type { CheckId } from '../../conform/check.ts'
import { keyOf } from '../../conform/cases/draft.ts'
import type { BaseRequest } from '../../conform/cases/body-cases.ts'
import { planCases } from '../../conform/cases/cases-for.ts'
import { pagingOf } from '../../conform/cases/paging.ts'
import type { Resource } from '../../conform/cases/resource.ts'
import { filtersOf } from '../../conform/flows/filters.ts'
import { totalMember } from '../../conform/flows/whole-list.ts'
import type { Parameter } from '../../openapi/parameter.ts'
import { isObject, pointerTo, valueAt } from '../../openapi/pointer.ts'
import { withChange } from '../../openapi/walk.ts'
import { isSuccess, jsonIn, withJson, type Behaviour, type Call, type ProxyAnswer } from '../call.ts'
import { defect, type SeededDefect } from '../defect.ts'
import type { Material } from '../samples.ts'
import { valueOf, withValue } from './parameters.ts'

/** Lists of anybody's document that filter, cut, order or count otherwise than they were asked to. */
export function listDefects(material: Material): SeededDefect[] {
  const { resources } = planCases(material.context, 0)
  return resources.flatMap((resource) => {
    const { list } = resource
    if (list === undefined) return []
    const of = making(material, list)
    return [
      ...filterDefects(list, of),
      ...pageDefects(list, material.api.strict, of),
      ...orderDefects(resource, list, of),
      ...totalDefects(resource, of),
    ]
  })
}

type Make = (
  operator: string,
  target: string,
  expected: readonly CheckId[],
  create: (isList: (call: Call) => boolean) => Behaviour,
) => SeededDefect

function making(material: Material, { draft: { operation } }: BaseRequest): Make {
  const isList = (call: Call): boolean => call.operation === operation && call.request.method === 'GET'
  return (operator, target, expected, create) =>
    defect(material, operation, {
      operator,
      target,
      tier: 'documented',
      expected,
      create: () => create(isList),
    })
}

function filterDefects(list: BaseRequest, of: Make): SeededDefect[] {
  return filtersOf(list).map(({ parameter, attribute }) =>
    of(
      'list-filter-ignored',
      attribute,
      ['filter-wrong', 'flow'],
      readingOtherwise(parameter, () => undefined),
    ),
  )
}

function pageDefects(list: BaseRequest, isStrict: boolean, of: Make): SeededDefect[] {
  const paging = pagingOf(list, isStrict)
  const wrong: readonly CheckId[] = ['page-wrong', 'created-unlisted', 'flow']
  const numbered = (
    operator: string,
    key: string | undefined,
    change: (value: number) => number | undefined,
  ): SeededDefect[] => {
    const parameter = list.draft.operation.parameters.find((each) => keyOf(each) === key)
    if (parameter === undefined) return []
    const changed = (value: unknown): unknown => (typeof value === 'number' ? change(value) : value)
    return [of(operator, parameter.name, wrong, readingOtherwise(parameter, changed))]
  }
  return [
    ...numbered('list-limit-ignored', paging.limit?.key, () => undefined),
    ...numbered('list-limit-plus-one', paging.limit?.key, (value) => value + 1),
    ...numbered('list-skip-ignored', paging.skip, () => undefined),
    ...numbered('list-skip-minus-one', paging.skip, (value) => Math.max(0, value - 1)),
    ...numbered('list-page-ignored', paging.page?.key, () => undefined),
    ...numbered('list-page-plus-one', paging.page?.key, (value) => value + 1),
  ]
}

function orderDefects(resource: Resource, list: BaseRequest, of: Make): SeededDefect[] {
  const sorts = list.draft.operation.parameters.filter(
    (parameter) => parameter.in === 'query' && /^(?:sort|order)/i.test(parameter.name),
  )
  return sorts.map((sort) =>
    of('list-order-turned-round', sort.name, ['sort-wrong', 'page-wrong', 'flow'], (isList) =>
      changingRows(resource, (rows, call) =>
        isList(call) && valueOf(call.request, sort) !== undefined ? rows.toReversed() : rows,
      ),
    ),
  )
}

/** How many rows there are in all, counted too late or one too many. */
function totalDefects(resource: Resource, of: Make): SeededDefect[] {
  const counting =
    (count: (total: number, rows: readonly unknown[]) => number) =>
    (isList: (call: Call) => boolean): Behaviour =>
      changingLists(resource, (answer, rows, call) => {
        const body = jsonIn(answer)
        const total = isList(call) ? totalMember(body) : undefined
        if (total === undefined) return undefined
        const next = count(total.value, rows)
        return next === total.value
          ? undefined
          : withJson(
              answer,
              withChange(body, total.at, () => next),
            )
      })
  return [
    of(
      'list-total-of-the-page',
      '',
      ['page-wrong', 'flow'],
      counting((_, rows) => rows.length),
    ),
    of(
      'list-total-plus-one',
      '',
      ['page-wrong', 'flow'],
      counting((total) => total + 1),
    ),
  ]
}

/** A list that takes a parameter for another value; `undefined` for one that was not sent. Wrong where it shows. */
function readingOtherwise(
  parameter: Parameter,
  change: (value: unknown) => unknown,
): (isList: (call: Call) => boolean) => Behaviour {
  return (isList) => async (call) => {
    const value = isList(call) ? valueOf(call.request, parameter) : undefined
    if (value === undefined) return call.forward()
    const answer = await call.forward()
    const other = await call.forward(withValue(call.request, parameter, change(value)))
    if (!isSuccess(answer) || !isSuccess(other) || answer.body.equals(other.body)) return answer
    call.wrong()
    return other
  }
}

type Change = (answer: ProxyAnswer, rows: readonly unknown[], call: Call) => ProxyAnswer | undefined

function changingLists({ listedAt }: Resource, change: Change): Behaviour {
  return async (call) => {
    const answer = await call.forward()
    const body = isSuccess(answer) ? jsonIn(answer) : undefined
    const at = listedAt ?? rowsIn(body)
    const rows = at === undefined ? undefined : valueAt(body, at)
    const changed = Array.isArray(rows) ? change(answer, rows as unknown[], call) : undefined
    if (changed === undefined) return answer
    call.wrong()
    return changed
  }
}

function changingRows(
  resource: Resource,
  change: (rows: readonly unknown[], call: Call) => readonly unknown[],
): Behaviour {
  return changingLists(resource, (answer, rows, call) => {
    const changed = change(rows, call)
    const body = jsonIn(answer)
    const at = resource.listedAt ?? rowsIn(body)
    const isSame = JSON.stringify(changed) === JSON.stringify(rows)
    return isSame || at === undefined
      ? undefined
      : withJson(
          answer,
          withChange(body, at, () => changed),
        )
  })
}

/** The body itself, or the first array among its properties. */
function rowsIn(body: unknown): string | undefined {
  if (Array.isArray(body)) return ''
  if (!isObject(body)) return undefined
  const name = Object.keys(body).find((each) => Array.isArray(body[each]))
  return name === undefined ? undefined : pointerTo('', name)
}

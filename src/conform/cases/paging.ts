import { type PagingRole, pagingRole, plainName } from '../../openapi/paging-names.ts'
import type { Parameter } from '../../openapi/parameter.ts'
import type { BaseRequest } from './body-cases.ts'
import { keyOf } from './draft.ts'

/** The parameters that cut a list into pages, by the names that APIs commonly give them. */
export interface Paging {
  readonly limit: { readonly key: string; readonly most: number } | undefined
  readonly skip: string | undefined
  readonly page: { readonly key: string; readonly first: number } | undefined
  readonly after: { readonly key: string; readonly isId: boolean } | undefined
}

/** What people ask for who want all of it; a list that can be walked is asked for less. */
const ALL = 1_000_000
const MANY = 100

/** `isStrict`: a document of our own says by itself how long its lists get. */
export function pagingOf({ draft }: BaseRequest, isStrict: boolean): Paging {
  const inQuery = draft.operation.parameters.filter(({ in: place }) => place === 'query')
  const named = (role: PagingRole): Parameter | undefined =>
    inQuery.find((parameter) => pagingRole(parameter.name) === role && mayBe(parameter, role))
  const [limit, skip, page, after] = [named('limit'), named('skip'), named('page'), named('after')]
  const most = limit?.schema['maximum']
  const isWalked = !isStrict && [skip, page, after].some((each) => each !== undefined)
  return {
    limit: limit && { key: keyOf(limit), most: typeof most === 'number' ? most : isWalked ? MANY : ALL },
    skip: skip && keyOf(skip),
    page: page && { key: keyOf(page), first: numberOfFirst(page) },
    after: after && { key: keyOf(after), isId: /^(?:startingafter|startafter|afterid)$/.test(plainName(after.name)) },
  }
}

/** `from` and `start` may be dates, and `first` may be a name. */
function mayBe({ schema }: Parameter, role: PagingRole): boolean {
  const types = [schema['type']].flat().filter((type) => type !== undefined)
  const isNumber = types.some((type) => type === 'integer' || type === 'number')
  return role === 'after' || role === 'before' ? !isNumber : isNumber || types.length === 0
}

function numberOfFirst({ schema }: Parameter): number {
  return schema['minimum'] === 0 || schema['default'] === 0 ? 0 : 1
}

/** What asks for the first page, where the base request asks for another one. */
export function firstPage({ draft }: BaseRequest, { skip, page }: Paging): Readonly<Record<string, unknown>> {
  return {
    ...(skip !== undefined && draft.values[skip] !== undefined && { [skip]: 0 }),
    ...(page !== undefined && draft.values[page.key] !== undefined && { [page.key]: page.first }),
  }
}

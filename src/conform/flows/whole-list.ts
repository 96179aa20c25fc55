import { plainName } from '../../openapi/paging-names.ts'
import { namesAt, propertiesAt } from '../../openapi/entity.ts'
import { isObject, pointerTo } from '../../openapi/pointer.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import { type Paging, pagingOf } from '../cases/paging.ts'
import { idIn, rowsOf, wholeList, type Resource } from '../cases/resource.ts'
import type { Context } from '../context.ts'
import { jsonOf } from '../checks/json-of.ts'
import type { Exchanged } from '../transport/transport.ts'
import { isOk, seen, type FlowContext } from './flow-case.ts'

/** A list that has more pages than this is no longer a list of a test. */
const MAX_PAGES = 50

type Values = Readonly<Record<string, unknown>>

/** The rows of the list with these parameters, page after page; ends the flow where it cannot be read. */
export async function allRows(
  flow: FlowContext,
  resource: Resource,
  list: BaseRequest,
  values: Values = {},
): Promise<unknown[]> {
  const first = await readPage(flow, resource, list, values)
  // Our own documents say how long a list can get.
  if (flow.context.api.strict) return first.rows
  const paging = pagingOf(list, false)
  const all = [...first.rows]
  let last = first
  for (let page = 1; page < MAX_PAGES && mayHaveMore(paging, last, all.length); page++) {
    const next = nextPage(resource, paging, last.answer, all, page)
    if (next === undefined) break
    last = await readPage(flow, resource, list, { ...values, ...next })
    const known = new Set(all.map((row) => JSON.stringify(row)))
    const fresh = last.rows.filter((row) => !known.has(JSON.stringify(row)))
    if (fresh.length === 0) break
    all.push(...fresh)
  }
  return all
}

interface ReadPage {
  readonly answer: Exchanged
  readonly rows: unknown[]
}

const MORE = /^(?:hasmore|hasnext|hasnextpage|more)$/

/** Whether the list says that there are more rows behind these. */
export function saysMore(answer: Exchanged): boolean {
  const body = jsonOf(answer)
  if (!isObject(body)) return false
  const places = [body, ...Object.values(body).filter(isObject)]
  return places.some((place) =>
    Object.entries(place).some(([name, value]) => MORE.test(plainName(name)) && value === true),
  )
}

/** One page of the list. */
export async function readPage(
  flow: FlowContext,
  resource: Resource,
  list: BaseRequest,
  values: Values = {},
): Promise<ReadPage> {
  const answer = await flow.send(wholeList(list, flow.context.api.strict, values), list.draft.operation)
  const rows = isOk(answer) ? rowsOf(answer, resource) : undefined
  return rows ? { answer, rows } : flow.notReached(`the list cannot be read: ${seen(answer)}`)
}

function mayHaveMore({ limit }: Paging, { answer, rows }: ReadPage, count: number): boolean {
  const total = totalIn(answer)
  if (rows.length === 0 || total === count) return false
  return limit === undefined || rows.length >= limit.most || saysMore(answer) || (total !== undefined && total > count)
}

/** The parameters that ask for the page behind what was read. */
export function nextPage(
  resource: Resource,
  { page, skip, after }: Paging,
  answer: Exchanged,
  all: readonly unknown[],
  index: number,
): Values | undefined {
  if (skip !== undefined) return { [skip]: all.length }
  if (page !== undefined) return { [page.key]: page.first + index }
  if (after === undefined) return undefined
  const cursor = after.isId ? idIn(resource, all.at(-1)) : cursorIn(jsonOf(answer), 0)
  return cursor === undefined ? undefined : { [after.key]: cursor }
}

/** What an answer calls the next page. */
function cursorIn(body: unknown, depth: number): string | undefined {
  if (!isObject(body) || depth > 2) return undefined
  for (const [name, value] of Object.entries(body)) {
    const isCursor = /^(?:next(?:cursor|token|pagetoken|marker|page)?|cursor|continuationtoken|marker)$/.test(
      plainName(name),
    )
    if (isCursor && typeof value === 'string' && value !== '' && !/^https?:|^\//.test(value)) return value
  }
  return Object.values(body)
    .map((each) => cursorIn(each, depth + 1))
    .find((each) => each !== undefined)
}

const TOTAL = /^(?:total(?:count|items|results|records|elements|rows|entries|hits|size)?|(?:items|results)total)$/

/** Shapes that do not tell of rows leave open what a list of somebody else's document holds. */
export function whyUnknownList({ api }: Context, { draft }: BaseRequest): string | undefined {
  const isKnown = api.strict || api.resources[draft.operation.id]?.role === 'list'
  return isKnown ? undefined : 'that the list holds the things of its path is not said'
}

/** Whether the answer of a list has a place for its total, or for whether there are more rows. */
export function countsRows({ api }: Context, { draft, status }: BaseRequest): boolean {
  const response = draft.operation.responses[String(status)]
  return Object.values(response?.content ?? {}).some(({ pointer }) => {
    const top = propertiesAt(api.document, pointerTo(pointer, 'schema'))
    const names = [...top].flatMap(([name, at]) => [name, ...namesAt(api.document, at)])
    return names.some((name) => TOTAL.test(plainName(name)) || MORE.test(plainName(name)))
  })
}

/** How many rows the list says that it has in all, beside the rows or in one object there. */
export function totalIn(answer: Exchanged): number | undefined {
  return totalMember(jsonOf(answer))?.value
}

/** Where a list says how many rows it has in all, as a JSON pointer into its body. */
export function totalMember(body: unknown): { readonly at: string; readonly value: number } | undefined {
  if (!isObject(body)) return undefined
  const inner = Object.entries(body).filter(([, each]) => isObject(each))
  for (const [at, place] of [
    ['', body] as const,
    ...inner.map(([name, each]) => [pointerTo('', name), each] as const),
  ]) {
    const found = Object.entries(place as object).find(
      ([name, value]) => TOTAL.test(plainName(name)) && Number.isInteger(value),
    )
    if (found) return { at: pointerTo(at, found[0]), value: found[1] as number }
  }
  return undefined
}

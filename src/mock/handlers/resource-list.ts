import type { Api, JsonObject, Operation } from '../../openapi/api.ts'
import { isObject, pointerTo } from '../../openapi/pointer.ts'
import type { Query, Row } from '../../store/collection.ts'
import { memberShapes } from '../../openapi/shape.ts'
import { responseFor } from '../../openapi/responses.ts'
import { type Exchange, type Handler, reply } from './handler.ts'
import type { Resource } from './addressed-collection.ts'

const DEFAULT_LIMIT = 1000
const limitNames = ['limit', 'pageSize', 'page_size', 'per_page', 'perPage', 'size', 'top']
const skipNames = ['skip', 'offset', 'start']
const sortNames = ['sort', 'orderBy', 'order_by', 'sortBy']

/** Lists a collection: every declared query parameter is paging, order, or the attribute of its name to filter on. */
export function listHandler(resource: Resource): Handler {
  const { collection, operation, api } = resource
  const filters = filtersOf(operation, resource)
  const wrap = wrapperFor(api, operation)
  return (exchange) => {
    const rows = exchange.state.collection(collection.name)
    const where = Object.fromEntries([
      ...resource.scope.map((name) => [pointerTo('', name), exchange.path[name]]),
      ...filters.flatMap(({ attribute, valueIn }) => {
        const value = valueIn(exchange.query)
        return value === undefined ? [] : [[pointerTo('', attribute), value] as const]
      }),
    ]) as NonNullable<Query['where']>
    const page = pageOf(exchange)
    return reply(
      200,
      wrap(rows.find({ where, ...page, ...orderOf(exchange) }), () => rows.count(where), page),
    )
  }
}

interface Page {
  readonly skip: number
  readonly limit: number
}

interface Filter {
  readonly attribute: string
  readonly valueIn: (query: Exchange['query']) => unknown
}

/** A parameter that is named like an attribute, or a `deepObject` one whose members are: `filter[kind]=cat`. */
function filtersOf(operation: Operation, { collection, api }: Resource): Filter[] {
  const attributes = memberShapes(api, collection.schema)
  const parameters = operation.parameters.filter(({ in: place }) => place === 'query')
  return parameters.flatMap(({ name, style, schema }): Filter[] => {
    if (style !== 'deepObject') return name in attributes ? [{ attribute: name, valueIn: (query) => query[name] }] : []
    const members = Object.keys(memberShapes(api, schema)).filter((member) => member in attributes)
    return members.map((attribute) => ({ attribute, valueIn: (query) => memberOf(query[name], attribute) }))
  })
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined
}

function pageOf({ query }: Exchange): Page {
  const limit = numberOf(query, limitNames) ?? DEFAULT_LIMIT
  const page = numberOf(query, ['page'])
  return { limit, skip: page === undefined ? (numberOf(query, skipNames) ?? 0) : Math.max(0, page - 1) * limit }
}

/** `name`, `-name`, `name:desc`, `name,DESC` or a list of column and direction. */
function orderOf({ query }: Exchange): Pick<Query, 'orderBy' | 'descending'> {
  const sent = sortNames.map((name) => query[name]).find((value) => value !== undefined)
  if (sent === undefined) return {}
  const [first = '', direction = ''] = Array.isArray(sent) ? sent.map(String) : String(sent).split(/[:,]/)
  const column = first.replace(/^[-+]/, '')
  return { orderBy: pointerTo('', column), descending: first.startsWith('-') || direction.toLowerCase() === 'desc' }
}

function numberOf(query: Exchange['query'], names: readonly string[]): number | undefined {
  const value = names.map((name) => query[name]).find((each) => typeof each === 'number')
  return typeof value === 'number' ? value : undefined
}

type Wrap = (rows: readonly Row[], total: () => number, page: Page) => unknown

/** A bare array, or an object with the rows in its array and the numbers that its members are named after. */
function wrapperFor(api: Api, operation: Operation): Wrap {
  const schema = responseFor(operation.responses, 200)?.content['application/json']?.schema
  const members = Object.entries(memberShapes(api, schema))
  const list = members.find(([, member]) => member['type'] === 'array')?.[0]
  if (list === undefined) return (rows) => rows
  return (rows, total, page) => {
    const numbers: Numbers = {
      total,
      count: () => rows.length,
      totalCount: total,
      total_count: total,
      skip: () => page.skip,
      offset: () => page.skip,
      limit: () => page.limit,
    }
    return valuesOf(api, members, numbers, { [list]: () => rows })
  }
}

type Numbers = Readonly<Record<string, () => number>>

/** The members that are named after a number of the page, in objects such as `meta` as well, and those that are known. */
function valuesOf(
  api: Api,
  members: readonly (readonly [string, JsonObject])[],
  numbers: Numbers,
  known: Readonly<Record<string, () => unknown>> = {},
): JsonObject {
  const valueOf = (name: string, member: JsonObject): unknown => {
    const value = known[name] ?? numbers[name]
    if (value) return value()
    return member['type'] === 'object' ? valuesOf(api, Object.entries(memberShapes(api, member)), numbers) : undefined
  }
  const entries = members.map(([name, member]) => [name, valueOf(name, member)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

import type { Api, JsonObject, Operation } from '../spec/api.ts'
import { isObject, pointerTo } from '../spec/pointer.ts'
import type { Query, Row } from '../store/collection.ts'
import { deref } from './error-body.ts'
import { type Exchange, type Handler, reply } from './handler.ts'
import type { Resource } from './resource-handler.ts'

const DEFAULT_LIMIT = 1000
const limitNames = ['limit', 'pageSize', 'page_size', 'per_page', 'perPage', 'size', 'top']
const skipNames = ['skip', 'offset', 'start']
const sortNames = ['sort', 'orderBy', 'order_by', 'sortBy']

/** Lists a collection: every declared query parameter is paging, order, or the attribute of its name to filter on. */
export function listHandler(resource: Resource): Handler {
  const { collection, operation, api } = resource
  const filters = filterNames(operation, resource)
  const wrap = wrapperFor(api, operation)
  return (exchange) => {
    const rows = exchange.state.collection(collection.name)
    const where = Object.fromEntries([
      ...resource.scope.map((name) => [pointerTo('', name), exchange.path[name]]),
      ...filters.filter((name) => name in exchange.query).map((name) => [pointerTo('', name), exchange.query[name]]),
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

function filterNames(operation: Operation, { collection, api }: Resource): string[] {
  const properties = deref(api, collection.schema)['properties']
  const attributes = isObject(properties) ? properties : {}
  return operation.parameters
    .filter((parameter) => parameter.in === 'query' && parameter.name in attributes)
    .map((parameter) => parameter.name)
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
  const schema = deref(api, operation.responses['200']?.content['application/json']?.schema ?? {})
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const members = Object.entries(properties).map(
    ([name, member]) => [name, deref(api, isObject(member) ? member : {})] as const,
  )
  const list = members.find(([, member]) => member['type'] === 'array')?.[0]
  if (list === undefined) return (rows) => rows
  return (rows, total, page) => {
    const known: Record<string, (member: JsonObject) => unknown> = {
      total,
      count: () => rows.length,
      totalCount: total,
      total_count: total,
      skip: () => page.skip,
      offset: () => page.skip,
      limit: () => page.limit,
    }
    const rest = members.flatMap(([name, member]) => {
      if (name === list) return [[name, rows]]
      const value = known[name]?.(member) ?? (member['type'] === 'object' ? {} : undefined)
      return value === undefined ? [] : [[name, value]]
    })
    return Object.fromEntries(rest)
  }
}

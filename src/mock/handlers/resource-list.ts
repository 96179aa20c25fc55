import { originOf } from '../../fixtures/origin.ts'
import type { JsonObject, MediaTypeSpec } from '../../openapi/api.ts'
import { namesAt } from '../../openapi/entity.ts'
import { isObject, pointerTo, tokensOf } from '../../openapi/pointer.ts'
import type { Query, Row } from '../../store/collection.ts'
import { successOf } from './documented-value.ts'
import { type Exchange, type Handler, reply } from './handler.ts'
import { type PageFacts, withPageFacts } from './page-facts.ts'
import { createPaging, type Page, pages } from './paging.ts'
import type { Resource } from './resource-operation.ts'

const sortNames = ['sort', 'orderBy', 'order_by', 'sortBy', 'sort_by', 'order']

/** Lists a collection: every declared query parameter is paging, order, or the attribute of its name to filter on. */
export function listHandler(resource: Resource): Handler {
  const { operation, answer, status } = resource
  const pageOf = createPaging(operation)
  const filters = filtersOf(resource)
  const wrap = createWrapper(resource)
  const counts = Object.keys(successOf(operation).response?.headers ?? {}).filter((name) => totals.has(name))
  return (exchange) => {
    const page = pageOf(exchange)
    const { rows, total, skip } = pageOfRows(resource, filters, page, exchange)
    const facts: PageFacts = {
      ...page,
      skip,
      total,
      count: rows.length,
      firstKey: keyOf(resource, rows.at(0)),
      lastKey: keyOf(resource, rows.at(-1)),
      url: exchange.request.url,
    }
    const headers = counts.length === 0 ? undefined : Object.fromEntries(counts.map((name) => [name, String(total)]))
    const body = wrap(
      rows.map((row) => answer.view(row)),
      facts,
    )
    const isContradictory = rows.some((row) => originOf(row)?.isContradictory) || answer.isContradictory()
    return { ...reply(status, body, headers), ...(isContradictory && { isContradictory }) }
  }
}

const totals = new Set(['x-total-count', 'x-total', 'total-count', 'x-wp-total', 'x-total-items'])

function keyOf({ collection }: Resource, row: Row | undefined): string | number | undefined {
  const key = row?.[collection.key]
  return typeof key === 'string' || typeof key === 'number' ? key : undefined
}

interface PageOfRows {
  readonly rows: readonly Row[]
  readonly total: number
  readonly skip: number
}

/** By an index where equal attributes are all that is asked for; else each row is looked at. */
function pageOfRows(resource: Resource, filters: readonly Filter[], page: Page, exchange: Exchange): PageOfRows {
  const { collection, scope } = resource
  const table = exchange.state.collection(collection.name)
  const asked = filters.flatMap(({ attribute, valueIn }) => {
    const value = valueIn(exchange.query)
    return value === undefined ? [] : [{ attribute, value }]
  })
  const parents = scope.where(exchange)
  const order = orderOf(exchange)
  const isSimple =
    asked.every(({ value }) => typeof value !== 'object') && page.after === undefined && page.before === undefined
  if (parents && isSimple && resource.api.strict) {
    const equal = asked.map(({ attribute, value }) => [pointerTo('', attribute), value] as const)
    const where = { ...parents, ...Object.fromEntries(equal) } as NonNullable<Query['where']>
    return { rows: table.find({ where, ...page, ...order }), total: table.count(where), skip: page.skip }
  }
  const all = order.orderBy === undefined ? [...table.all()] : table.find(order)
  const held = all.filter(
    (row) =>
      scope.holds(row, exchange) &&
      asked.every(({ attribute, value }) => matches(shownValue(resource, row, attribute), value)),
  )
  const skip = startOf(resource, held, page)
  return { rows: held.slice(skip, skip + page.limit), total: held.length, skip }
}

/** An attribute as the list shows it, which may be by another schema than the row's. */
function shownValue({ answer }: Resource, row: Row, attribute: string): unknown {
  const shown = answer.view(row)
  return isObject(shown) && attribute in shown ? shown[attribute] : row[attribute]
}

/** A cursor is the key of a row; one that names none begins at the beginning. */
function startOf({ collection }: Resource, rows: readonly Row[], { after, before, skip, limit }: Page): number {
  const at = (key: string): number => rows.findIndex((row) => String(row[collection.key]) === key)
  if (after !== undefined) return at(after) + 1
  if (before !== undefined) return Math.max(0, at(before) - limit)
  return skip
}

/** Equal, one of several, or among the items of a list; an object by any of its own values. */
function matches(attribute: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) return wanted.length === 0 || wanted.some((each) => matches(attribute, each))
  if (Array.isArray(attribute)) return attribute.some((each) => matches(each, wanted))
  if (isObject(attribute)) return Object.values(attribute).some((each) => String(each) === String(wanted))
  return attribute !== undefined && String(attribute) === String(wanted)
}

interface Filter {
  readonly attribute: string
  readonly valueIn: (query: Exchange['query']) => unknown
}

/** A parameter that is named like an attribute, or an object whose properties are: `filter[kind]=cat`. */
function filtersOf({ operation, collection, api }: Resource): Filter[] {
  const attributes = new Set(namesAt(api.document, collection.pointer))
  const parameters = operation.parameters.filter(({ in: place }) => place === 'query')
  return parameters.flatMap(({ name, pointer, schema }): Filter[] => {
    if (attributes.has(name) && !sortNames.includes(name) && !pages(name))
      return [{ attribute: name, valueIn: (query) => query[name] }]
    const members = isObject(schema) ? namesAt(api.document, pointerTo(pointer, 'schema')) : []
    return members
      .filter((member) => attributes.has(member))
      .map((attribute) => ({ attribute, valueIn: (query) => memberOf(query[name], attribute) }))
  })
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined
}

/** `name`, `-name`, `name:desc`, `name,DESC` or a list of column and direction. */
function orderOf({ query }: Exchange): Pick<Query, 'orderBy' | 'descending'> {
  const sent = sortNames.map((name) => query[name]).find((value) => value !== undefined)
  if (sent === undefined) return {}
  const [first = '', direction = ''] = Array.isArray(sent) ? sent.map(String) : String(sent).split(/[:,]/)
  if (/^(?:asc|desc)$/i.test(first)) return {}
  const column = first.replace(/^[-+]/, '')
  return { orderBy: pointerTo('', column), descending: first.startsWith('-') || direction.toLowerCase() === 'desc' }
}

type Wrap = (rows: readonly unknown[], facts: PageFacts) => unknown

/** A bare list, or the envelope that the document shows with the rows in it and what is true of the page. */
function createWrapper({ api, operation, use, answer }: Resource): Wrap {
  const { media } = successOf(operation)
  const listAt = use.answerAt ?? ''
  if (!media || listAt === '') return (rows) => rows
  const pointer = pointerTo(media.pointer, 'schema')
  return (rows, facts) => {
    const envelope = answer.envelope()
    const told = withPageFacts(api.document, { envelope, pointer, listAt }, facts)
    return valid(media, answer.around(rows, told), envelope, listAt)
  }
}

/** Puts back what the document shows where something true would break the schema. */
function valid(media: MediaTypeSpec, body: unknown, shown: unknown, listAt: string): unknown {
  if (!isObject(body) || !isObject(shown)) return body
  const listName = tokensOf(listAt)[0]
  const broken = media.validate(body).flatMap(({ at }) => tokensOf(at)[0] ?? [])
  const names = new Set(broken.filter((name) => name !== listName))
  if (names.size === 0) return body
  const kept: JsonObject = Object.fromEntries(
    [...names].flatMap((name) => (name in shown ? [[name, shown[name]]] : [])),
  )
  return { ...body, ...kept }
}

import type { Json } from './json.ts'
import type { Interaction } from './polis-interaction.ts'
import type { Flawed } from './refusal.ts'
import { isObject, parseJson } from './json.ts'
import { ATTRIBUTES } from './polis-interaction.ts'
import { Refusal } from './refusal.ts'

const FILTERABLE = ['/data/campaignId', '/data/contactId', '/data/contactHouseholdId', '/data/householdId']

interface Filter {
  readonly attribute: string
  readonly value: Json
}

interface Sort {
  readonly column: string
  readonly descending: boolean
}

type Parameters = readonly (readonly [name: string, value: string])[]

/** The rows that a query string asks for, in its order; throws a refusal when it asks for what there isn't. */
export function listed(rows: readonly Interaction[], query: string, flawed: Flawed): readonly Interaction[] {
  const parameters = parametersOf(query)
  const filters = filtersOf(parameters, flawed)
  const limit = limitOf(parameters, flawed)
  const skip = skipOf(parameters, flawed)
  const sort = sortOf(parameters, flawed)
  const found = rows.filter((row) => matches(row, filters, flawed))
  if (skip > rows.length && flawed('list/skip-far-refused')) throw new Refusal(400, 'skip is behind the last row')
  if (flawed('list/sort-after-paging')) return sorted(page(found, skip, limit, flawed), sort, flawed)
  const rowsShown = page(sorted(found, sort, flawed), skip, limit, flawed)
  return flawed('list/times-shifted') ? rowsShown.map(anHourLater) : rowsShown
}

function anHourLater(row: Interaction): Interaction {
  const later = new Date(Date.parse(String(row.data['timestamp'])) + 3_600_000).toISOString()
  return { ...row, data: { ...row.data, timestamp: later } }
}

function parametersOf(query: string): Parameters {
  if (query === '') return []
  try {
    const pairs = query.split('&').filter((pair) => pair !== '')
    return pairs.map((pair) => {
      const equals = pair.indexOf('=')
      const decoded = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '))
      return equals === -1 ? [decoded(pair), ''] : [decoded(pair.slice(0, equals)), decoded(pair.slice(equals + 1))]
    })
  } catch {
    throw new Refusal(400, 'the query string is not encoded properly')
  }
}

function valuesOf(parameters: Parameters, ...names: readonly string[]): string[] {
  return parameters.filter(([name]) => names.includes(name)).map(([, value]) => value)
}

function page(rows: readonly Interaction[], skip: number, limit: number, flawed: Flawed): readonly Interaction[] {
  const from = flawed('list/skip-ignored')
    ? 0
    : flawed('list/skip-one-based')
      ? Math.max(0, skip - 1)
      : flawed('list/skip-counts-pages')
        ? skip * limit
        : skip
  if (flawed('list/limit-ignored')) return rows.slice(from)
  if (flawed('list/limit-before-skip')) return rows.slice(0, limit).slice(from)
  if (flawed('list/limit-as-end')) return rows.slice(from, limit)
  if (flawed('list/limit-one-more')) return rows.slice(from, from + limit + 1)
  if (flawed('list/limit-one-less')) return rows.slice(from, from + limit - 1)
  if (flawed('list/limit-capped-at-ten')) return rows.slice(from, from + Math.min(10, limit))
  return rows.slice(from, from + limit)
}

function limitOf(parameters: Parameters, flawed: Flawed): number {
  const text = scalar(parameters, 'limit', flawed)
  if (text === undefined && flawed('list/limit-optional')) return 10
  const limit =
    flawed('list/limit-negative-accepted') && text?.startsWith('-') === true ? 10 : whole('limit', text, flawed)
  if (limit < 1 && !flawed('list/limit-zero-accepted')) throw new Refusal(400, 'limit has to be positive')
  if (limit > 0x7f_ff_ff_ff && flawed('list/limit-thirty-two-bits')) throw new Refusal(400, 'limit is too large')
  return limit
}

function skipOf(parameters: Parameters, flawed: Flawed): number {
  const text = scalar(parameters, 'skip', flawed)
  if (text === undefined && flawed('list/skip-optional')) return 0
  const skip = flawed('list/skip-negative-accepted') && text?.startsWith('-') === true ? 0 : whole('skip', text, flawed)
  if (skip === 0 && flawed('list/skip-zero-refused')) throw new Refusal(400, 'skip has to be positive')
  return skip
}

function scalar(parameters: Parameters, name: string, flawed: Flawed): string | undefined {
  const values = valuesOf(parameters, name)
  if (values.length > 1 && !flawed('list/scalar-twice-accepted')) throw new Refusal(400, `${name} was given twice`)
  return values.at(-1)
}

function whole(name: string, text: string | undefined, flawed: Flawed): number {
  if (text === undefined) throw new Refusal(400, `${name} is required`)
  if (flawed('list/fractions-accepted') && /^\d+\.\d+$/.test(text)) return Math.trunc(Number(text))
  if (flawed('list/numbers-parsed-loosely'))
    return Number.isNaN(Number.parseInt(text, 10)) ? 1 : Math.max(1, Number.parseInt(text, 10))
  if (!/^\d+$/.test(text)) throw new Refusal(400, `${name} has to be a whole number`)
  return Number(text)
}

function sortOf(parameters: Parameters, flawed: Flawed): Sort {
  const given = sortParts(parameters, flawed)
  if (given === undefined && flawed('list/sort-optional')) return { column: 'id', descending: false }
  if (given === undefined) throw new Refusal(400, 'sort is required')
  const [column, direction, ...others] = given
  if (column === undefined || others.length > 0) throw new Refusal(400, 'sort has to be a column and a direction')
  if (direction === undefined && !flawed('list/sort-direction-optional'))
    throw new Refusal(400, 'sort has to have a direction')
  return { column: columnOf(column, flawed), descending: isDescending(direction ?? 'ASC', flawed) }
}

function sortParts(parameters: Parameters, flawed: Flawed): readonly string[] | undefined {
  const values = valuesOf(parameters, 'sort', ...(flawed('list/sort-brackets-refused') ? [] : ['sort[]']))
  if (values.length === 0) return undefined
  const only = values.length === 1 ? values[0] : undefined
  if (only === undefined || !only.startsWith('[') || flawed('list/sort-json-refused')) return values
  const parts = jsonOf('sort', only)
  if (!Array.isArray(parts) || !parts.every((part) => typeof part === 'string'))
    throw new Refusal(400, 'sort has to be an array of text')
  return parts
}

function jsonOf(name: string, text: string): Json {
  try {
    return parseJson(Buffer.from(text))
  } catch {
    throw new Refusal(400, `${name} is not JSON`)
  }
}

/** `/data/id`, `/id` and `id` are one column; so are the spellings of any other. */
function columnOf(text: string, flawed: Flawed): string {
  if (flawed('list/sort-slash-required') && !text.startsWith('/')) throw new Refusal(400, `${text} is not a column`)
  if (flawed('list/sort-by-data-id-only') && text !== '/data/id') throw new Refusal(400, `${text} is not a column`)
  const path = text.replace(/^\//, '')
  if (path === 'data/id' && flawed('list/sort-data-id-refused')) throw new Refusal(400, `${text} is not a column`)
  if (path === 'id' || path === 'data/id') return 'id'
  if (path === 'meta/created' || path === 'meta/modified') {
    if (flawed('list/sort-by-meta-refused')) throw new Refusal(400, `${text} is not a column`)
    return path
  }
  const name = path.replace(/^data\//, '')
  if (ATTRIBUTES.includes(name)) return `data/${name}`
  if (flawed('list/sort-column-unknown-accepted')) return 'id'
  throw new Refusal(400, `${text} is not a column`)
}

function isDescending(text: string, flawed: Flawed): boolean {
  if (flawed('list/descending-ignored')) return false
  if (flawed('list/direction-case-matters') && text !== 'ASC' && text !== 'DESC')
    throw new Refusal(400, 'sort by ASC or DESC')
  const direction = text.toUpperCase()
  if (direction === 'DESC') return true
  if (direction === 'ASC' || flawed('list/direction-unknown-accepted')) return false
  throw new Refusal(400, 'sort by ASC or DESC')
}

function sorted(rows: readonly Interaction[], sort: Sort, flawed: Flawed): readonly Interaction[] {
  if (flawed('list/sort-ignored')) return rows
  const sign = sort.descending !== flawed('list/directions-swapped') ? -1 : 1
  const column = flawed('list/sort-always-by-id') ? 'id' : sort.column
  return rows.toSorted((a, b) => sign * compare(valueAt(a, column), valueAt(b, column), column, flawed))
}

function valueAt(row: Interaction, column: string): Json {
  if (column === 'id') return row.id
  if (column === 'meta/created') return row.meta.created
  if (column === 'meta/modified') return row.meta.modified
  const value = row.data[column.slice('data/'.length)]
  return value ?? null
}

function compare(a: Json, b: Json, column: string, flawed: Flawed): number {
  if (flawed('list/sorted-as-text')) return String(a) < String(b) ? -1 : Number(String(a) > String(b))
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  const [left, right] = [comparable(a, column), comparable(b, column)]
  return left < right ? -1 : Number(left > right)
}

function comparable(value: Json, column: string): number | string {
  if (column === 'data/timestamp') return Date.parse(String(value))
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function filtersOf(parameters: Parameters, flawed: Flawed): readonly Filter[] {
  if (flawed('list/filter-ignored')) return []
  const bracketed = parameters.flatMap(([name, value]) => {
    const sent = /^filter\[(.*)\]$/.exec(name)?.[1]
    if (sent === undefined) return []
    const known = FILTERABLE.find((each) => each.toLowerCase() === sent.toLowerCase())
    return [{ attribute: (flawed('list/filter-any-case') ? known : undefined) ?? sent, value }]
  })
  const text = scalar(parameters, 'filter', flawed)
  const filters =
    text === undefined || flawed('list/filter-json-ignored') ? bracketed : [...bracketed, ...jsonFilters(text, flawed)]
  const attributes = filters.map((filter) => filter.attribute)
  if (new Set(attributes).size < attributes.length && !flawed('list/filter-twice-accepted'))
    throw new Refusal(400, 'a filter was given twice')
  if (flawed('list/filter-not-allowed-ignored'))
    return filters.filter(({ attribute }) => FILTERABLE.includes(attribute))
  const allowed = flawed('list/filter-by-anything')
    ? [...FILTERABLE, ...ATTRIBUTES.map((name) => `/data/${name}`)]
    : [...FILTERABLE, ...(flawed('list/filter-by-status') ? ['/data/statusId'] : [])]
  for (const attribute of attributes) {
    if (!allowed.includes(attribute)) throw new Refusal(400, `${attribute} can't be filtered by`)
    if (attribute === '/data/householdId' && flawed('list/filter-household-refused'))
      throw new Refusal(400, `${attribute} can't be filtered by`)
  }
  return filters
}

function jsonFilters(text: string, flawed: Flawed): readonly Filter[] {
  const braced = text.trim().startsWith('{')
  if (!braced && flawed('list/filter-braces-required')) throw new Refusal(400, 'filter is not JSON')
  const filters = jsonOf('filter', braced ? text : `{${text}}`)
  if (!isObject(filters)) throw new Refusal(400, 'filter has to be an object')
  const members = Object.entries(filters).slice(0, flawed('list/only-first-json-filter') ? 1 : undefined)
  return members.map(([attribute, value]) => {
    if (typeof value !== 'string') throw new Refusal(400, `the value of ${attribute} has to be text`)
    return { attribute, value }
  })
}

function matches(row: Interaction, filters: readonly Filter[], flawed: Flawed): boolean {
  const match = ({ attribute, value }: Filter): boolean => {
    const name = attribute.slice('/data/'.length)
    const read =
      name === 'contactHouseholdId' && flawed('list/filter-contact-household-reads-contact') ? 'contactId' : name
    const own = row.data[read]
    if (flawed('list/filter-by-prefix')) return String(own).startsWith(String(value).slice(0, 8))
    if (flawed('list/filter-by-part')) return String(own).includes(String(value))
    return flawed('list/filter-negated') ? own !== value : own === value
  }
  if (flawed('list/filters-ored') && filters.length > 0) return filters.some(match)
  if (flawed('list/only-first-filter')) return filters.slice(0, 1).every(match)
  return filters.every(match)
}

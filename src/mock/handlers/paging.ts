import type { Operation } from '../../openapi/api.ts'
import { isObject } from '../../openapi/pointer.ts'
import type { Exchange } from './handler.ts'

const DEFAULT_LIMIT = 1000

/** Which part of a list a request asks for. */
export interface Page {
  readonly skip: number
  readonly limit: number
  /** Whether the request or the document says how long a page is. */
  readonly isLimited: boolean
  /** The key of the row that the page begins after, or ends before. */
  readonly after: string | undefined
  readonly before: string | undefined
  /** The number of the first page, where pages are counted. */
  readonly firstNumber: number
}

const limits = names(
  'limit pagesize perpage size top count maxresults take first max pagelimit rows results resultsperpage itemsperpage maxitems maxpagesize',
)
const numbers = names('page pagenumber pageno pagenum pageindex currentpage')
const skips = names('skip offset start startindex from pageoffset startat')
const afters = names(
  'cursor after startingafter pagetoken nexttoken nextpagetoken marker continuationtoken startafter afterid pagecursor pageafter nextcursor exclusivestartkey',
)
const befores = names('before endingbefore beforeid pagebefore previouscursor')

function names(text: string): ReadonlySet<string> {
  return new Set(text.split(' '))
}

/** `page[size]`, `page_size` and `pageSize` are one name. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z\d]/g, '')
}

/** Reads paging out of the query, by the usual names of such parameters; made once for each operation. */
export function createPaging({ parameters }: Operation): (exchange: Exchange) => Page {
  const inQuery = parameters.filter(({ in: place }) => place === 'query')
  const counted = inQuery.find(({ name }) => numbers.has(plainName(name)))
  const firstNumber = counted && (counted.schema['minimum'] === 0 || counted.schema['default'] === 0) ? 0 : 1
  const limited = inQuery.find(({ name }) => limits.has(plainName(name)))
  const standard = numberIn(limited?.schema['default'])
  return ({ query }) => {
    const sent = flattened(query)
    const asked = numberOf(sent, limits) ?? standard
    const limit = asked ?? DEFAULT_LIMIT
    const number = numberOf(sent, numbers)
    const skip = number === undefined ? (numberOf(sent, skips) ?? 0) : (number - firstNumber) * limit
    return {
      skip: Math.max(0, skip),
      limit: Math.max(0, limit),
      isLimited: asked !== undefined,
      after: textOf(sent, afters),
      before: textOf(sent, befores),
      firstNumber,
    }
  }
}

/** Whether a parameter pages, so that it filters nothing. */
export function pages(name: string): boolean {
  const plain = plainName(name)
  return [limits, numbers, skips, afters, befores].some((list) => list.has(plain))
}

/** `{ page: { size: 2 } }` as `pagesize`. */
function flattened(query: Exchange['query']): Map<string, unknown> {
  const found = new Map<string, unknown>()
  for (const [name, value] of Object.entries(query)) {
    if (isObject(value)) for (const [inner, each] of Object.entries(value)) found.set(plainName(name + inner), each)
    else found.set(plainName(name), value)
  }
  return found
}

function numberOf(sent: ReadonlyMap<string, unknown>, wanted: ReadonlySet<string>): number | undefined {
  for (const [name, value] of sent) {
    const number = wanted.has(name) ? numberIn(value) : undefined
    if (number !== undefined) return number
  }
  return undefined
}

function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined
}

function textOf(sent: ReadonlyMap<string, unknown>, wanted: ReadonlySet<string>): string | undefined {
  for (const [name, value] of sent)
    if (wanted.has(name) && (typeof value === 'string' || typeof value === 'number') && value !== '')
      return String(value)
  return undefined
}

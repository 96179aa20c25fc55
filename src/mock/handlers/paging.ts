import type { Operation } from '../../openapi/api.ts'
import { type PagingRole, pagingRole, plainName } from '../../openapi/paging-names.ts'
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

/** Reads paging out of the query, by the usual names of such parameters; made once for each operation. */
export function createPaging({ parameters }: Operation): (exchange: Exchange) => Page {
  const inQuery = parameters.filter(({ in: place }) => place === 'query')
  const counted = inQuery.find(({ name }) => pagingRole(name) === 'page')
  const firstNumber = counted && (counted.schema['minimum'] === 0 || counted.schema['default'] === 0) ? 0 : 1
  const limited = inQuery.find(({ name }) => pagingRole(name) === 'limit')
  const standard = numberIn(limited?.schema['default'])
  return ({ query }) => {
    const sent = flattened(query)
    const asked = numberOf(sent, 'limit') ?? standard
    const limit = asked ?? DEFAULT_LIMIT
    const number = numberOf(sent, 'page')
    const skip = number === undefined ? (numberOf(sent, 'skip') ?? 0) : (number - firstNumber) * limit
    return {
      skip: Math.max(0, skip),
      limit: Math.max(0, limit),
      isLimited: asked !== undefined,
      after: textOf(sent, 'after'),
      before: textOf(sent, 'before'),
      firstNumber,
    }
  }
}

/** Whether a parameter pages, so that it filters nothing. */
export function pages(name: string): boolean {
  return pagingRole(name) !== undefined
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

function numberOf(sent: ReadonlyMap<string, unknown>, wanted: PagingRole): number | undefined {
  for (const [name, value] of sent) {
    const number = pagingRole(name) === wanted ? numberIn(value) : undefined
    if (number !== undefined) return number
  }
  return undefined
}

function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined
}

function textOf(sent: ReadonlyMap<string, unknown>, wanted: PagingRole): string | undefined {
  for (const [name, value] of sent)
    if (pagingRole(name) === wanted && (typeof value === 'string' || typeof value === 'number') && value !== '')
      return String(value)
  return undefined
}

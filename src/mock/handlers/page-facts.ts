import { propertiesAt } from '../../openapi/entity.ts'
import type { JsonObject, Pointer } from '../../openapi/api.ts'
import { isObject, pointerTo, valueAt } from '../../openapi/pointer.ts'
import { foldedShape } from '../../openapi/sample-shape.ts'
import type { Page } from './paging.ts'
import { plainName } from '../../openapi/paging-names.ts'

/** What is true of one page of a list. */
export interface PageFacts extends Page {
  readonly total: number
  readonly count: number
  /** The keys of the first and the last row of the page. */
  readonly firstKey: string | number | undefined
  readonly lastKey: string | number | undefined
  /** Path and query of the request. */
  readonly url: string
}

/** Says that there is no such page: null where that is allowed, else left out. */
const none = Symbol('none')

type Fact = (facts: PageFacts) => unknown

const hasMore = ({ skip, count, total }: PageFacts): boolean => skip + count < total
const sizeOf = ({ limit, isLimited, count }: PageFacts): number => (isLimited ? limit : Math.max(count, 1))
const numberOf = (facts: PageFacts): number => facts.firstNumber + Math.floor(facts.skip / Math.max(sizeOf(facts), 1))
const pagesOf = (facts: PageFacts): number => Math.max(1, Math.ceil(facts.total / Math.max(sizeOf(facts), 1)))
const nextUrl = (facts: PageFacts): unknown => (hasMore(facts) ? moved(facts, facts.skip + facts.count) : none)
const previousUrl = (facts: PageFacts): unknown =>
  facts.skip > 0 ? moved(facts, Math.max(0, facts.skip - sizeOf(facts))) : none
const nextCursor = (facts: PageFacts): unknown => (hasMore(facts) ? (facts.lastKey ?? none) : none)

/** By plain name, for whatever type it has in the envelope. */
const numbers: Readonly<Record<string, Fact>> = {
  ...same(
    'total totalcount totalitems totalelements totalresults totalrecords totalrows totalentries totalsize totalhits itemstotal resultstotal',
    ({ total }) => total,
  ),
  ...same('count resultcount itemcount numberofelements pagecounts itemsinpage', ({ count }) => count),
  ...same('limit pagesize perpage size top maxresults itemsperpage resultsperpage', sizeOf),
  ...same('skip offset start startindex startat', ({ skip }) => skip),
  ...same('page pagenumber number currentpage pageindex', numberOf),
  ...same('totalpages pagestotal pages pagecount lastpage numpages', pagesOf),
  ...same('from', ({ skip }) => skip + 1),
  ...same('to', ({ skip, count }) => skip + count),
  ...same('nextpage next', (facts) => (hasMore(facts) ? numberOf(facts) + 1 : none)),
  ...same('previouspage prevpage previous prev', (facts) => (facts.skip > 0 ? numberOf(facts) - 1 : none)),
  ...same('nextoffset', (facts) => (hasMore(facts) ? facts.skip + facts.count : none)),
  ...same('nextcursor cursor after endcursor lastid', nextCursor),
}

const texts: Readonly<Record<string, Fact>> = {
  ...same('next nexturl nextlink nexthref nextpageurl nextpage nextrecordsurl', nextUrl),
  ...same('previous prev previousurl prevurl previouslink prevlink prevpageurl previouspage', previousUrl),
  ...same('self selfurl selflink firsturl first firstpageurl firstlink', ({ url }) => url),
  ...same('last lasturl lastpageurl lastlink', (facts) => moved(facts, (pagesOf(facts) - 1) * sizeOf(facts))),
  ...same(
    'cursor nextcursor after nextpagetoken nexttoken pagetoken continuationtoken continuation marker nextmarker endcursor',
    nextCursor,
  ),
  ...same('firstid startcursor', ({ firstKey }) => firstKey ?? none),
  ...same('lastid', ({ lastKey }) => lastKey ?? none),
  ...same('before previouscursor prevcursor', ({ skip, firstKey }) => (skip > 0 ? (firstKey ?? none) : none)),
}

const truths: Readonly<Record<string, Fact>> = {
  ...same('hasmore hasnext hasnextpage more morepages truncated istruncated incompleteresults ismore', hasMore),
  ...same('hasprevious hasprev haspreviouspage', ({ skip }) => skip > 0),
  ...same('first isfirst firstpage', ({ skip }) => skip === 0),
  ...same('last islast lastpage', (facts) => !hasMore(facts)),
  ...same('empty isempty', ({ count }) => count === 0),
}

function same(list: string, fact: Fact): Record<string, Fact> {
  return Object.fromEntries(list.split(' ').map((name) => [name, fact]))
}

const MAX_DEPTH = 3

/**
 * The envelope of a page with what is true of it in the properties that are named after that, in objects such as `meta` and
 * `_links.self` as well; all else stays as the document shows it.
 */
export function withPageFacts(
  root: JsonObject,
  { envelope, pointer, listAt }: { readonly envelope: unknown; readonly pointer: Pointer; readonly listAt: Pointer },
  facts: PageFacts,
): unknown {
  const filled = (value: unknown, place: Pointer, at: Pointer): unknown => {
    if (!isObject(value) || at.split('/').length > MAX_DEPTH) return value
    const result: Record<string, unknown> = { ...value }
    const { required } = foldedShape(root, valueAt(root, place), 0).schema
    for (const [name, schemaAt] of propertiesAt(root, place)) {
      const inner = pointerTo(at, name)
      if (inner === listAt) continue
      const { schema } = foldedShape(root, valueAt(root, schemaAt), 0)
      const fact = factFor(schema, name === 'href' ? (at.split('/').at(-1) ?? '') : name, name in value)
      const told = fact?.(facts)
      if (told === none) leaveOut(result, name, schema, Array.isArray(required) && required.includes(name))
      else if (told !== undefined) result[name] = typed(schema, told)
      else result[name] = filled(result[name], schemaAt, inner)
      if (result[name] === undefined) delete result[name]
    }
    return result
  }
  return filled(envelope, pointer, '')
}

function factFor(schema: JsonObject, name: string, isThere: boolean): Fact | undefined {
  const types = [schema['type']].flat()
  const plain = plainName(name)
  const find = (facts: Readonly<Record<string, Fact>>): Fact | undefined =>
    Object.hasOwn(facts, plain) ? facts[plain] : undefined
  if ('const' in schema || 'enum' in schema) return undefined
  if (types.includes('integer') || types.includes('number')) return find(numbers)
  if (types.includes('boolean')) return find(truths)
  return types.includes('string') || (isThere && schema['type'] === undefined) ? find(texts) : undefined
}

function leaveOut(result: Record<string, unknown>, name: string, schema: JsonObject, isRequired: boolean): void {
  const types = [schema['type']].flat()
  if (types.includes('null')) result[name] = null
  else if (!isRequired) delete result[name]
  else if (types.includes('string') && schema['format'] === undefined && schema['minLength'] === undefined)
    result[name] = ''
}

/** A URL is told whole where the schema asks for one. */
function typed({ format, type }: JsonObject, told: unknown): unknown {
  if (typeof told === 'string' && told.startsWith('/') && (format === 'uri' || format === 'url'))
    return `http://localhost${told}`
  return [type].flat().includes('string') ? String(told) : told
}

/** The URL of the page that begins at another row, by whichever parameter the request paged with. */
function moved({ url, limit, isLimited, firstNumber, after, lastKey }: PageFacts, skip: number): string {
  const [path = '', query = ''] = url.split('?', 2)
  const search = new URLSearchParams(query)
  const named = (...list: string[]): string | undefined =>
    [...search.keys()].find((name) => list.includes(plainName(name)))
  const cursor = after === undefined ? undefined : named('cursor', 'after', 'startingafter', 'pagetoken', 'marker')
  const page = named('page', 'pagenumber', 'pageindex')
  if (cursor !== undefined) search.set(cursor, String(lastKey))
  else if (page !== undefined) search.set(page, String(firstNumber + Math.floor(skip / Math.max(limit, 1))))
  else search.set(named('offset', 'skip', 'start') ?? (isLimited ? 'offset' : 'page'), String(skip))
  return `${path}?${search.toString()}`
}

import type { QueryPair } from '../../mock/handlers/handler.ts'

/** Rewrites the accepted notations of `filter` and `sort` into the page's own: `filter[/data/campaignId]=…&sort=/data/id&sort=ASC`. */
export function normalizeListQuery(pairs: readonly QueryPair[]): readonly QueryPair[] {
  const normalized: QueryPair[] = []
  const sort: string[] = []
  for (const [name, value] of pairs) {
    if (name === 'sort' || name === 'sort[]') sort.push(...sortParts(value))
    else if (name === 'filter') normalized.push(...filterPairs(value))
    else normalized.push([name, value])
  }
  const [column, direction, ...surplus] = sort
  if (column !== undefined) normalized.push(['sort', columnPointer(column)])
  if (direction !== undefined) normalized.push(['sort', directionName(direction)])
  for (const part of surplus) normalized.push(['sort', part])
  return normalized
}

/** `["id","ASC"]`, also with the single quotes of the page's table, or one part of the sort by itself. */
function sortParts(text: string): readonly string[] {
  const list = /^\s*\[\s*(["'])([^"']*)\1\s*,\s*(["'])([^"']*)\3\s*\]\s*$/.exec(text)
  return list ? [list[2] ?? '', list[4] ?? ''] : [text]
}

/** `/data/id`, `data/id`, `/id` and `id` all mean the id, and so for the other columns. */
function columnPointer(column: string): string {
  const path = column.startsWith('/') ? column.slice(1) : column
  if (path.includes('/')) return `/${path}`
  return path === 'created' || path === 'modified' ? `/meta/${path}` : `/data/${path}`
}

function directionName(direction: string): string {
  return /^(?:asc|desc)$/i.test(direction) ? direction.toUpperCase() : direction
}

/** The notation of the page's table: properties of a JSON object, with or without its braces. */
function filterPairs(text: string): readonly QueryPair[] {
  const members = text
    .trim()
    .replace(/^'(.*)'$/s, '$1')
    .replace(/^\{(.*)\}$/s, '$1')
    .trim()
  if (members === '') return []
  const pairs = parseMembers(members)
  // What can't be read stays as it is, to be refused by the schema of the parameter.
  return pairs ? pairs.map(([pointer, value]) => [`filter[${pointer}]`, value]) : [['filter', text]]
}

const member = /\s*("(?:[^"\\]|\\.)*")\s*:\s*("(?:[^"\\]|\\.)*")\s*(,|$)/gy

/** One by one instead of by `JSON.parse`, which would hide that an attribute is given twice. */
function parseMembers(text: string): readonly QueryPair[] | undefined {
  const members = [...text.matchAll(member)]
  const length = members.reduce((sum, [whole]) => sum + whole.length, 0)
  if (length < text.length || members.at(-1)?.[3] === ',') return undefined
  const pairs = members.map(([, name = '', value = '']) => parseTexts(name, value))
  return pairs.every((pair) => pair !== undefined) ? pairs : undefined
}

function parseTexts(name: string, value: string): QueryPair | undefined {
  try {
    return [String(JSON.parse(name)), String(JSON.parse(value))]
  } catch {
    return undefined
  }
}

/** What a query parameter of a list does with its pages. */
export type PagingRole = 'limit' | 'page' | 'skip' | 'after' | 'before'

const names: Readonly<Record<PagingRole, ReadonlySet<string>>> = {
  limit: list(
    'limit pagesize perpage size top count maxresults take first max pagelimit rows results resultsperpage itemsperpage maxitems maxpagesize',
  ),
  page: list('page pagenumber pageno pagenum pageindex currentpage'),
  skip: list('skip offset start startindex from pageoffset startat'),
  after: list(
    'cursor after startingafter pagetoken nexttoken nextpagetoken marker continuationtoken startafter afterid pagecursor pageafter nextcursor exclusivestartkey',
  ),
  before: list('before endingbefore beforeid pagebefore previouscursor'),
}

const roles = new Map(
  Object.entries(names).flatMap(([role, plain]) => [...plain].map((name) => [name, role as PagingRole] as const)),
)

/** By the usual names of such parameters; `undefined` for one that pages nothing. */
export function pagingRole(name: string): PagingRole | undefined {
  return roles.get(plainName(name))
}

/** `page[size]`, `page_size` and `pageSize` are one name. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z\d]/g, '')
}

function list(text: string): ReadonlySet<string> {
  return new Set(text.split(' '))
}

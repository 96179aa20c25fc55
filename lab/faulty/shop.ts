import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What is wrong with the shop; each must raise the check that it is filed under in `shop.test.ts`. */
export type Fault = string

export interface Shop {
  readonly url: string
  readonly requests: readonly string[]
  close(): Promise<void>
}

interface Item {
  readonly id: string
  readonly name: string
  readonly colour: string
  readonly size: number
  readonly note?: string
  readonly version: number
}

interface Reply {
  status: number
  headers: Record<string, string>
  body?: unknown
  text?: string
}

const first: Item = { id: '11111111-1111-4111-8111-111111111111', name: 'Chair', colour: 'green', size: 2, version: 1 }
const LIMIT = 1024 * 1024
const LATE_MS = 60

/** A small correct server for `shop.yaml`, or one with a single fault. */
export async function openShop(
  fault?: Fault,
  options: { readonly reset?: boolean; readonly token?: string } = {},
): Promise<Shop> {
  const requests: string[] = []
  let items: Item[] = [first]
  /** What the list of a late shop shows: what there was a moment ago. */
  let history: { readonly at: number; readonly items: Item[] }[] = []
  let made = 0
  let reads = 0
  const has = (name: Fault): boolean => fault === name
  const token = options.token ?? 'shop-user'

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      requests.push(`${request.method} ${request.url}`)
      if (has('dies') && Buffer.concat(chunks).toString() === 'null')
        return (void server.close(), void server.closeAllConnections())
      const reply = answer(request, Buffer.concat(chunks))
      if (history.at(-1)?.items !== items) history.push({ at: performance.now(), items })
      if (reply === undefined) request.socket.destroy()
      else send(request, response, reply)
    })
  })

  function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
    const text = reply.text ?? (reply.body === undefined ? '' : JSON.stringify(reply.body))
    const typed = text === '' ? {} : { 'content-type': 'application/json' }
    response.writeHead(reply.status, { ...typed, ...reply.headers })
    response.end(request.method === 'HEAD' ? undefined : text)
  }

  function answer(request: IncomingMessage, raw: Buffer): Reply | undefined {
    const url = new URL(request.url ?? '/', 'http://shop')
    if (options.reset !== false && url.pathname === '/__mock/reset') {
      items = [first]
      history = []
      made = 0
      return { status: 204, headers: {} }
    }
    const match = /^\/items(?:\/([^/]+))?$/.exec(url.pathname)
    if (!match)
      return has('unknown path')
        ? ok({ items: [] })
        : refuse(404, has('unknown path in HTML') ? undefined : 'there is nothing')
    const id = match[1] === undefined ? undefined : decodeURIComponent(match[1])
    const allowed = id === undefined ? ['GET', 'POST'] : ['GET', 'PATCH', 'DELETE']
    const allow = has('false allow') ? 'GET, PUT' : [...allowed, 'HEAD', 'OPTIONS'].join(', ')
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '')
    if (method === 'OPTIONS')
      return has('no options') ? refuse(404, 'there is nothing') : { status: 204, headers: { allow } }
    if (request.method === 'HEAD' && has('no head')) return refuse(404, 'there is nothing')
    if (!allowed.includes(method))
      return has('any method') ? ok(first) : { ...refuse(405, 'not this method'), headers: { allow } }
    const authorization = request.headers.authorization?.replace(/^bearer /i, 'Bearer ')
    const isKnown =
      authorization === `Bearer ${token}` ||
      (has('any scheme') && authorization?.endsWith(token) === true) ||
      (has('any case') && authorization?.toLowerCase() === `bearer ${token}`)
    if (!isKnown && !has('no security')) return refuse(401, 'who?')
    return route(request, method, id, url, raw)
  }

  function route(
    request: IncomingMessage,
    method: string,
    id: string | undefined,
    url: URL,
    raw: Buffer,
  ): Reply | undefined {
    if (has('drops') && method === 'POST') return undefined
    if (has('crashes') && method === 'POST' && raw.length > 2 && raw.toString() === 'understudy')
      return refuse(500, 'oops')
    if (has('flaky') && method === 'GET' && id !== undefined && reads++ === 1)
      return { status: 418, headers: {}, body: {} }
    if (id === undefined) return method === 'GET' ? list(url) : create(request, raw)
    const item = items.find((each) => each.id === id)
    if (!item)
      return method === 'GET' && has('leaks')
        ? refuse(404, 'Error: none\n    at read (/srv/shop/items.ts:10:3)')
        : refuse(404, has('other words') ? 'nothing' : 'there is no such item')
    if (method === 'GET')
      return {
        ...ok(item),
        status: has('reads with 203') ? 203 : 200,
        headers: { etag: tag(item), ...(has('html') && { 'content-type': 'text/html' }) },
      }
    const match = request.headers['if-match']
    if (match === undefined) return refuse(400, 'If-Match is missing')
    if (match !== tag(item) && !has('stale tags'))
      return has('stale is 400') ? refuse(400, 'changed') : refuse(412, 'changed')
    return method === 'PATCH' ? change(request, item, raw) : remove(item)
  }

  function tag(item: Item): string {
    return has('one tag') ? '"v0"' : `"${item.id === first.id ? 'v' : `${item.id.slice(-2)}-v`}${item.version}"`
  }

  function list(url: URL): Reply {
    const query = url.searchParams
    const limit = Number(query.get('limit'))
    if (!/^[1-9]\d*$/.test(query.get('limit') ?? '') || limit > 500 || query.getAll('limit').length > 1)
      return refuse(400, 'limit')
    if (!/^(?:0|[1-9]\d*)$/.test(query.get('skip') ?? '0') || query.getAll('skip').length > 1)
      return refuse(400, 'skip')
    const sort = query.getAll('sort')
    const [column = 'id', direction = 'ASC'] = sort
    if (
      sort.length > 0 &&
      (sort.length !== 2 || !['id', 'name', 'size'].includes(column) || !['ASC', 'DESC'].includes(direction))
    )
      return refuse(400, 'sort')
    const filters = [...query].filter(([name]) => name.startsWith('filter'))
    const names = filters.map(([name]) => /^filter\[(colour|size)\]$/.exec(name)?.[1])
    if (names.includes(undefined) || new Set(names).size < names.length) return refuse(400, 'filter')
    if (filters.some(([name, value]) => name === 'filter[size]' && !/^-?(?:0|[1-9]\d*)$/.test(value)))
      return refuse(400, 'filter')
    const moment = performance.now() - LATE_MS
    const shown = has('late list') ? (history.findLast(({ at }) => at <= moment)?.items ?? [first]) : items
    let found = shown.filter((item) =>
      filters.every(([, value], index) => has('no filter') || sameText(item[names[index] as 'colour'], value)),
    )
    const sign = direction === 'ASC' || has('one way') ? 1 : -1
    found = found.toSorted(
      (one, other) => sign * compare(one[column as 'name'], other[column as 'name']) || compare(one.id, other.id),
    )
    const skip = has('no skip') ? 0 : Number(query.get('skip') ?? 0)
    const page = found.slice(skip, has('no limit') ? undefined : skip + limit)
    return has('own shape')
      ? ok({ items: page.map((item) => ({ ...item, size: String(item.size) })) })
      : ok({ items: page })
  }

  function create(request: IncomingMessage, raw: Buffer): Reply {
    const body = read(request, raw)
    if ('refusal' in body) return body.refusal
    const broken = brokenItem(body.value)
    if (broken !== undefined && !has('no validation') && !(has('no maximum') && broken === 'size')) {
      if (has('writes before checks')) items = [...items, { ...first, id: nextId() }]
      return refuse(has('undeclared refusal') ? 422 : 400, has('own error') ? undefined : broken, has('own error'))
    }
    const value = { name: 'x', colour: 'red', size: 1, ...(body.value as Partial<Item> | null) } as Item
    if (has('no green') && value.colour === 'green') return refuse(400, 'colour')
    const item: Item = {
      id: nextId(),
      name: has('shouts') ? value.name.toUpperCase() : value.name,
      colour: value.colour,
      size: value.size,
      ...(value.note !== undefined && { note: value.note }),
      version: 1,
    }
    if (!has('forgets') && !(has('forgets the eighth') && made % 8 === 0))
      items = [...items, has('stores nothing else') ? { ...item, name: 'x' } : item]
    const location = has('no location')
      ? {}
      : {
          location: has('wrong location')
            ? `/things/${item.id}`
            : `/items/${has('location elsewhere') ? 'of/' : ''}${item.id}`,
        }
    const version = has('wrong header') ? { 'x-version': 'one' } : {}
    const extra = has('extra member') ? { secret: 'x' } : {}
    if (has('not JSON')) return { status: 201, headers: { ...location }, text: '{"id":' }
    return { status: has('status 200') ? 202 : 201, headers: { ...location, ...version }, body: { ...item, ...extra } }
  }

  function nextId(): string {
    if (!has('one id')) made++
    return `22222222-2222-4222-8222-${String(made).padStart(12, '0')}`
  }

  function change(request: IncomingMessage, item: Item, raw: Buffer): Reply {
    const body = read(request, raw)
    if ('refusal' in body) return body.refusal
    const value = body.value
    const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
    const broken =
      entries.length === 0 ||
      entries.some(([name, each]) =>
        name === 'note' ? typeof each !== 'string' : name === 'size' ? !isSize(each) : true,
      )
    if (broken) {
      if (has('changes before checks')) store({ ...item, note: 'spoilt' })
      return refuse(has('wrong is 404') ? 404 : 400, 'wrong')
    }
    const changed = {
      ...item,
      ...(value as object),
      version: item.version + 1,
      ...(has('spills') && { name: 'Spilt' }),
    }
    if (!has('update lost')) store(changed)
    return { ...ok(changed), headers: { etag: tag(changed) } }
  }

  function store(item: Item): void {
    items = items.map((each) => (each.id === item.id ? item : each))
  }

  function remove(item: Item): Reply {
    if (!has('deletes nothing')) items = items.filter((each) => each !== item)
    return { status: 204, headers: has('body on 204') ? { 'content-length': '5' } : {} }
  }

  function read(request: IncomingMessage, raw: Buffer): { readonly value: unknown } | { readonly refusal: Reply } {
    const type = request.headers['content-type'] ?? ''
    if (!/^application\/json\b/i.test(type) && !has('any type')) return { refusal: refuse(415, 'no JSON') }
    if (raw.length > LIMIT && !has('any size')) return { refusal: refuse(413, 'too much') }
    try {
      return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw)) as unknown }
    } catch {
      return { refusal: refuse(has('crashes on syntax') ? 500 : 400, 'no JSON') }
    }
  }

  function refuse(status: number, error: string | undefined, own = false): Reply {
    return own
      ? { status, headers: {}, body: { message: 'wrong' } }
      : { status, headers: {}, ...(error === undefined ? { text: '<h1>no</h1>' } : { body: { error } }) }
  }

  function ok(body: unknown): Reply {
    return { status: 200, headers: {}, body }
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function brokenItem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'body'
  const { name, colour, size, note } = value as Record<string, unknown>
  if (typeof name !== 'string' || name === '' || Array.from(name).length > 300) return 'name'
  if (colour !== 'red' && colour !== 'green') return 'colour'
  if (note !== undefined && typeof note !== 'string') return 'note'
  return isSize(size) ? undefined : 'size'
}

function isSize(size: unknown): boolean {
  return typeof size === 'number' && Number.isInteger(size) && size >= 1 && size <= 9
}

function sameText(one: unknown, text: string): boolean {
  return String(one) === text
}

function compare(one: unknown, other: unknown): number {
  return one === other ? 0 : (one as string) < (other as string) ? -1 : 1
}

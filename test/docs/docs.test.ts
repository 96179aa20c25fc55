import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { curlOf, type RequestParts, urlOf } from '../../src/docs/client/request.ts'
import type { TryData } from '../../src/docs/client/try-data.ts'
import { html } from '../../src/output/html.ts'
import { inlineMarkdown, markdown } from '../../src/docs/markdown.ts'
import { isObject } from '../../src/openapi/pointer.ts'

const names = ['cloud-payments', 'dialogportal', 'digitalchalk', 'polis', 'regit']

let mock: Understudy
beforeAll(async () => void (mock = await createUnderstudy({ listen: false })))
afterAll(async () => {
  expect(mock.violations()).toEqual([])
  await mock.close()
})

const get = (url: string, headers: Record<string, string> = {}) => mock.inject({ method: 'GET', url, headers })
const pageOf = async (name: string): Promise<string> => (await get(`/docs/${name}`)).body
const apiOf = (name: string) => mock.apis.find((api) => api.name === name) ?? expect.fail(`no API ${name}`)
const escaped = (text: string): string => html`${text}`.text

/** Pages are long; a failure shows what is missing, not where it is missing. */
function expectText(page: string, text: string): void {
  expect(page.includes(text) ? '' : text).toBe('')
}

/** The part of a page that belongs to one operation. */
function sectionOf(page: string, operationId: string): string {
  const start = page.indexOf(`data-operation="${operationId}"`)
  const end = page.indexOf('data-operation=', start + 1)
  return page.slice(start, end < 0 ? undefined : end)
}

describe('the way in', () => {
  test('/ leads to /docs', async () => {
    const { statusCode, headers } = await get('/')
    expect([statusCode, headers['location']]).toEqual([302, '/docs'])
  })

  test('/docs shows every API: what it is, its base URL, its credentials, a command, its operations', async () => {
    const { statusCode, headers, body } = await get('/docs', { host: '127.0.0.1:4010' })
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    for (const api of mock.apis) {
      expectText(body, escaped(api.title))
      expectText(body, `href="docs/${api.name}"`)
      for (const base of api.bases) expectText(body, `<code>http://127.0.0.1:4010${base}</code>`)
      for (const { id, path, summary } of api.operations) {
        expectText(body, `data-operation="${id}"`)
        expectText(body, escaped(path))
        expectText(body, escaped(summary))
      }
    }
    expectText(body, 'href="docs/control-plane"')
    expectText(body, 'Bearer digitalchalk-admin')
    expectText(body, 'refused on purpose')
  })

  test('the browser of the control plane is there too', async () => {
    const page = await pageOf('control-plane')
    expectText(page, 'POST</span> <code class="path">/<wbr />__mock/<wbr />reset<wbr /></code>')
  })

  test('a page is the same text until something else is asked for', async () => {
    const first = await get('/docs/polis')
    const again = await get('/docs/polis', { 'if-none-match': String(first.headers['etag']) })
    expect([again.statusCode, again.body]).toEqual([304, ''])
    const elsewhere = await get('/docs/polis', { 'if-none-match': String(first.headers['etag']), host: 'mock.test:81' })
    expect(elsewhere.statusCode).toBe(200)
  })

  test('HEAD is answered like GET, without the body', async () => {
    const { statusCode, headers, body } = await mock.inject({ method: 'HEAD', url: '/docs/polis' })
    expect([statusCode, headers['content-type'], body]).toEqual([200, 'text/html; charset=utf-8', ''])
  })

  test.each([
    '/docs/nothing',
    '/docs/polis/nothing',
    '/docs/..%2f..%2fpackage.json',
    '/docs/_assets/..%2fdocs.js',
    '/docs/polis%00',
    '/docs/__proto__',
  ])('%s is no page', async (url) => {
    const { statusCode, headers } = await get(url)
    expect([statusCode, headers['x-mock-refused-by']]).toEqual([404, 'routing'])
  })

  test.each([
    ['/docs/', '../docs'],
    ['/docs/polis/', '../../docs/polis'],
  ])('%s leads to the page without a slash at its end', async (url, location) => {
    const { statusCode, headers } = await get(url)
    expect([statusCode, headers['location']]).toEqual([302, location])
  })
})

describe.each(names)('the page of %s', (name) => {
  let page: string
  beforeAll(async () => void (page = await pageOf(name)))

  test('has every operation with its path, its rules, parameters, statuses, headers and examples', () => {
    for (const operation of apiOf(name).operations) {
      const section = sectionOf(page, operation.id)
      expectText(section, `id="${operation.id}"`)
      expectText(section.replaceAll('<wbr />', ''), escaped(operation.path))
      expectText(section, markdown(operation.description).text)
      for (const parameter of operation.parameters) {
        expectText(section.toLowerCase(), `<code>${escaped(parameter.name)}</code>`.toLowerCase())
        for (const example of Object.keys(parameter.examples)) expectText(section, `<dt>${example}</dt>`)
      }
      for (const [status, response] of Object.entries(operation.responses)) {
        expectText(section, `id="${operation.id}-${status}"`)
        expectText(section, markdown(response.description).text)
        for (const header of Object.keys(response.headers)) expectText(section.toLowerCase(), `<code>${header}</code>`)
      }
      const contents = [operation.requestBody, ...Object.values(operation.responses)].flatMap((each) =>
        Object.entries(each?.content ?? {}),
      )
      for (const [mediaType, media] of contents) {
        expectText(section, `<code>${mediaType}</code>`)
        for (const example of Object.keys(media.examples)) expectText(section, `Example <b>${example}</b>`)
      }
    }
  })

  test('has every member that a schema of the document names', () => {
    const members = new Set(schemaMembers(apiOf(name).document['components']))
    for (const member of members) expectText(page, `<code>${escaped(member)}</code>`)
  })

  test('tells every assumption with its reason', () => {
    const { document } = apiOf(name)
    const reasons = new Set(['servers', 'paths', 'components'].flatMap((part) => reasonsIn(document[part])))
    expect(reasons.size).toBeGreaterThan(0)
    const missing = [...reasons].filter((reason) => !page.includes(inlineMarkdown(reason).text))
    expect(missing).toEqual([])
  })

  test('marks statuses as the operation table does', () => {
    for (const operation of apiOf(name).operations) {
      const section = sectionOf(page, operation.id)
      for (const [status, { inferred }] of Object.entries(operation.responses)) {
        const start = section.indexOf(`id="${operation.id}-${status}"`)
        const summary = section.slice(start, section.indexOf('</summary>', start))
        const assumed = inferred !== undefined && operation.inferred === undefined
        expect([operation.id, status, summary.includes('class="mark"')]).toEqual([operation.id, status, assumed])
      }
    }
  })

  test('offers the document with this mock as its first server, as JSON and as YAML', async () => {
    const host = { host: '127.0.0.1:4010' }
    const json = await get(`/docs/${name}/openapi.json`, host)
    const yaml = await get(`/docs/${name}/openapi.yaml`, host)
    expect([json.headers['content-type'], yaml.headers['content-type']]).toEqual([
      'application/json; charset=utf-8',
      'application/yaml; charset=utf-8',
    ])
    const document = json.json<{ servers: { url: string }[] }>()
    expect(parse(yaml.body)).toEqual(document)
    const { bases, document: source } = apiOf(name)
    expect(document.servers.map(({ url }) => url).slice(0, bases.length)).toEqual(
      bases.map((base) => `http://127.0.0.1:4010${base}`),
    )
    expect({ ...document, servers: source['servers'] }).toEqual(source)
  })

  test('fills its forms with requests that get what their scenario says', async () => {
    const data = (await get(`/docs/${name}/try.json`)).json<TryData>()
    for (const { scenarios } of Object.values(data.operations)) {
      expect(scenarios.length).toBeGreaterThan(0)
      for (const { name: scenario, status, given, request } of scenarios) {
        mock.reset()
        for (const { state, params } of given) mock.setState(state, params)
        expect([scenario, (await play(request)).statusCode]).toEqual([scenario, status])
      }
    }
    mock.reset()
  })

  test('loads nothing from elsewhere and runs nothing inline', () => {
    expect([...page.matchAll(/<(?:script|link|img|iframe|object|embed|form)\b[^>]*>/g)].map(([tag]) => tag)).toEqual([
      '<link rel="icon" href="../docs/_assets/icon.svg" type="image/svg+xml" />',
      '<link rel="stylesheet" href="../docs/_assets/docs.css" />',
      expect.stringContaining('src="../docs/_assets/docs.js"'),
    ])
    expect(/\s(?:on\w+|style|srcset)\s*=\s*"/.exec(page)?.[0]).toBeUndefined()
  })
})

test('pages forbid what a spec might smuggle in', async () => {
  const { headers } = await get('/docs/polis')
  expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
  expect(headers['content-security-policy']).not.toContain('unsafe')
  expect(headers['x-content-type-options']).toBe('nosniff')
})

test.each(['evil"><script>alert(1)</script>', "a'b", 'a b', 'x:99999999', 'user@host'])(
  'a Host of %j does not get into a page',
  async (host) => {
    const { body } = await get('/docs', { host })
    expect(body.includes(host)).toBe(false)
    expectText(body, 'It runs at <code>http://127.0.0.1')
  },
)

describe('below the path of a session', () => {
  test('pages stay in the session, by their links and in their commands', async () => {
    const { id } = (await mock.inject({ method: 'POST', url: '/__mock/sessions', payload: {} })).json<{ id: string }>()
    const root = await get(`/~${id}`)
    expect([root.statusCode, root.headers['location']]).toEqual([302, `/~${id}/docs`])
    const { body, statusCode } = await get(`/~${id}/docs/polis`, { host: '127.0.0.1:4010' })
    expect(statusCode).toBe(200)
    expectText(body, `http://127.0.0.1:4010/~${id}/v2/interactions`)
    expect(/(?:href|src)="\//.exec(body)?.[0]).toBeUndefined()
    const moved = await get(`/~${id}/docs/`)
    expect(new URL(String(moved.headers['location']), `http://mock/~${id}/docs/`).pathname).toBe(`/~${id}/docs`)
  })

  test('a session that does not exist has no pages', async () => {
    const { statusCode, headers } = await get('/~nobody/docs')
    expect([statusCode, headers['x-mock-refused-by']]).toEqual([404, 'routing'])
  })
})

function play(request: RequestParts) {
  return mock.inject({
    // The methods of the specs are those that inject knows.
    method: request.method as 'GET',
    url: urlOf('', request),
    headers: Object.fromEntries(request.headers),
    ...(request.body !== undefined && { payload: request.body }),
  })
}

function schemaMembers(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(schemaMembers)
  if (!isObject(node)) return []
  return Object.entries(node).flatMap(([keyword, value]) => {
    if (['examples', 'example', 'const', 'enum', 'default'].includes(keyword)) return []
    return [...(keyword === 'properties' && isObject(value) ? Object.keys(value) : []), ...schemaMembers(value)]
  })
}

function reasonsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(reasonsIn)
  if (!isObject(node)) return []
  return Object.entries(node).flatMap(([name, value]) => {
    if (name !== 'x-inferred') return reasonsIn(value)
    return isObject(value) ? Object.values(value).map(String) : [String(value)]
  })
}

test('a command is quoted for the shell', () => {
  const parts: RequestParts = {
    method: 'POST',
    base: '/v1',
    path: '/people/{id}',
    pathValues: [['id', "o'neil/ö"]],
    query: [['filter[/data/x]', 'a&b']],
    headers: [
      ['x-empty', ''],
      ['x-note', "it's"],
    ],
    body: '{"a": "it\'s"}',
  }
  expect(curlOf('http://mock', parts)).toBe(
    [
      "curl -i -X POST 'http://mock/v1/people/o%27neil%2F%C3%B6?filter%5B/data/x%5D=a%26b'",
      "-H 'x-empty;'",
      String.raw`-H 'x-note: it'\''s'`,
      "-H 'content-type:'",
      String.raw`--data-raw '{"a": "it'\''s"}'`,
    ].join(' \\\n  '),
  )
})

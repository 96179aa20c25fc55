import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { ownCertificate } from '../../src/mock/server/certificate.ts'
import { folderWith, keeper, pets, petsFolders } from '../support/pets.ts'
import { sharedBrowser } from './shared-browser.ts'

let pages: Server
let browser: Browser
let page: Page
beforeAll(async () => {
  pages = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<title>A page</title>'),
  )
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  browser = await sharedBrowser()
  page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage()
})
afterAll(async () => {
  await browser.close()
  await new Promise((resolve) => pages.close(resolve))
})

const pageAt = (host: string): Promise<unknown> => page.goto(`http://${host}:${(pages.address() as AddressInfo).port}/`)

interface Sent {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** What a script of the page that is open gets; `undefined` where the browser does not let it. */
function fetched(url: string, init: Sent = {}) {
  return page.evaluate(
    async ([to, how]) => {
      try {
        const answer = await fetch(to, how)
        return { status: answer.status, text: await answer.text(), headers: Object.fromEntries(answer.headers) }
      } catch {
        return undefined
      }
    },
    [url, init] as const,
  )
}

describe.each(['http', 'https'])('a mock by %s', (protocol) => {
  let mock: Understudy
  beforeAll(async () => {
    const https = protocol === 'https' && (await ownCertificate(join(folderWith({}), 'certificate')))
    mock = await createUnderstudy({ ...petsFolders(), https })
  })
  afterAll(() => mock.close())

  const json = { ...keeper, 'content-type': 'application/json' }

  test('is read, written to and steered by a page on another port', async () => {
    await pageAt('localhost')
    const read = await fetched(`${mock.url}/pets`, { headers: keeper })
    expect(JSON.parse(read?.text ?? '')).toMatchObject({ total: pets.length })
    const created = await fetched(`${mock.url}/pets`, {
      method: 'POST',
      headers: json,
      body: '{"name":"Zoe","kind":"cat"}',
    })
    expect(created).toMatchObject({ status: 201, headers: { location: expect.stringMatching(/^\/pets\//) } })
    const place = mock.url + String(created?.headers['location'])
    const patched = await fetched(place, { method: 'PATCH', headers: json, body: '{"name":"Zora"}' })
    expect(JSON.parse(patched?.text ?? '')).toMatchObject({ name: 'Zora' })
    expect(await fetched(`${mock.url}/pets`)).toMatchObject({
      status: 401,
      headers: { 'x-mock-refused-by': 'security' },
    })
    expect(await fetched(`${mock.url}/none`)).toMatchObject({ status: 404 })
    expect(await fetched(`${mock.url}/__mock/reset`, { method: 'POST' })).toMatchObject({ status: 204 })
  })

  test('is out of reach for a page of somebody else', async () => {
    await pageAt('evil.example')
    expect(await fetched(`${mock.url}/pets`, { headers: keeper })).toBeUndefined()
    const write = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '' }
    expect(await fetched(`${mock.url}/__mock/reset`, write)).toBeUndefined()
    await page.evaluate(
      (url) => fetch(url, { method: 'POST', mode: 'no-cors' }).catch(() => undefined),
      `${mock.url}/__mock/sessions`,
    )
    expect((await mock.inject('/__mock/sessions')).json()).toMatchObject({ sessions: [{ id: 'default' }] })
  })

  test('is out of reach for a page whose name was rebound to this machine', async () => {
    const rebound = mock.url.replace('127.0.0.1', 'rebound.example')
    await page.goto(`${rebound}/docs`)
    expect(await page.locator('body').textContent()).toContain('rebound.example')
    expect(await fetched(`${rebound}/__mock/state`)).toMatchObject({ status: 403 })
  })
})

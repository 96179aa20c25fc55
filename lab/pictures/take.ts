/**
 * Takes the pictures of the README from the real pages: the docs, the console, and the report of a run against a server that breaks
 * what it promises.
 *
 *   npm run pictures
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { main } from '../../src/cli/main.ts'
import { createUnderstudy } from '../../src/index.ts'
import { openShop } from '../faulty/shop.ts'

const folder = fileURLToPath(new URL('../../docs/pictures/', import.meta.url))
const size = { width: 1280, height: 800 }

async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${folder}${name}.jpg`, type: 'jpeg', quality: 72 })
}

const workshop = mkdtempSync(join(tmpdir(), 'understudy-pictures-'))
const mock = await createUnderstudy()
const shop = await openShop('own shape', { token: 'understudy' })
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
try {
  const page = await browser.newPage({ viewport: size, colorScheme: 'light' })
  await page.goto(`${mock.url}/docs/polis#createInteraction`)
  await page.locator('#createInteraction').waitFor()
  await take(page, 'docs')

  const authorization = 'Bearer polis-user-a'
  for (const path of [
    '/v2/interactions/7da76f74-7951-423a-be41-85a2551d16e7',
    '/v2/interactions?limit=0&skip=0&sort=/data/id&sort=ASC',
  ])
    await fetch(`${mock.url}${path}`, { headers: { authorization } })
  mock.fault({ preset: 'rate-limited', count: 3 })
  await page.goto(`${mock.url}/docs/console`)
  await page.locator('.console-log li').first().waitFor()
  await take(page, 'console')

  const report = join(workshop, 'report.html')
  await main([
    'node',
    'understudy',
    'conform',
    'shop',
    '--openapi',
    fileURLToPath(new URL('../faulty/', import.meta.url)),
    '--base-url',
    shop.url,
    '--quiet',
    '--html',
    report,
  ])
  await page.goto(pathToFileURL(report).href)
  await take(page, 'report')
} finally {
  await browser.close()
  await Promise.all([shop.close(), mock.close()])
  rmSync(workshop, { recursive: true })
}

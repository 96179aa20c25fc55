import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reportHtml } from '../../src/conform/report/html.ts'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { mutationHtml } from '../../src/prove/mutation-summary.ts'
import { petsReport } from '../conform/report/pets-report.ts'
import { mutationReport } from '../prove/mutation-report.ts'
import { assumingDocument } from '../support/assuming-document.ts'
import { largeDocument } from '../support/large-document.ts'
import { sharedBrowser } from './shared-browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'understudy-pages-'))
const require = createRequire(import.meta.url)

let five: Understudy
let foreign: Understudy
let browser: Browser
let page: Page

beforeAll(async () => {
  const openapi = join(folder, 'openapi')
  for (const name of ['petstore', 'security', 'discriminators'])
    cpSync(require.resolve(`@readme/oas-examples/3.0/json/${name}.json`), join(openapi, `${name}.json`))
  writeFileSync(join(openapi, 'large.json'), JSON.stringify(largeDocument(600)))
  writeFileSync(join(openapi, 'assuming.json'), JSON.stringify(assumingDocument))
  const { report, api, secrets } = await petsReport()
  writeFileSync(join(folder, 'conform.html'), reportHtml(report, [api], secrets))
  writeFileSync(join(folder, 'prove.html'), mutationHtml(mutationReport))
  five = await createUnderstudy()
  foreign = await createUnderstudy({ openapi })
  browser = await sharedBrowser()
  // The pages allow no script but their own.
  const context = await browser.newContext({ bypassCSP: true, reducedMotion: 'reduce' })
  await context.addInitScript({ path: require.resolve('axe-core/axe.min.js') })
  page = await context.newPage()
})
afterAll(async () => {
  await browser.close()
  await Promise.all([five.close(), foreign.close()])
  rmSync(folder, { recursive: true })
})

const everything = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }
/** The one rule that depends on colours, and those that depend on the width. */
const contrast = { type: 'rule', values: ['color-contrast'] }
const looks = {
  type: 'rule',
  values: ['color-contrast', 'target-size', 'scrollable-region-focusable', 'link-in-text-block'],
}

/** Most of the groups of a large document, which are all of one make. */
const alike = ['.tag ~ .tag ~ .tag ~ .tag', '.toc-tag ~ .toc-tag ~ .toc-tag']

/** What axe has against the page as it is, one line for each rule that is broken. */
function faults(rules: object): Promise<string[]> {
  return page.evaluate(`axe.run(
    { include: ['html'], exclude: ${JSON.stringify(page.url().includes('/large') ? alike : [])} },
    ${JSON.stringify({ resultTypes: ['violations'], runOnly: rules })},
  ).then(({ violations }) => violations.map(({ id, nodes }) => \`\${id}: \${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}\`))`)
}

/** Nothing for axe to find on a wide light page and on a dark phone, and nothing wider than the window. */
async function isFine(): Promise<void> {
  expect(await faultsAt(1400, 'light', everything)).toEqual([])
  expect(await faultsAt(390, 'dark', contrast)).toEqual([])
}

/** The other two pairs of width and colours, on pages that have every kind of part. */
async function isFineInBetween(): Promise<void> {
  expect(await faultsAt(1400, 'dark', contrast)).toEqual([])
  expect(await faultsAt(390, 'light', looks)).toEqual([])
}

async function faultsAt(width: number, colorScheme: 'light' | 'dark', rules: object): Promise<string[]> {
  await page.setViewportSize({ width, height: 900 })
  await page.emulateMedia({ colorScheme })
  const total: number = await page.evaluate('document.documentElement.scrollWidth')
  return [...(total > width ? [`${total} px wide`] : []), ...(await faults(rules))]
}

/** What is left of a sentence whose end or middle was hidden. */
const broken = [/\s[.,;:!?](\s|$)/, /[,;]$/, /;\s*\./, /\b(with|and|or|but|of|the)[.]?$/i, /^[.,;:]/]

/** Hides what is assumed; the texts that lost a part and are no whole sentences, and the items of lists that are left empty. */
async function halves(): Promise<string[]> {
  const hidden = page.getByText('Hidden', { exact: true })
  if ((await hidden.count()) === 0) return []
  await hidden.check()
  const texts: string[] =
    await page.evaluate(`[...document.querySelectorAll('p, li, td, dd, dt, summary, h1, h2, h3, h4, .lead')]
    .filter((each) => each.checkVisibility() && each.querySelector('.assumed, .mark'))
    .filter((each) => each.matches('p, .lead, summary') || !each.querySelector('p, ul, dl, table, details'))
    .map((each) => each.innerText.trim())`)
  return texts.filter((text) => text === '' || broken.some((pattern) => pattern.test(text)))
}

const places = [
  ...[
    '',
    '/cloud-payments',
    '/dialogportal',
    '/digitalchalk',
    '/polis',
    '/regit',
    '/control-plane',
    '/console',
    '/nowhere',
  ].map((path) => `the five: /docs${path}`),
  ...['', '/petstore', '/discriminators', '/assuming', '/large', '/large/notes', '/large/operations/get-thing7'].map(
    (path) => `others: /docs${path}`,
  ),
  'report: conform',
  'report: prove',
]

async function open(place: string): Promise<void> {
  const [where, path = ''] = place.split(': ')
  if (where === 'report') await page.goto(pathToFileURL(join(folder, `${path}.html`)).href)
  else await page.goto((where === 'others' ? foreign : five).url + path)
  // On reports and on one page of each kind what is folded is looked at, too.
  if (where === 'report' || /digitalchalk|petstore|assuming/.test(path))
    await page.evaluate("for (const fold of document.querySelectorAll('details:not(.tab)')) fold.open = true")
}

const hasEveryPart = (place: string): boolean => /report|digitalchalk|console|assuming|docs$/.test(place)

test.each(places)('%s is fine in every size, and keeps whole sentences', async (place) => {
  await open(place)
  await isFine()
  if (hasEveryPart(place)) await isFineInBetween()
  expect(await halves()).toEqual([])
})

test('the pages with assumptions lose some when they are hidden', async () => {
  for (const url of [`${five.url}/docs/polis`, `${foreign.url}/docs/assuming`]) {
    await page.goto(url)
    await page.getByText('Marked', { exact: true }).check()
    const shown = (): Promise<number> => page.locator('.assumed:visible').count()
    expect(await shown()).toBeGreaterThan(0)
    await page.getByText('Hidden', { exact: true }).check()
    expect(await shown()).toBe(0)
  }
})

test('a form that has sent a request, tabs that were opened and a search are fine, too', async () => {
  await page.goto(`${foreign.url}/docs/security`)
  await page.getByRole('button', { name: 'Try it here' }).first().click()
  await page.getByRole('button', { name: 'Send' }).click()
  // The key that the operation needs is filled in.
  await page.locator('.answer [data-status="200"]').waitFor()
  await isFine()
  await page.goto(`${foreign.url}/docs/large#get-thing3`)
  await page.locator('section[data-operation]').waitFor()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('thing')
  await page.locator('#search-hits [role=option]').first().waitFor()
  await isFine()
})

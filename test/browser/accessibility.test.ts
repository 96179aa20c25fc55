import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reportHtml } from '../../src/conform/report/html.ts'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { mutationHtml } from '../../src/prove/mutation-summary.ts'
import { petsReport } from '../conform/report/pets-report.ts'
import { mutationReport } from '../prove/mutation-report.ts'
import { largeDocument } from '../support/large-document.ts'

const folder = mkdtempSync(join(tmpdir(), 'understudy-accessible-'))
const require = createRequire(import.meta.url)

let five: Understudy
let foreign: Understudy
let browser: Browser
let page: Page

beforeAll(async () => {
  const openapi = join(folder, 'openapi')
  for (const name of ['petstore', 'security'])
    cpSync(require.resolve(`@readme/oas-examples/3.0/json/${name}.json`), join(openapi, `${name}.json`))
  writeFileSync(join(openapi, 'large.json'), JSON.stringify(largeDocument(600)))
  const { report, api, secrets } = await petsReport()
  writeFileSync(join(folder, 'conform.html'), reportHtml(report, [api], secrets))
  writeFileSync(join(folder, 'prove.html'), mutationHtml(mutationReport))
  five = await createUnderstudy()
  foreign = await createUnderstudy({ openapi })
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
  })
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

/** Most of the groups of a large document, which are all of one make. */
const alike = ['.tag ~ .tag ~ .tag ~ .tag', '.toc-tag ~ .toc-tag ~ .toc-tag']

/** What axe has against the page as it is, one line for each rule that is broken. */
async function faults(width: number, colorScheme: 'light' | 'dark', rules: object): Promise<string[]> {
  await page.setViewportSize({ width, height: 900 })
  await page.emulateMedia({ colorScheme })
  return page.evaluate(`axe.run(
    { include: ['html'], exclude: ${JSON.stringify(page.url().includes('/large') ? alike : [])} },
    ${JSON.stringify({ resultTypes: ['violations'], runOnly: rules })},
  ).then(({ violations }) => violations.map(({ id, nodes }) => \`\${id}: \${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}\`))`)
}

const everything = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }
/** The one rule that depends on colours. */
const contrast = { type: 'rule', values: ['color-contrast'] }

async function findsNothing(): Promise<void> {
  expect(await faults(1400, 'light', everything)).toEqual([])
  expect(await faults(390, 'dark', everything)).toEqual([])
}

/** The other two pairs of width and colours: what they can still show is one rule, on pages that have every kind of part. */
async function hasContrast(): Promise<void> {
  expect(await faults(1400, 'dark', contrast)).toEqual([])
  expect(await faults(390, 'light', contrast)).toEqual([])
}

const apis = ['cloud-payments', 'dialogportal', 'polis', 'regit']

test.each([...apis.map((name) => `/${name}`), '/control-plane', '/nowhere'])(
  'axe finds nothing on /docs%s',
  async (path) => {
    await page.goto(`${five.url}/docs${path}`)
    await findsNothing()
  },
)

test.each(['', '/digitalchalk', '/console'])('axe finds enough contrast on /docs%s in every size', async (path) => {
  await page.goto(`${five.url}/docs${path}`)
  await findsNothing()
  await hasContrast()
})

test.each(['', '/petstore', '/large', '/large/notes', '/large/operations/get-thing7'])(
  'axe finds nothing on /docs%s of documents of others',
  async (path) => {
    await page.goto(`${foreign.url}/docs${path}`)
    await findsNothing()
  },
)

test('axe finds nothing on a page whose folds are open and whose form has sent a request', async () => {
  await page.goto(`${foreign.url}/docs/security`)
  await page.getByRole('button', { name: 'Try it here' }).first().click()
  await page.getByRole('button', { name: 'Send' }).click()
  // The key that the operation needs is filled in.
  await page.locator('.answer [data-status="200"]').waitFor()
  await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
  await findsNothing()
  await hasContrast()
})

test('axe finds nothing in the search and in an operation that was loaded by opening it', async () => {
  await page.goto(`${foreign.url}/docs/large#get-thing3`)
  await page.locator('section[data-operation]').waitFor()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('thing')
  await page.locator('#search-hits [role=option]').first().waitFor()
  await findsNothing()
})

test.each(['conform', 'prove'])('axe finds nothing on the report of %s', async (name) => {
  await page.goto(pathToFileURL(join(folder, `${name}.html`)).href)
  await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
  await findsNothing()
  await hasContrast()
})

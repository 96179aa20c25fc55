import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { largeDocument } from '../support/large-document.ts'
import { sharedBrowser } from './shared-browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'understudy-points-'))
const require = createRequire(import.meta.url)

let mock: Understudy
let foreign: Understudy
let browser: Browser
let context: BrowserContext
let page: Page

beforeAll(async () => {
  for (const name of ['security', 'discriminators', 'schema-visibility'])
    cpSync(require.resolve(`@readme/oas-examples/3.0/json/${name}.json`), join(folder, `${name}.json`))
  writeFileSync(join(folder, 'large.json'), JSON.stringify(largeDocument(600)))
  mock = await createUnderstudy()
  foreign = await createUnderstudy({ openapi: folder })
  browser = await sharedBrowser()
})
afterAll(async () => {
  await browser.close()
  await Promise.all([mock.close(), foreign.close()])
  rmSync(folder, { recursive: true })
})

const operation = (id: string): Locator => page.locator(`section[data-operation="${id}"]`)
const button = (name: string | RegExp, within: Page | Locator = page): Locator =>
  within.getByRole('button', { name, exact: true })

/** Opens the form of an operation. */
async function formOf(id: string): Promise<Locator> {
  await button('Try it here', operation(id)).click()
  const form = operation(id).locator('form')
  await form.waitFor()
  return form
}

async function send(form: Locator, status: number): Promise<void> {
  await button('Send', form).click()
  await form.locator(`[data-status="${status}"]`).waitFor()
}

describe.each([
  { width: 1400, colorScheme: 'light' as const },
  { width: 1400, colorScheme: 'dark' as const },
  { width: 390, colorScheme: 'light' as const },
  { width: 390, colorScheme: 'dark' as const },
])('at $width px, $colorScheme, a reader', ({ width, colorScheme }) => {
  const complaints: string[] = []
  beforeAll(async () => {
    context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme })
    page = await context.newPage()
    page.setDefaultTimeout(10_000)
    page.on('pageerror', ({ message }) => complaints.push(message))
  })
  beforeEach(() => mock.reset())
  afterAll(async () => {
    await context.close()
    expect(complaints).toEqual([])
  })

  test('1. finds anything from every page, goes there by keyboard, and sees where it is', async () => {
    await page.goto(`${mock.url}/docs`)
    for (const [words, kind] of [
      ['etag', 'header'],
      ['404.4', 'error code'],
      ['rate-limited', 'preset'],
      ['x-mock-session', 'header'],
      ['post registrations', 'operation'],
    ] as const) {
      await page.keyboard.press('Control+k')
      await page.keyboard.type(words)
      const first = page.locator('#search-hits [role=option]').first()
      await first.waitFor()
      await expect.poll(() => first.locator('.hit-kind').textContent()).toBe(kind)
      await page.keyboard.press('Escape')
    }
    await page.keyboard.press('/')
    await page.keyboard.type('householdId')
    await page.locator('#search-hits [role=option]').first().waitFor()
    await page.keyboard.press('Enter')
    await page.locator('.flash', { hasText: 'householdId' }).waitFor()
    expect(await page.locator('.toc [aria-current=location]').textContent()).toContain('Get many interactions')
    const stands = page.locator('.bar .control-links a').first()
    expect(await stands.textContent()).toBe('control-plane')
  })

  test('2. reads a schema as what may be sent, one way at a time', async () => {
    await page.goto(`${foreign.url}/docs/discriminators#oneOfWithImproperlyPlacedDiscriminator`)
    const ways = page.locator('.alternatives').first()
    const shown = (): Promise<string> => ways.locator('.alternative:visible').innerText()
    expect(await shown()).toContain('gcs_bucket')
    await ways.getByText('s3Import', { exact: true }).click()
    await expect.poll(shown).toContain('s3')
    expect(await ways.locator('.alternative:visible').count()).toBe(1)
    expect(await page.getByText(/\balternative \d/).count()).toBe(0)
    await page.goto(`${foreign.url}/docs/schema-visibility`)
    expect(await page.locator('.request-body .readOnly:visible').count()).toBeGreaterThan(0)
    expect(await page.locator('.response-body .readOnly:visible, .request-body .writeOnly:visible').count()).toBe(0)
  })

  test('3. has a request in six languages, the choice kept, each block to be copied', async () => {
    await page.goto(`${mock.url}/docs/digitalchalk#createRegistration`)
    const choice = operation('createRegistration').getByLabel('Language of the sample')
    expect(await choice.locator('option').allTextContents()).toEqual([
      'Shell',
      'JavaScript',
      'Python',
      'PHP',
      'Java',
      'C#',
    ])
    await choice.selectOption('Python')
    await operation('createRegistration').getByText('import requests').waitFor()
    await page.goto(`${mock.url}/docs/regit#uploadDocuments`)
    await operation('uploadDocuments').getByText('import requests').waitFor()
    await operation('uploadDocuments').getByLabel('Language of the sample').selectOption('Shell')
    await operation('uploadDocuments')
      .getByText(/-F 'photo=@newphoto.jpg/)
      .waitFor()
    const uncopied = await page.evaluate(
      "[...document.querySelectorAll('pre.code')].filter((each) => !(each.closest('.copyable, .card') ?? each).querySelector('button')).length",
    )
    expect(uncopied).toBe(0)
  })

  test('4. tries a request as often as wanted, and is told what came of it', async () => {
    await page.goto(`${mock.url}/docs/digitalchalk`)
    const form = await formOf('createRegistration')
    for (const _ of [1, 2]) await send(form, 201)
    expect(await form.locator('.status-line').textContent()).toMatch(/\d ms/)
    await form.getByText(/requests of this tab/).waitFor()
    await form.getByLabel('First make true that').uncheck()
    await send(form, 400)
    await form.locator('[data-refused-by=rule]').waitFor()
    expect(await form.locator('.surprise').textContent()).toContain('the scenario gets 201')
    await form.locator('.refusal [data-pointer]').click()
    await page.locator('.flash').waitFor()
    await button('Reset the mock', form).click()
    await form.getByText('The mock is back at its seed.').waitFor()
    await button('New session').click()
    await page.waitForURL(/\/~[^/]+\/docs\/digitalchalk/)
    await send(await formOf('createRegistration'), 201)
    expect(mock.requests({ operationId: 'createRegistration' })).toEqual([])
  })

  test('4. signs a request of dialogportal, and sends a key of his own wherever any key is accepted', async () => {
    await page.goto(`${mock.url}/docs/dialogportal`)
    const signed = await formOf('registerTransactionByEntityId')
    await signed.getByRole('combobox', { name: 'Credential', exact: true }).selectOption('app')
    await send(signed, 200)
    await page.goto(`${foreign.url}/docs/security`)
    await page.getByText('Any value is accepted.').waitFor()
    await page.getByLabel('apiKey_header', { exact: true }).fill('my-key')
    await page.keyboard.press('Tab')
    const section = page
      .locator('section[data-operation]', { has: page.locator('[href="#scheme-apiKey_header"]') })
      .first()
    await section.locator('[data-samples]').scrollIntoViewIfNeeded()
    await section.locator('.card code', { hasText: 'my-key' }).first().waitFor()
    await button('Try it here', section).click()
    await section.locator('form').waitFor()
    await send(section.locator('form'), 200)
    expect(await section.getByLabel('Value of x-api-key').inputValue()).toBe('my-key')
  })

  test('5. hides what is assumed, everywhere and for the next page', async () => {
    await page.goto(`${mock.url}/docs/polis`)
    expect(await page.getByLabel('Marked').isChecked()).toBe(true)
    await page.getByText('Hidden', { exact: true }).click()
    expect(await page.locator('.assumed:visible').count()).toBe(0)
    await page.goto(`${mock.url}/docs/digitalchalk`)
    expect(await page.locator('.mark:visible').count()).toBe(0)
    await page.getByText('Marked', { exact: true }).click()
    expect(await page.locator('.mark:visible').count()).toBeGreaterThan(0)
  })

  test('6. reads the variables and reaches the form without the reference between', async () => {
    await page.goto(`${mock.url}/docs/digitalchalk#about-variables`)
    expect(await page.locator('#about-variables').isVisible()).toBe(true)
    const isTable =
      (await page.evaluate("getComputedStyle(document.querySelector('.listed td')).display")) === 'table-cell'
    expect(isTable).toBe(width === 1400)
    await page.goto(`${mock.url}/docs/digitalchalk#createRegistration`)
    const section = operation('createRegistration')
    const top = async (within: Locator): Promise<number> => (await within.boundingBox())?.y ?? Number.NaN
    const call = await top(button('Try it here', section))
    const heading = await top(section.locator('h3').first())
    expect(call - heading).toBeLessThan(900)
    if (width === 390) expect(call).toBeLessThan(await top(section.locator('.reading')))
  })

  test('7. opens a page of 600 operations at once, and an operation when it is asked for', async () => {
    const started = performance.now()
    const response = await page.goto(`${foreign.url}/docs/large`, { waitUntil: 'domcontentloaded' })
    expect((await response?.body())?.length).toBeLessThan(2_000_000)
    // A second on a quiet machine; tests share theirs.
    expect(performance.now() - started).toBeLessThan(5_000)
    await page.locator('#get-thing2 > summary').click()
    await operation('get-thing2').waitFor()
    expect(await operation('get-thing2').locator('h3').count()).toBe(0)
  })

  test('8. sees in the console what goes on in each session, and steers it', async () => {
    await page.goto(`${mock.url}/docs/console`)
    await page.getByText('2026-01-01T00:00:00.000Z (stands still)').waitFor()
    await fetch(`${mock.url}/v2/interactions`)
    const refused = page.locator('[data-request]').first()
    await refused.waitFor()
    expect(await refused.locator('summary').textContent()).toMatch(/GET.*401listInteractionsrefused by security/)
    await refused.locator('summary').click()
    await refused.getByRole('link', { name: /The document says so/ }).waitFor()
    await button('+ 1 hour').click()
    await page.getByText('2026-01-01T01:00:00.000Z').waitFor()
    await page.getByLabel('Name', { exact: true }).fill('before')
    await button('Take snapshot').click()
    await button('Restore before').waitFor()
    await page.locator('[data-add=states] select').selectOption('the username is free')
    await button('Make it true').click()
    await page.getByText('The state is set.').waitFor()
    const overrides = page.locator('[data-add=overrides]')
    await overrides.getByLabel('Operation').selectOption('getInteraction')
    await overrides.getByLabel('Body, as JSON').fill('{ "not json"')
    await button('Add override').click()
    await page.getByText(/The body must be JSON/).waitFor()
    await button('Delete before').click()
    await button('Reset').click()
    await page.getByText('The session default is back at its seed.').waitFor()
    await page.getByText('No request yet').waitFor()
  })

  test('9. meets one plain register', async () => {
    for (const path of ['/docs', '/docs/control-plane', '/docs/console']) {
      await page.goto(mock.url + path)
      const text: string = await page.evaluate('document.body.innerText')
      expect(text.match(/hold(s|ing)? against|speaks against|\bsigns?\b|\bmembers?\b|the real thing/gi)).toBeNull()
    }
  })
})

test('10. the pictures of the README are there, and small', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const pictures = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/docs\/pictures\/[\w-]+\.\w+/g)].map(
    ([path]) => path,
  )
  expect(pictures.map((path) => path.replace(/\.\w+$/, ''))).toEqual(
    expect.arrayContaining(['docs/pictures/docs', 'docs/pictures/report', 'docs/pictures/console']),
  )
  const bytes = [...new Set(pictures)].map((path) => statSync(join(root, path)).size)
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000)
})

import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { sharedBrowser } from './shared-browser.ts'

let mock: Understudy
let browser: Browser
let page: Page
let complaints: string[]
let elsewhere: string[]

beforeAll(async () => {
  mock = await createUnderstudy()
  browser = await sharedBrowser()
})
afterAll(async () => {
  await browser.close()
  await mock.close()
})
beforeEach(() => mock.reset())
afterEach(async () => {
  await page.context().close()
  expect(complaints).toEqual([])
  expect(elsewhere).toEqual([])
})

/** Opens a page of the mock and watches what it says and whom it calls. */
async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  complaints = []
  elsewhere = []
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // A refusal that was asked for is no fault of the page.
    if (message.type() === 'error' && !message.text().includes('status of 4')) complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(`${mock.url}/`)) elsewhere.push(request.url())
  })
  await page.goto(`${mock.url}${path}`)
  return page
}

const operation = (id: string): Locator => page.locator(`section[data-operation="${id}"]`)
const statusOf = (id: string): Locator => operation(id).locator('.answer [data-status]')

/** Opens the form of an operation. */
async function openForm(id: string): Promise<Locator> {
  await operation(id).getByRole('button', { name: 'Try it here' }).click()
  const form = operation(id).locator('form')
  await form.waitFor()
  return form
}

const choiceOf = (form: Locator, name: string): Locator => form.getByRole('combobox', { name, exact: true })
const isShown = (locator: Locator): Promise<boolean> => locator.first().isVisible()

describe('a reader', () => {
  test('comes from / to an operation and tries it with a seeded credential', async () => {
    await open('/')
    expect(page.url()).toBe(`${mock.url}/docs`)
    await page.getByRole('navigation', { name: 'APIs' }).getByRole('link', { name: 'polis' }).click()
    await page
      .getByRole('navigation', { name: 'On this page' })
      .getByRole('link', { name: 'Get an interaction' })
      .click()
    expect(page.url()).toBe(`${mock.url}/docs/polis#getInteraction`)
    const form = await openForm('getInteraction')
    expect(await choiceOf(form, 'Credential').inputValue()).toBe('user-a')
    expect(await form.getByLabel('Value of authorization').inputValue()).toBe('Bearer polis-user-a')
    await form.getByRole('button', { name: 'Send' }).click()
    await statusOf('getInteraction').waitFor()
    expect(await statusOf('getInteraction').textContent()).toBe('200')
    expect(await form.locator('[data-body]').textContent()).toContain(
      '"campaignId": "61fbfbaa-5de8-4d17-ac2b-c47f2376265a"',
    )
    expect(await form.locator('.status-line a').textContent()).toBe('an assumed status')
  })

  test('sends another request than the examples, with another credential', async () => {
    await open('/docs/polis#getInteraction')
    const form = await openForm('getInteraction')
    await choiceOf(form, 'Credential').selectOption('user-b')
    await form.getByRole('button', { name: 'Send' }).click()
    await form.locator('[data-refused-by=rule]').waitFor()
    expect(await statusOf('getInteraction').textContent()).toBe('404')
    expect(await form.locator('.surprise').textContent()).toContain('the scenario gets 200')
    await form.getByLabel('id', { exact: true }).fill('b0a51d6e-90d5-4f0a-8f0c-0d6f5b1a7e04')
    await form.getByRole('button', { name: 'Send' }).click()
    await form.locator('[data-status="200"]').waitFor()
  })

  test('sees which stage refused a request, and where the spec says so', async () => {
    await open('/docs/polis')
    const form = await openForm('createInteraction')
    await choiceOf(form, 'Scenario').selectOption('refusesMissingTimestamp')
    await form.getByRole('button', { name: 'Send' }).click()
    await form.locator('[data-refused-by=validation]').waitFor()
    const link = form.locator('[data-pointer]')
    expect(await link.textContent()).toBe(
      'The spec says so at openapi/polis.yaml#/components/schemas/InteractionData/required',
    )
    await link.click()
    const place = page.locator('.flash')
    await place.waitFor()
    expect(await place.getAttribute('data-pointers')).toContain('/components/schemas/InteractionData')
  })

  test('is told when the rule that was broken is an assumption', async () => {
    await open('/docs/dialogportal')
    const form = await openForm('registerTransactionByEntityId')
    await choiceOf(form, 'Scenario').selectOption('refusesLocalTime')
    await form.getByRole('button', { name: 'Send' }).click()
    await form.locator('.refusal .why').waitFor()
    expect(await form.locator('.refusal .why').textContent()).toContain(
      'Assumed: pattern — the page asks for a UTC date',
    )
    await choiceOf(form, 'Scenario').selectOption('refusesMissingType')
    await form.getByRole('button', { name: 'Send' }).click()
    await form.locator('.refusal').waitFor()
    expect(await form.locator('.refusal .why').count()).toBe(0)
  })

  test('uploads a form whose lines end as they must', async () => {
    await open('/docs/regit')
    const form = await openForm('uploadDocuments')
    await form.getByRole('button', { name: 'Send' }).click()
    await form.locator('[data-status="200"]').waitFor()
    await form
      .locator('input[type=file]')
      .setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from('a photo') })
    await form.getByRole('button', { name: 'Send' }).click()
    await form.getByText('photo.png').waitFor()
  })

  test('hides what is assumed, and finds the choice on the next page', async () => {
    await open('/docs/polis')
    const assumed = operation('listInteractions').locator('#listInteractions-400')
    expect(await isShown(assumed)).toBe(true)
    await page.getByText('Hidden', { exact: true }).click()
    expect(await isShown(assumed)).toBe(false)
    expect(
      await isShown(operation('listInteractions').locator('#listInteractions-200').getByText('no status stated')),
    ).toBe(true)
    expect(await isShown(page.locator('.why'))).toBe(false)
    await page.goto(`${mock.url}/docs/digitalchalk`)
    expect(await isShown(operation('createRegistration'))).toBe(true)
    expect(await isShown(operation('getRegistration'))).toBe(false)
    await page.getByText('Marked', { exact: true }).click()
    expect(await isShown(operation('getRegistration').locator('.mark'))).toBe(true)
    expect(await isShown(operation('getRegistration').locator('.why'))).toBe(false)
  })

  test('is told when nothing has the words, and closes the search by Escape', async () => {
    await open('/docs')
    await page.getByRole('button', { name: /Search/ }).click()
    await page.keyboard.type('zebra crossing')
    await page.getByText('Nothing has these words.').waitFor()
    await page.keyboard.press('Escape')
    expect(await isShown(page.getByRole('combobox', { name: 'Search all APIs' }))).toBe(false)
  })

  test('sees in the table of contents what is being read', async () => {
    await open('/docs/polis#patchInteraction')
    const here = page.getByRole('navigation', { name: 'On this page' }).locator('[aria-current=location]')
    await here.waitFor()
    expect(await here.textContent()).toContain('Patch an item from interactions')
  })

  test('follows an address to an answer that is folded away', async () => {
    await open('/docs/cloud-payments#selfRegister-409')
    expect(await page.locator('#selfRegister-409').getAttribute('open')).not.toBeNull()
    expect(await isShown(page.locator('#selfRegister-409 .response-body'))).toBe(true)
  })

  test('chooses colours for all pages', async () => {
    await open('/docs', { colorScheme: 'light' })
    const paper = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const light = await paper()
    await page.getByLabel('Colours').selectOption('dark')
    const dark = await paper()
    expect(dark).not.toBe(light)
    await page.goto(`${mock.url}/docs/polis`)
    expect(await paper()).toBe(dark)
  })

  test('stays in a session that came by its path', async () => {
    const { id } = (await mock.inject({ method: 'POST', url: '/__mock/sessions', payload: {} })).json<{ id: string }>()
    await open(`/~${id}/docs/digitalchalk`)
    const form = await openForm('createRegistration')
    await form.getByRole('button', { name: 'Send' }).click()
    await form.locator('[data-status="201"]').waitFor()
    const rows = async (prefix: string): Promise<number> =>
      (await mock.inject({ method: 'GET', url: `${prefix}/__mock/state` })).json<{
        digitalchalk: { registrations: unknown[] }
      }>().digitalchalk.registrations.length
    expect(await rows(`/~${id}`)).toBe((await rows('')) + 1)
    await page.getByRole('link', { name: 'Understudy' }).click()
    expect(page.url()).toBe(`${mock.url}/~${id}/docs`)
  })

  test('steers the mock from the page of the control plane', async () => {
    await open('/docs/control-plane#resetSession')
    const form = await openForm('resetSession')
    await form.getByRole('button', { name: 'Send' }).click()
    await form.locator('[data-status="204"]').waitFor()
  })
})

describe('without a script', () => {
  test('everything can be read, opened and hidden', async () => {
    await open('/docs/polis', { javaScriptEnabled: false })
    await page.locator('#listInteractions-400 > summary').click()
    expect(await isShown(page.locator('#listInteractions-400').getByText('missingLimit'))).toBe(true)
    expect(await isShown(page.getByRole('button'))).toBe(false)
    expect(await isShown(page.getByRole('searchbox'))).toBe(false)
    await page.getByText('Hidden', { exact: true }).click()
    expect(await isShown(page.locator('#listInteractions-400'))).toBe(false)
  })
})

describe('on a phone', () => {
  test('the table of contents waits until it is asked for', async () => {
    await open('/docs/polis', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true })
    const entry = page.getByRole('navigation', { name: 'On this page' }).getByText('Delete an interaction')
    expect(await isShown(entry)).toBe(false)
    await page.getByText('On this page').tap()
    await entry.tap()
    expect(page.url()).toContain('#deleteInteraction')
    expect(await isShown(entry)).toBe(false)
  })
})

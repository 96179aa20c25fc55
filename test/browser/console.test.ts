import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { ids } from '../apis/polis-client.ts'
import { sharedBrowser } from './shared-browser.ts'

const documented = `/v2/interactions/${ids.first}`
const headers = { authorization: 'Bearer polis-user-a' }

let mock: Understudy
let browser: Browser
let page: Page
let complaints: string[]

beforeAll(async () => {
  mock = await createUnderstudy({ apis: ['polis'] })
  browser = await sharedBrowser()
})
beforeEach(() => mock.reset())
afterEach(async () => {
  await page.context().close()
  expect(complaints).toEqual([])
})
afterAll(async () => {
  await browser.close()
  await mock.close()
})

async function open(path: string, width: number, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
  complaints = []
  page = await (await browser.newContext({ viewport: { width, height: 900 }, colorScheme })).newPage()
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('status of 4')) complaints.push(message.text())
  })
  await page.goto(mock.url + path)
  await page.getByText('2026-01-01T00:00:00.000Z (stands still)').waitFor()
}

const requests = () => page.locator('[data-request]')
const button = (name: string) => page.getByRole('button', { name, exact: true })

describe('the console', () => {
  const width = 390

  test('shows requests as they come: answer, who refused, and where the document says why', async () => {
    await fetch(mock.url + documented, { headers })
    await open('/docs/console', width)
    await requests().nth(0).waitFor()
    await fetch(mock.url + documented)
    await requests().nth(1).waitFor()
    const refused = requests().first()
    expect(await refused.locator('summary').textContent()).toMatch(/GET.*401getInteractionrefused by security/)
    await refused.locator('summary').click()
    const link = refused.getByRole('link', { name: /The document says so/ })
    expect(await link.getAttribute('href')).toMatch(/^polis#getInteraction:\//)
    await page.getByLabel('refused only').check()
    expect(await requests().nth(1).isVisible()).toBe(false)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
  })

  test('steers the clock, faults and overrides, and resets', async () => {
    await open('/docs/console', width)
    await button('+ 1 hour').click()
    await page.getByText('2026-01-01T01:00:00.000Z (stands still)').waitFor()
    await page.getByLabel('Preset').selectOption('rate-limited')
    await button('Add fault').click()
    await page.getByText('status 429 on every operation, 0 so far').waitFor()
    const overrides = page.locator('[data-add=overrides]')
    await overrides.getByLabel('Operation').selectOption('getInteraction')
    await overrides.getByLabel('Status').fill('404')
    await overrides.getByLabel('Requests').fill('1')
    await button('Add override').click()
    await page.getByText('getInteraction answers 404, 0 of 1').waitFor()
    await button('End fault-1').click()
    await page.getByText('status 429').waitFor({ state: 'detached' })
    expect((await fetch(mock.url + documented, { headers })).status).toBe(404)
    await requests().first().waitFor()
    await button('Reset').click()
    await page.getByText('2026-01-01T00:00:00.000Z (stands still)').waitFor()
    await page.getByText('No request yet').waitFor()
    expect((await fetch(mock.url + documented, { headers })).status).toBe(200)
  })

  test('says what the mock has against a call', async () => {
    await open('/docs/console', width)
    await page.locator('[data-add=overrides]').getByLabel('Status').fill('418')
    await button('Add override').click()
    await page.getByText(/The status 418 is not declared/).waitFor()
  })
})

test('has every session, and a page that came by the path of one shows that one', async () => {
  const session = mock.createSession({ id: 'mine' })
  await open('/~mine/docs/console', 1400, 'dark')
  expect(await page.getByLabel('Session').inputValue()).toBe('mine')
  await fetch(session.url + documented, { headers })
  await requests().first().waitFor()
  await page.getByLabel('Session').selectOption('default')
  await page.getByText('No request yet').waitFor()
  await button('New session').click()
  // Playwright's own waiting for an expression is an eval, which the policy of the page forbids.
  const chosen = (): Promise<string> => page.getByLabel('Session').inputValue()
  await expect.poll(chosen).toMatch(/^s/)
  await button('End session').click()
  await expect.poll(chosen).toBe('default')
  session.close()
})

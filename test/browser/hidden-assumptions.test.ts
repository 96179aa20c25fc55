import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'

let mock: Understudy
let browser: Browser
beforeAll(async () => {
  mock = await createUnderstudy()
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
  })
})
afterAll(async () => {
  await browser.close()
  await mock.close()
})

/** What is left of a sentence whose end or middle was hidden. */
const broken = [/\s[.,;:!?](\s|$)/, /[,;]$/, /;\s*\./, /\bwith[.]?$/i, /^[.,;:]/]

test.each(['cloud-payments', 'dialogportal', 'digitalchalk', 'polis', 'regit'])(
  'every sentence of %s is whole when assumptions are hidden',
  async (api) => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
    await page.goto(`${mock.url}/docs/${api}`)
    await page.getByText('Hidden', { exact: true }).click()
    const texts = await page
      .locator('.prose > p, .prose li, .lead')
      .evaluateAll((all) => all.map((each) => (each as unknown as { innerText: string }).innerText.trim()))
    const shown = texts.filter((text) => text !== '')
    expect(shown.length).toBeGreaterThan(5)
    expect(shown.filter((text) => broken.some((pattern) => pattern.test(text)))).toEqual([])
    await page.close()
  },
)

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reportHtml } from '../../src/conform/report/html.ts'
import { petsReport } from '../conform/report/pets-report.ts'
import { sharedBrowser } from './shared-browser.ts'

let browser: Browser
let address: string
let amount: number

beforeAll(async () => {
  const { report, api, secrets } = await petsReport()
  const file = join(mkdtempSync(join(tmpdir(), 'understudy-report-')), 'report.html')
  writeFileSync(file, reportHtml(report, [api], secrets))
  address = pathToFileURL(file).href
  amount = report.failures.length + report.assumptions.length
  browser = await sharedBrowser()
})

afterAll(() => browser.close())

interface Opened {
  readonly page: Page
  readonly problems: readonly string[]
  readonly requests: readonly string[]
}

async function open(options: BrowserContextOptions = {}, hash = ''): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  })
  const page = await context.newPage()
  const problems: string[] = []
  const requests: string[] = []
  page.on('console', (message) => problems.push(message.text()))
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('request', (request) => requests.push(request.url()))
  await page.goto(address + hash)
  return { page, problems, requests }
}

async function visible(page: Page): Promise<string[]> {
  return page
    .locator('.entry:visible')
    .evaluateAll((all) => all.map((each) => `${each.getAttribute('data-kind')} ${each.getAttribute('data-operation')}`))
}

describe('the report in a browser', () => {
  test('loads without a request to anywhere and without a complaint of its own policy', async () => {
    const { page, problems, requests } = await open()
    expect(await page.locator('.entry').count()).toBeGreaterThanOrEqual(amount)
    expect({ problems, requests }).toEqual({ problems: [], requests: [address] })
  })

  test('runs nothing of what the server sent', async () => {
    const { page } = await open()
    await page.getByRole('button', { name: 'Expand all' }).click()
    expect(await page.title()).toBe('Conformance of pets')
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.getByText('<script>document.title').count()).toBeGreaterThan(0)
  })

  test('filters by kind, operation and check', async () => {
    const { page } = await open()
    await page.getByLabel(/^Failures/).uncheck()
    expect(new Set(await visible(page))).toEqual(new Set(['assumption listPets', 'not-reached createPet']))
    await page.getByRole('button', { name: 'Reset' }).click()
    await page.getByLabel('Operation').selectOption('createPet')
    expect((await visible(page)).every((each) => each.endsWith(' createPet'))).toBe(true)
    await page.getByLabel('Check').selectOption('header-missing')
    expect(await visible(page)).toEqual(['failure createPet'])
    expect(await page.locator('#shown').textContent()).toMatch(/^1 of \d+ shown$/)
  })

  test('searches every word in the text of a finding, reached by the key /', async () => {
    const { page } = await open()
    await page.keyboard.press('/')
    await page.keyboard.type('lacks LOCATION')
    expect(await visible(page)).toEqual(['failure createPet'])
    await page.keyboard.type(' nowhere-to-be-found')
    expect(await visible(page)).toEqual([])
    await page.getByRole('button', { name: 'Show all' }).click()
    expect((await visible(page)).length).toBeGreaterThanOrEqual(amount)
  })

  test('keeps the filter in its address, so that it can be passed on', async () => {
    const { page } = await open()
    await page.getByLabel('Operation').selectOption('listPets')
    await page.getByLabel('Search').fill('total')
    const hash: string = await page.evaluate('location.hash')
    const { page: other } = await open({}, hash)
    expect(await visible(other)).toEqual(['assumption listPets'])
    expect(await other.getByLabel('Search').inputValue()).toBe('total')
  })

  test('copies the command', async () => {
    const { page } = await open({}, '#check=header-missing')
    const entry = page.locator('.entry:visible')
    await entry.locator('summary').first().click()
    await entry.locator('.copyable').first().getByRole('button', { name: 'Copy' }).click()
    await entry.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(
      /^curl -sS -i --path-as-is -X POST 'http.*"\$PETS_TOKEN"/,
    )
  })

  test('is read without JavaScript', async () => {
    const { page } = await open({ javaScriptEnabled: false })
    expect(await page.locator('#filters').isVisible()).toBe(false)
    const entry = page.locator('.entry').first()
    await entry.locator('summary').first().click()
    expect(await entry.locator('pre').first().isVisible()).toBe(true)
    expect(await entry.getByRole('button').count()).toBe(0)
    expect(await page.locator('#operations tbody tr').count()).toBe(6)
  })

  test.each(['light', 'dark'] as const)('can be read in %s colours', async (colorScheme) => {
    const { page } = await open({ colorScheme })
    const pairs: [text: string, ground: string, what: string][] = await page.evaluate(coloursInUse)
    expect(pairs.length).toBeGreaterThan(50)
    expect(pairs.filter(([text, ground]) => contrast(text, ground) < 4.5)).toEqual([])
  })

  test('fits a phone', async () => {
    const { page } = await open({ viewport: { width: 380, height: 800 } })
    await page.getByRole('button', { name: 'Expand all' }).click()
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  })
})

/** For the browser: the colour of each kind of text and of what it stands on. */
const coloursInUse = `[...document.querySelectorAll('h1, h3, .title, .meta, .pill, .tile dt, .tile dd, td, th, .chip, .status, .where, .why')].map((each) => {
  let ground = each
  while (ground && getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement
  return [getComputedStyle(each).color, ground ? getComputedStyle(ground).backgroundColor : 'rgb(255, 255, 255)', each.outerHTML.slice(0, 80)]
})`

/** WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map((each) => {
    const share = Number(each) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
